// virtual_server and its real servers, inherited values filled in.
import type { IpAddress, IpFamily } from '../address.ts';
import type { Checker, MoreChecker } from './checkers.ts';
import type { Millis, Script, SourceLocation } from './common.ts';

export type VirtualServerTarget =
  | { readonly kind: 'address'; readonly address: IpAddress /** 0 = every port */; readonly port: number }
  | { readonly kind: 'fwmark'; readonly mark: number };

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface VirtualServer {
  readonly target: VirtualServerTarget;
  /** IPv4 or IPv6; of a fwmark service taken from ip_family or its real servers. */
  readonly family: IpFamily;
  /** Absent for fwmark services. */
  readonly protocol?: Protocol;
  readonly scheduler: string;
  readonly forwarding: Forwarding;
  readonly delayLoop: Millis;
  /** Seconds; absent = no persistence. */
  readonly persistenceTimeout?: number;
  /** Granularity: an IPv4 mask as unsigned 32-bit number in host order, or an IPv6 prefix length. */
  readonly persistenceMask?: number;
  readonly persistenceEngine?: string;
  readonly onePacket: boolean;
  readonly quorum: number;
  readonly hysteresis: number;
  readonly alpha: boolean;
  readonly sorryServer?: SorryServer;
  readonly realServers: readonly RealServer[];
  readonly virtualHost?: string;
  /** The virtual_server_group this service is a member of; its members share real servers, checks and quorum. */
  readonly group?: string;
  /**
   * The same for all services that one virtual_server block became, and for no others; it stays the same when other blocks come or
   * go. Only where `group` is. Within it a check is the same when it is equal: keepalived makes it once for all members.
   */
  readonly groupKey?: string;
  /** nftables_ipvs: packets for this address get a mark, and one service of the mark stands for all addresses that have it. */
  readonly groupMark?: GroupMark;
  readonly schedulerFlags?: SchedulerFlags;
  /** hashed: accepted, without effect. */
  readonly hashed?: boolean;
  /** No checks while the address is not on this host. */
  readonly haSuspend?: boolean;
  /** Scripts for going down run at shutdown. */
  readonly omega?: boolean;
  readonly quorumUp?: Script;
  readonly quorumDown?: Script;
  readonly smtpAlert?: boolean;
  readonly snmpName?: string;
  /** @vipward panic_threshold, percent of the configured weight: with less than that alive nobody is taken out. */
  readonly panicThreshold?: number;
  /** @vipward drain_on_remove: how long a real server that left the file may keep its connections. */
  readonly drainOnRemove?: Millis;
  readonly at: SourceLocation;
}

/** What a service of a mark has in place of those of the addresses of its group. */
export interface GroupMark {
  /** The same for all addresses of a group and protocol. */
  readonly mark: number;
  /** Ports of the real servers in their order, as written: 0 where there is none. */
  readonly ports: readonly number[];
}

/** flag-1 to flag-3; sh-fallback and mh-fallback are flag-1, sh-port and mh-port are flag-2. */
export interface SchedulerFlags {
  readonly flag1: boolean;
  readonly flag2: boolean;
  readonly flag3: boolean;
}

export type Forwarding =
  | { readonly kind: 'NAT' }
  | { readonly kind: 'DR' }
  | { readonly kind: 'TUN'; readonly tunnel: 'ipip' }
  | {
      readonly kind: 'TUN';
      readonly tunnel: 'gue';
      readonly port: number;
      readonly checksum: 'nocsum' | 'csum' | 'remcsum';
    }
  | { readonly kind: 'TUN'; readonly tunnel: 'gre'; readonly checksum: 'nocsum' | 'csum' };

export interface SorryServer {
  readonly address: IpAddress;
  /** 0 = the service's port. */
  readonly port: number;
  readonly forwarding: Forwarding;
  /** sorry_server_inhibit: stays in the table with weight 0 instead of being removed. */
  readonly inhibit: boolean;
}

export interface RealServer {
  readonly address: IpAddress;
  /** Already resolved: the service's port when none was written. */
  readonly port: number;
  readonly forwarding: Forwarding;
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  /** Failed checks set the weight to 0 instead of removing the server. */
  readonly inhibitOnFailure: boolean;
  readonly virtualHost?: string;
  readonly checkers: readonly Checker[];
  /** Checks of the kinds that are not in `Checker` yet. */
  readonly moreCheckers?: readonly MoreChecker[];
  readonly notifyUp?: Script;
  readonly notifyDown?: Script;
  /** Absent = on unless smtp_alert or smtp_alert_checker of global_defs says otherwise. */
  readonly smtpAlert?: boolean;
  readonly snmpName?: string;
  /** @vipward slow_start: its weight grows over this time after it came up. */
  readonly slowStart?: Millis;
  /** @vipward maintenance_file: in maintenance while this file exists. */
  readonly maintenanceFile?: string;
  readonly at: SourceLocation;
}

/** virtual_server_group: addresses and marks that are one service. */
export interface VirtualServerGroup {
  readonly name: string;
  /** Ranges written out. */
  readonly targets: readonly VirtualServerTarget[];
  readonly at: SourceLocation;
}
