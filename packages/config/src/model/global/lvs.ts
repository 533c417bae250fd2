// global_defs: the IPVS table, its sync daemon, and notifies of real servers at the start.
import type { IpAddress } from '../../address.ts';
import type { Millis } from '../common.ts';

export interface LvsDefs {
  /** IPVS connection timeouts; default kernel values. */
  readonly lvsTimeouts?: LvsTimeouts;
  /** Clear the IPVS table at start; default off. */
  readonly lvsFlush?: boolean;
  /** Clear the table at stop; VS = remove services without removing real servers first; default off. */
  readonly lvsFlushOnStop?: 'services' | 'all';
  /** IPVS connection sync daemon; old form IFNAME INSTANCE [SYNCID] accepted (SYNCID form reports an error but works); default none; id = VRID of the instance or 0. */
  readonly lvsSyncDaemon?: LvsSyncDaemon;
  /** Run notify_up for real servers that start up; default off. */
  readonly rsInitNotifies?: boolean;
}

export interface LvsSyncDaemon {
  readonly interfaceName: string;
  /** The daemon follows the state of this vrrp_instance; without one both sides run. */
  readonly instance?: string;
  /** 0..255; absent = the virtual_router_id of the instance, or 0. */
  readonly id?: number;
  /** 1..65507 bytes of a message. */
  readonly maxLength?: number;
  readonly port?: number;
  readonly ttl?: number;
  readonly group?: IpAddress;
}

/** Times after which IPVS forgets connections; what is absent stays as the kernel has it. */
export interface LvsTimeouts {
  readonly tcp?: Millis;
  readonly tcpFin?: Millis;
  readonly udp?: Millis;
}
