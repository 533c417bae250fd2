// IPVS in nouns: services, destinations, operations, and the kernel behind one interface.
import type { IpAddress, IpFamily } from '@vipward/config/address';

/** IPPROTO_TCP 6, IPPROTO_UDP 17, IPPROTO_SCTP 132. */
export type ProtocolNumber = 6 | 17 | 132;

export type ServiceKey =
  | { readonly kind: 'address'; readonly protocol: ProtocolNumber; readonly address: IpAddress; readonly port: number }
  | { readonly kind: 'fwmark'; readonly mark: number; readonly family: IpFamily };

/** A service as the kernel reports it: two equal services are equal in every field. */
export interface Service {
  readonly key: ServiceKey;
  readonly scheduler: string;
  /** IP_VS_SVC_F_PERSISTENT 0x1 */
  readonly persistent: boolean;
  /** IP_VS_SVC_F_ONEPACKET 0x4 */
  readonly onePacket: boolean;
  /** IP_VS_SVC_F_SCHED1..3 as bits 0..2 (kernel bits 0x8, 0x10, 0x20). */
  readonly schedFlags: number;
  /** Persistence timeout in seconds; 0 without persistence. */
  readonly timeout: number;
  /** IPv4: mask as unsigned 32-bit number in host order (0xffffffff = none); IPv6: prefix length (128 = none). */
  readonly netmask: number;
  /** Persistence engine, '' = none. */
  readonly engine: string;
}

export interface DestinationKey {
  readonly address: IpAddress;
  readonly port: number;
}

/** IP_VS_CONN_F_MASQ 0, LOCALNODE 1, TUNNEL 2, DROUTE 3, BYPASS 4. */
export type ForwardingMethod = 'masq' | 'local' | 'tunnel' | 'route' | 'bypass';

export type Tunnel =
  | { readonly type: 'ipip' }
  | { readonly type: 'gue'; readonly port: number; readonly checksum: 'nocsum' | 'csum' | 'remcsum' }
  | { readonly type: 'gre'; readonly checksum: 'nocsum' | 'csum' };

export interface Destination {
  readonly key: DestinationKey;
  readonly forwarding: ForwardingMethod;
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  /** Only with forwarding 'tunnel'; { type: 'ipip' } when the kernel says nothing. */
  readonly tunnel?: Tunnel;
}

export interface Stats {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
  /** Per second. */
  readonly cps: bigint;
  readonly inPps: bigint;
  readonly outPps: bigint;
  readonly inBps: bigint;
  readonly outBps: bigint;
}

export interface ServiceEntry extends Service {
  readonly stats: Stats;
}

export interface DestinationEntry extends Destination {
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  readonly persistentConnections: number;
  readonly stats: Stats;
}

/** The table, in the kernel's order. */
export type LvsTable<S extends Service = Service, D extends Destination = Destination> = readonly TableEntry<S, D>[];
export interface TableEntry<S extends Service = Service, D extends Destination = Destination> {
  readonly service: S;
  readonly destinations: readonly D[];
}

export type IpvsOperation =
  | { readonly kind: 'add-service' | 'edit-service'; readonly service: Service }
  | { readonly kind: 'delete-service'; readonly service: ServiceKey }
  | {
      readonly kind: 'add-destination' | 'edit-destination';
      readonly service: ServiceKey;
      readonly destination: Destination;
    }
  | { readonly kind: 'delete-destination'; readonly service: ServiceKey; readonly destination: DestinationKey }
  | { readonly kind: 'zero'; readonly service?: ServiceKey }
  | { readonly kind: 'flush' };

export interface IpvsInfo {
  /** 0x010201 for 1.2.1 */
  readonly version: number;
  readonly connectionTableSize: number;
}

/** What went wrong with one operation: the errno, its name, and the kernel's own words if it gave some. */
export interface OperationFailure {
  /** Index into the operations passed to apply(). */
  readonly index: number;
  readonly operation: IpvsOperation;
  readonly error: Error & { readonly code: string; readonly errno: number; readonly errnoName: string };
}

/** The kernel's IPVS table of one network namespace. */
export interface IpvsKernel {
  info(): Promise<IpvsInfo>;
  service(key: ServiceKey): Promise<ServiceEntry | undefined>;
  services(): Promise<readonly ServiceEntry[]>;
  destinations(key: ServiceKey): Promise<readonly DestinationEntry[]>;
  table(): Promise<LvsTable<ServiceEntry, DestinationEntry>>;
  /** Sends everything in order, in batches; goes on after a refusal and returns every refusal (empty = all done). */
  apply(operations: readonly IpvsOperation[]): Promise<readonly OperationFailure[]>;
  close(): void;
}
