// All that the MIBs show, at one moment.
import type { Config } from '@vipward/config';
import type { VirtualServerReport } from '@vipward/health';
import type { DestinationEntry, LvsTable, ServiceEntry } from '@vipward/netlink';
import type { InstanceStatus } from '@vipward/vrrp';

export interface Snapshot {
  /** As `keepalived --version` says it. */
  readonly version: string;
  readonly hostName: string;
  readonly config: Config;
  /** Of the VRRP worker; empty while it does not answer. */
  readonly instances: readonly InstanceStatus[];
  /** Of the checker worker; empty while it does not answer. */
  readonly services: readonly VirtualServerReport[];
  /** Names of the BFD sessions that are up. */
  readonly bfdUp: ReadonlySet<string>;
  readonly interfaces: ReadonlyMap<string, Interface>;
  /** The kernel's IPVS table; empty where there is none. */
  readonly table: LvsTable<ServiceEntry, DestinationEntry>;
}

export interface Interface {
  readonly index: number;
  readonly mac: Uint8Array;
}

export const routerIdOf = ({ config, hostName }: Pick<Snapshot, 'config' | 'hostName'>): string =>
  config.global.routerId ?? hostName;
