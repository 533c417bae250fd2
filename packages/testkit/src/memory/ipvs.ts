// MemoryKernel for IPVS: a table in memory that refuses what the kernel refuses, in the kernel's order, and counts writes.
import {
  type Destination,
  type DestinationEntry,
  type DestinationKey,
  describeOperation,
  destinationKeyId,
  type IpvsInfo,
  type IpvsKernel,
  type IpvsOperation,
  type LvsTable,
  type NetlinkError,
  type OperationFailure,
  type Service,
  type ServiceEntry,
  type ServiceKey,
  type Stats,
  serviceKeyId,
} from '@vipward/netlink';
import { rowOf } from './ipvs-order.ts';
import { destinationRefusal, ENGINES, isUnicast, SCHEDULERS, serviceRefusal } from './ipvs-rules.ts';
import { closed, type ErrnoName, refusal } from './refuse.ts';

export interface MemoryIpvsOptions {
  readonly info?: IpvsInfo;
  /** Scheduler and engine modules that this kernel has; all by default. */
  readonly schedulers?: readonly string[];
  readonly engines?: readonly string[];
  /** The constant that orders rows of the hash table, 0..255 (see ipvs-order.ts). */
  readonly seed?: number;
  /** Another reason to refuse; asked before the kernel's own. An errno's name refuses, undefined lets pass. */
  readonly refuse?: (operation: IpvsOperation) => ErrnoName | undefined;
}

export interface MemoryIpvs extends IpvsKernel {
  /** Operations that were attempted since the start or clearWrites(); reading never counts. */
  readonly writes: number;
  /** The attempted operations themselves, in order. */
  readonly written: readonly IpvsOperation[];
  clearWrites(): void;
  /** Replaces the injected refusals; none when left out. */
  refuseWhen(refuse?: (operation: IpvsOperation) => ErrnoName | undefined): void;
  /** Sets counters, as traffic would. */
  setServiceStats(service: ServiceKey, stats: Partial<Stats>): void;
  setDestinationState(service: ServiceKey, destination: DestinationKey, state: Partial<DestinationState>): void;
}

export type DestinationState = Pick<
  DestinationEntry,
  'activeConnections' | 'inactiveConnections' | 'persistentConnections' | 'stats'
>;

/** An empty table of one network namespace. */
export const createMemoryIpvs = (options: MemoryIpvsOptions = {}): MemoryIpvs => new Table(options);

interface Row {
  entry: ServiceEntry;
  /** By id, oldest first: an edit keeps the place. */
  readonly destinations: Map<string, DestinationEntry>;
  readonly row: number;
  readonly born: number;
}

class Table implements MemoryIpvs {
  readonly #rows = new Map<string, Row>();
  readonly #known: { readonly schedulers: readonly string[]; readonly engines: readonly string[] };
  readonly #info: IpvsInfo;
  readonly #seed: number;
  #refuse: ((operation: IpvsOperation) => ErrnoName | undefined) | undefined;
  #written: IpvsOperation[] = [];
  #born = 0;
  #open = true;

  constructor(options: MemoryIpvsOptions) {
    this.#known = { schedulers: options.schedulers ?? SCHEDULERS, engines: options.engines ?? ENGINES };
    this.#info = options.info ?? { version: 0x010201, connectionTableSize: 4096 };
    this.#seed = options.seed ?? 0;
    this.#refuse = options.refuse;
  }

  get writes(): number {
    return this.#written.length;
  }

  get written(): readonly IpvsOperation[] {
    return this.#written;
  }

  clearWrites(): void {
    this.#written = [];
  }

  refuseWhen(refuse?: (operation: IpvsOperation) => ErrnoName | undefined): void {
    this.#refuse = refuse;
  }

  async info(): Promise<IpvsInfo> {
    this.#mustBeOpen('info');
    return this.#info;
  }

  async service(key: ServiceKey): Promise<ServiceEntry | undefined> {
    this.#mustBeOpen(`service ${serviceKeyId(key)}`);
    return this.#rows.get(serviceKeyId(key))?.entry;
  }

  async services(): Promise<readonly ServiceEntry[]> {
    this.#mustBeOpen('services');
    return this.#ordered().map((row) => row.entry);
  }

  async destinations(key: ServiceKey): Promise<readonly DestinationEntry[]> {
    this.#mustBeOpen(`destinations of ${serviceKeyId(key)}`);
    const row = this.#rows.get(serviceKeyId(key));
    return row === undefined ? [] : destinationsOf(row);
  }

  async table(): Promise<LvsTable<ServiceEntry, DestinationEntry>> {
    this.#mustBeOpen('table');
    return this.#ordered().map((row) => ({ service: row.entry, destinations: destinationsOf(row) }));
  }

  async apply(operations: readonly IpvsOperation[]): Promise<readonly OperationFailure[]> {
    this.#mustBeOpen('apply');
    return operations.flatMap((operation, index) => {
      const error = this.#attempt(operation);
      return error === undefined ? [] : [{ index, operation, error }];
    });
  }

  close(): void {
    this.#open = false;
  }

  setServiceStats(service: ServiceKey, stats: Partial<Stats>): void {
    const row = this.#mustHave(service);
    row.entry = { ...row.entry, stats: { ...row.entry.stats, ...stats } };
  }

  setDestinationState(service: ServiceKey, destination: DestinationKey, state: Partial<DestinationState>): void {
    const row = this.#mustHave(service);
    const id = destinationKeyId(destination);
    const entry = row.destinations.get(id);
    if (entry === undefined) throw new RangeError(`no destination ${id}`);
    row.destinations.set(id, { ...entry, ...state });
  }

  #attempt(operation: IpvsOperation): NetlinkError | undefined {
    this.#written.push(operation);
    const errno = this.#refuse?.(operation) ?? this.#perform(operation);
    return errno === undefined ? undefined : refusal(describeOperation(operation), errno);
  }

  #perform(operation: IpvsOperation): ErrnoName | undefined {
    switch (operation.kind) {
      case 'add-service':
        return this.#addService(operation.service);
      case 'edit-service':
        return this.#editService(operation.service);
      case 'delete-service':
        return this.#rows.delete(serviceKeyId(operation.service)) ? undefined : 'ESRCH';
      case 'add-destination':
        return this.#addDestination(operation.service, operation.destination);
      case 'edit-destination':
        return this.#editDestination(operation.service, operation.destination);
      case 'delete-destination':
        return this.#deleteDestination(operation.service, operation.destination);
      case 'zero':
        return this.#zero(operation.service);
      case 'flush':
        this.#rows.clear();
        return undefined;
    }
  }

  #addService(service: Service): ErrnoName | undefined {
    const id = serviceKeyId(service.key);
    if (this.#rows.has(id)) return 'EEXIST';
    const refused = serviceRefusal(service, this.#known);
    if (refused !== undefined) return refused;
    const row = rowOf(service.key, this.#seed);
    this.#rows.set(id, { entry: { ...service, stats: NO_STATS }, destinations: new Map(), row, born: this.#born++ });
    return undefined;
  }

  #editService(service: Service): ErrnoName | undefined {
    const row = this.#rows.get(serviceKeyId(service.key));
    if (row === undefined) return 'ESRCH';
    const refused = serviceRefusal(service, this.#known);
    if (refused !== undefined) return refused;
    row.entry = { ...service, stats: row.entry.stats };
    return undefined;
  }

  #addDestination(service: ServiceKey, destination: Destination): ErrnoName | undefined {
    const row = this.#rows.get(serviceKeyId(service));
    if (row === undefined) return 'ESRCH';
    const refused = destinationRefusal(service, destination);
    if (refused !== undefined) return refused;
    const id = destinationKeyId(destination.key);
    if (row.destinations.has(id)) return 'EEXIST';
    if (!isUnicast(destination.key.address.bytes)) return 'EINVAL';
    row.destinations.set(id, { ...asReported(destination), ...NO_CONNECTIONS });
    return undefined;
  }

  #editDestination(service: ServiceKey, destination: Destination): ErrnoName | undefined {
    const row = this.#rows.get(serviceKeyId(service));
    if (row === undefined) return 'ESRCH';
    const refused = destinationRefusal(service, destination);
    if (refused !== undefined) return refused;
    const id = destinationKeyId(destination.key);
    const entry = row.destinations.get(id);
    if (entry === undefined) return 'ENOENT';
    const { activeConnections, inactiveConnections, persistentConnections, stats } = entry;
    const state = { activeConnections, inactiveConnections, persistentConnections, stats };
    row.destinations.set(id, { ...asReported(destination), ...state });
    return undefined;
  }

  #deleteDestination(service: ServiceKey, destination: DestinationKey): ErrnoName | undefined {
    const row = this.#rows.get(serviceKeyId(service));
    if (row === undefined) return 'ESRCH';
    return row.destinations.delete(destinationKeyId(destination)) ? undefined : 'ENOENT';
  }

  #zero(service: ServiceKey | undefined): ErrnoName | undefined {
    const rows = service === undefined ? [...this.#rows.values()] : [this.#rows.get(serviceKeyId(service))];
    for (const row of rows) {
      if (row === undefined) return 'ESRCH';
      row.entry = { ...row.entry, stats: NO_STATS };
      for (const [id, entry] of row.destinations) row.destinations.set(id, { ...entry, stats: NO_STATS });
    }
    return undefined;
  }

  #ordered(): readonly Row[] {
    return [...this.#rows.values()].sort((a, b) => a.row - b.row || b.born - a.born);
  }

  #mustHave(service: ServiceKey): Row {
    const row = this.#rows.get(serviceKeyId(service));
    if (row === undefined) throw new RangeError(`no service ${serviceKeyId(service)}`);
    return row;
  }

  #mustBeOpen(operation: string): void {
    if (!this.#open) throw closed(operation);
  }
}

const NO_STATS: Stats = {
  ...{ connections: 0n, inPackets: 0n, outPackets: 0n, inBytes: 0n, outBytes: 0n },
  ...{ cps: 0n, inPps: 0n, outPps: 0n, inBps: 0n, outBps: 0n },
};

const NO_CONNECTIONS: DestinationState = {
  activeConnections: 0,
  inactiveConnections: 0,
  persistentConnections: 0,
  stats: NO_STATS,
};

/** Newest first, as list_add_rcu() leaves them. */
const destinationsOf = (row: Row): readonly DestinationEntry[] => [...row.destinations.values()].reverse();

/** The tunnel type is shown of tunnels only, and always of those. */
const asReported = ({ tunnel, ...rest }: Destination): Destination =>
  rest.forwarding === 'tunnel' ? { ...rest, tunnel: tunnel ?? { type: 'ipip' } } : rest;
