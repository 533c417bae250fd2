// What a run touches: streams, the kernel, names.
import type {
  IpvsKernel,
  IpvsOperation,
  IpvsTimeouts,
  OperationFailure,
  ServiceKey,
  SyncDaemon,
} from '@vipward/netlink';
import type { AddressNames, LearntNames, NameService } from './names.ts';
import type { ServerRows } from './row-lines.ts';

/** The kernel's table, timeouts and sync daemons. What rejects does so with an error that has an `errno`. */
export interface IpvsadmKernel extends IpvsKernel {
  /** Keeps nothing of the operations: when this has resolved they may be filled with others. */
  apply(operations: readonly IpvsOperation[]): Promise<readonly OperationFailure[]>;
  timeouts(): Promise<IpvsTimeouts>;
  /** 0 leaves a timeout as it is. */
  setTimeouts(timeouts: IpvsTimeouts): Promise<void>;
  daemons(): Promise<readonly SyncDaemon[]>;
  startDaemon(daemon: SyncDaemon): Promise<void>;
  stopDaemon(kind: SyncDaemon['kind']): Promise<void>;
  /** Destinations as columns, valid until the next call: quicker than as objects, where a kernel offers it. */
  rows?(service: ServiceKey): Promise<ServerRows>;
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Everything a run touches. */
export interface IpvsadmIo {
  /** A chunk holds good until the next one is asked for. */
  readonly stdin: Chunks;
  /** Bytes hold good during the call. */
  readonly stdout: (piece: string | Uint8Array) => void;
  readonly stderr: (text: string) => void;
  /** Rejects with an error whose `code` is IPVS_ABSENT when there is no IPVS, or that has an `errno`. */
  readonly openKernel: () => Promise<IpvsadmKernel>;
  readonly names: NameService;
  /** /proc/net/ip_vs_conn of this namespace. */
  readonly connections: () => Chunks;
}

/** One run: what it touches and the names it has looked up so far. */
export interface Run {
  readonly io: IpvsadmIo;
  readonly kernel: IpvsadmKernel;
  readonly learnt: LearntNames;
  readonly addressNames: AddressNames;
}
