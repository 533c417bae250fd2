// The IPVS table of this network namespace, over netlink.
import { readAttributes } from '../codec/attribute.ts';
import { decodeGeneric } from '../codec/generic.ts';
import type { Message } from '../codec/message.ts';
import { NetlinkError } from '../errors.ts';
import type { Channel } from '../transport/channel.ts';
import { ask, type BatchFailure, dump, sendAll } from '../transport/request.ts';
import { commandTable, infoTable, ipvsCommand } from './command.ts';
import { decodeDestination } from './destination.ts';
import { resolveIpvsFamily } from './family.ts';
import { destinationKeyId, serviceKeyId } from './key.ts';
import type {
  DestinationEntry,
  DestinationKey,
  IpvsInfo,
  IpvsKernel,
  IpvsOperation,
  LvsTable,
  OperationFailure,
  ServiceEntry,
  ServiceKey,
} from './model.ts';
import { ipvsRequest } from './operation.ts';
import { readDestinationQuickly } from './read-destination.ts';
import { explainIpvsRefusal } from './refusal.ts';
import { DestinationRows } from './rows.ts';
import { decodeService, encodeServiceKey, familyOf } from './service.ts';
import {
  hasLaterSettings,
  type IpvsTimeouts,
  readDaemons,
  readTimeouts,
  type SyncDaemon,
  startDaemon,
  stopDaemon,
  writeTimeouts,
} from './settings.ts';
import { daemonTooOld, demanding, type Feature, featuresIn, firstDemanding, tooOld, undoing } from './too-old.ts';
import { operationList } from './write-operation.ts';

/** IpvsKernel of a real kernel. Everything rejects with NetlinkError; apply() returns refusals as values. */
export class NetlinkIpvsKernel implements IpvsKernel {
  readonly #channel: Channel;
  #family: Promise<number> | undefined;
  #askingAgain: Promise<number> | undefined;
  #features: ReadonlySet<Feature> | undefined;
  #rows: DestinationRows | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** The family's number, asked for once; a failed question is asked again next time. */
  family(): Promise<number> {
    this.#family ??= resolveIpvsFamily(this.#channel).catch((error: unknown) => {
      this.#family = undefined;
      throw error;
    });
    return this.#family;
  }

  async info(): Promise<IpvsInfo> {
    const [info] = await this.#withFamily((family) => {
      const request = ipvsRequest(family, ipvsCommand.getInfo, {}, () => 'read the IPVS version');
      return ask(this.#channel, request, ({ payload }) => readInfo(payload), explainIpvsRefusal);
    });
    return info ?? { version: 0, connectionTableSize: 0 };
  }

  /** undefined when there is no such service. */
  async service(key: ServiceKey): Promise<ServiceEntry | undefined> {
    const attributes = { service: encodeServiceKey(key) };
    const operation = (): string => `read ${serviceKeyId(key)}`;
    try {
      const [entry] = await this.#withFamily((family) => {
        const request = ipvsRequest(family, ipvsCommand.getService, attributes, operation);
        return ask(this.#channel, request, readService, explainIpvsRefusal);
      });
      return entry;
    } catch (error) {
      if (isErrno(error, ESRCH)) return undefined;
      throw error;
    }
  }

  async services(): Promise<readonly ServiceEntry[]> {
    const entries = await this.#withFamily((family) => {
      const request = ipvsRequest(family, ipvsCommand.getService, {}, () => 'list services');
      return dump(this.#channel, request, readService, explainIpvsRefusal);
    });
    if (areDistinct4(entries, ({ key }) => (key.kind === 'address' ? key : undefined))) return entries;
    return distinct(entries, ({ key }) => serviceKeyId(key));
  }

  /** Empty when there is no such service, as the kernel answers. */
  async destinations(key: ServiceKey): Promise<readonly DestinationEntry[]> {
    const attributes = { service: encodeServiceKey(key) };
    const operation = (): string => `list destinations of ${serviceKeyId(key)}`;
    const addressFamily = familyOf(key);
    const entries = await this.#withFamily((family) => {
      const request = ipvsRequest(family, ipvsCommand.getDestination, attributes, operation);
      return dump(this.#channel, request, (m) => readDestination(m, addressFamily), explainIpvsRefusal);
    });
    if (areDistinct4(entries, ({ key: endpoint }) => endpoint)) return entries;
    return distinct(entries, (entry) => destinationKeyId(entry.key));
  }

  /**
   * The destinations as columns, where they fit: see DestinationRows.complete. One that came twice is there twice. Valid until
   * the next call; calls must not overlap.
   */
  async rows(key: ServiceKey): Promise<DestinationRows> {
    this.#rows ??= new DestinationRows();
    const rows = this.#rows;
    const attributes = { service: encodeServiceKey(key) };
    const operation = (): string => `list destinations of ${serviceKeyId(key)}`;
    await this.#withFamily((family) => {
      const request = ipvsRequest(family, ipvsCommand.getDestination, attributes, operation);
      const take = ({ payload }: Message): undefined => void rows.take(payload);
      return dump(this.#channel, request, take, explainIpvsRefusal, () => rows.clear());
    });
    return rows;
  }

  async table(): Promise<LvsTable<ServiceEntry, DestinationEntry>> {
    const services = await this.services();
    const lists = await Promise.all(services.map(({ key }) => this.destinations(key)));
    return services.map((service, i) => ({ service, destinations: lists[i] ?? [] }));
  }

  async apply(operations: readonly IpvsOperation[]): Promise<readonly OperationFailure[]> {
    if (operations.length === 0) return [];
    const family = await this.family();
    const sent = await sendAll(this.#channel, operationList(family, operations), explainIpvsRefusal);
    const refused = sent.length === 0 ? sent : await this.#againIfMoved(family, operations, sent);
    const failures = refused.flatMap(({ index, error }): OperationFailure[] => {
      const operation = operations[index];
      return operation === undefined ? [] : [{ index, operation, error }];
    });
    const known = new Set(failures.map(({ index }) => index));
    const ignored = (await this.#ignored(operations)).filter(({ index }) => !known.has(index));
    if (ignored.length === 0) return failures;
    // A refusal of this tells nothing new: what was to go is gone, or stays as it is.
    await sendAll(this.#channel, operationList(family, undoing(ignored)), explainIpvsRefusal);
    return [...failures, ...ignored].sort((a, b) => a.index - b.index);
  }

  async timeouts(): Promise<IpvsTimeouts> {
    return this.#withFamily((family) => readTimeouts(this.#channel, family));
  }

  /** Seconds; 0 or nothing leaves a timeout as it is. */
  async setTimeouts(timeouts: Partial<IpvsTimeouts>): Promise<void> {
    await this.#withFamily((family) => writeTimeouts(this.#channel, family, timeouts));
  }

  async daemons(): Promise<readonly SyncDaemon[]> {
    return this.#withFamily((family) => readDaemons(this.#channel, family));
  }

  /** Kernels before 4.3 would run it with settings of their own: there it is stopped again, and this rejects with IPVS_TOO_OLD. */
  async startDaemon(daemon: SyncDaemon): Promise<void> {
    await this.#withFamily((family) => startDaemon(this.#channel, family, daemon));
    if (!hasLaterSettings(daemon)) return;
    const running = (await this.daemons()).find(({ kind }) => kind === daemon.kind);
    if (running === undefined || running.maxLength !== undefined) return;
    await this.stopDaemon(daemon.kind);
    throw daemonTooOld(`start-daemon ${daemon.kind} on ${daemon.interfaceName}`);
  }

  async stopDaemon(kind: SyncDaemon['kind']): Promise<void> {
    await this.#withFamily((family) => stopDaemon(this.#channel, family, kind));
  }

  close(): void {
    this.#channel.close();
  }

  /**
   * Generic netlink answers ENOENT for a family that is gone, as IPVS does for other things: so the family is asked for
   * again. When the module came back under another number, `act` is repeated once; IPVS_ABSENT when it is gone.
   */
  async #withFamily<T>(act: (family: number) => Promise<T>): Promise<T> {
    const family = await this.family();
    try {
      return await act(family);
    } catch (error) {
      if (!isErrno(error, ENOENT)) throw error;
      const now = await this.#familyNow();
      if (now === family) throw error;
      return act(now);
    }
  }

  #familyNow(): Promise<number> {
    // Those who find out together ask once.
    this.#askingAgain ??= (async () => {
      this.#family = undefined;
      try {
        return await this.family();
      } finally {
        this.#askingAgain = undefined;
      }
    })();
    return this.#askingAgain;
  }

  /** What went wrong because the family is gone, tried again under its new number; the rest as it was. */
  async #againIfMoved(
    family: number,
    operations: readonly IpvsOperation[],
    failures: readonly BatchFailure[],
  ): Promise<readonly BatchFailure[]> {
    const lost = failures.filter(({ error }) => isErrno(error, ENOENT));
    if (lost.length === 0) return failures;
    const now = await this.#familyNow();
    if (now === family) return failures;
    const again = lost.flatMap(({ index }) => operations[index] ?? []);
    const more = await sendAll(this.#channel, operationList(now, again), explainIpvsRefusal);
    const kept = failures.filter(({ error }) => !isErrno(error, ENOENT));
    const moved = more.map(({ index, error }) => ({ index: lost[index]?.index ?? 0, error }));
    return [...kept, ...moved].sort((a, b) => a.index - b.index);
  }

  /**
   * Asks a kernel once what it knows, by what it reports of an entry that needs it. Where that has no answer, what depends on it
   * failed in the same way: nobody knows what became of it, and what else was in the batch is told all the same.
   */
  async #ignored(operations: readonly IpvsOperation[]): Promise<readonly OperationFailure[]> {
    const service = this.#features === undefined ? firstDemanding(operations) : undefined;
    if (service !== undefined) {
      const attributes = { service: encodeServiceKey(service) };
      const operation = (): string => `list destinations of ${serviceKeyId(service)}`;
      try {
        const request = ipvsRequest(await this.family(), ipvsCommand.getDestination, attributes, operation);
        [this.#features] = await dump(this.#channel, request, featuresIn, explainIpvsRefusal);
      } catch (error) {
        if (!(error instanceof NetlinkError)) throw error;
        return demanding(operations).map((demand) => ({ ...demand, error }));
      }
    }
    return this.#features === undefined ? [] : tooOld(operations, this.#features);
  }
}

const ENOENT = 2;
const ESRCH = 3;
const isErrno = (error: unknown, errno: number): boolean => error instanceof NetlinkError && error.errno === errno;

const readInfo = (payload: Message['payload']): IpvsInfo => {
  const { version = 0, connectionTableSize = 0 } = readAttributes(infoTable, decodeGeneric(payload).attributes);
  return { version, connectionTableSize };
};

const readCommand = ({ payload }: Message) => readAttributes(commandTable, decodeGeneric(payload).attributes);

const readService = (message: Message): ServiceEntry | undefined => {
  const { service } = readCommand(message);
  return service && decodeService(service);
};

const readDestination = (message: Message, family: 4 | 6): DestinationEntry | undefined => {
  const quick = readDestinationQuickly(message.payload, family);
  if (quick !== undefined) return quick;
  const { destination } = readCommand(message);
  return destination && decodeDestination(destination, family);
};

/** The kernel continues a long dump by position and adds at the front: what it had sent may come once more. */
const distinct = <T>(entries: readonly T[], id: (entry: T) => string): readonly T[] => {
  const byId = new Map(entries.map((entry) => [id(entry), entry]));
  return byId.size === entries.length ? entries : [...byId.values()];
};

// Nearly always true, and then no text is made of any key.
const areDistinct4 = <T>(entries: readonly T[], endpoint: (entry: T) => DestinationKey | undefined): boolean => {
  const seen = new Set<number>();
  for (const entry of entries) {
    const key = endpoint(entry);
    if (key?.address.family !== 4) return false;
    const [a = 0, b = 0, c = 0, d = 0] = key.address.bytes;
    seen.add((((a * 256 + b) * 256 + c) * 256 + d) * 65_536 + key.port);
  }
  return seen.size === entries.length;
};
