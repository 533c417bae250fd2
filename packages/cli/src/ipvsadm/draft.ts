// What has been read of a command line so far; options fill it in the order in which they are written.
import type { IpAddress, IpFamily } from '@vipward/config/address';
import type { ForwardingMethod, ProtocolNumber, ServiceKey, SyncDaemon, Tunnel } from '@vipward/netlink';
import type { OptionName } from './matrix.ts';

export type TunnelType = Tunnel['type'];

export interface Draft {
  readonly given: Set<OptionName>;
  service: ServiceKey | undefined;
  /** See Service.netmask; a later IPv6 service or -6 sets it back to 128. */
  netmask: number;
  persistent: boolean;
  timeout: number;
  scheduler: string;
  /** The value of -b, read when the scheduler is known. */
  schedFlags: string | undefined;
  engine: string;
  server: { readonly address: IpAddress; readonly port: number } | undefined;
  forwarding: ForwardingMethod;
  weight: number;
  upperThreshold: number;
  lowerThreshold: number;
  tunnelType: TunnelType;
  tunnelPort: number;
  daemonKind: SyncDaemon['kind'];
  syncId: number;
  syncMaxLength: number | undefined;
  multicastInterface: string;
  multicastGroup: IpAddress | undefined;
  multicastPort: number | undefined;
  multicastTtl: number | undefined;
}

export const noMask4 = 0xffffffff;
export const noMask6 = 128;

export const newDraft = (): Draft => ({
  given: new Set(),
  service: undefined,
  netmask: noMask4,
  persistent: false,
  timeout: 0,
  scheduler: '',
  schedFlags: undefined,
  engine: '',
  server: undefined,
  forwarding: 'route',
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  tunnelType: 'ipip',
  tunnelPort: 0,
  daemonKind: 'master',
  syncId: 0,
  syncMaxLength: undefined,
  multicastInterface: '',
  multicastGroup: undefined,
  multicastPort: undefined,
  multicastTtl: undefined,
});

export const serviceFamily = (service: ServiceKey | undefined): IpFamily =>
  service === undefined ? 4 : service.kind === 'address' ? service.address.family : service.family;

/** The name that /etc/services uses; a mark service counts as TCP, and before a service is named nothing is found. */
export const protocolName = (service: ServiceKey | undefined): string =>
  service === undefined ? '' : service.kind === 'fwmark' ? 'tcp' : protocolNames[service.protocol];

export const protocolNames: Readonly<Record<ProtocolNumber, string>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };
