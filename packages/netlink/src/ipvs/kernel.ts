// The IPVS table of this network namespace, over netlink.
import { readAttributes } from '../codec/attribute.ts';
import { decodeGeneric } from '../codec/generic.ts';
import type { Message } from '../codec/message.ts';
import { NetlinkError } from '../errors.ts';
import type { Channel } from '../transport/channel.ts';
import { ask, type BatchFailure, dump, dumpOnce, sendAll } from '../transport/request.ts';
import { commandTable, infoTable, ipvsCommand } from './command.ts';
import { decodeDestination } from './destination.ts';
import { resolveIpvsFamily } from './family.ts';
import { serviceKeyId } from './key.ts';
import type {
  DestinationEntry,
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
import { haveSameDestinations, haveSameServices, readSteadily } from './steady.ts';
import { daemonTooOld, demanding, type Feature, featuresIn, firstDemanding, tooOld, undoing } from './too-old.ts';
import { operationList } from './write-operation.ts';

/** IpvsKernel of a real kernel. Everything rejects with NetlinkError; apply() returns refusals as values. */
export class NetlinkIpvsKernel implements IpvsKernel {
  readonly #channel: Channel;
  #family: Promise<number> | undefined;
  #askingAgain: Promise<number> | undefined;
  #features: ReadonlySet<Feature> | undefined;
  /** What is written next, and what was read last. */
  #rows: readonly [DestinationRows, DestinationRows] | undefined;

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
    return this.#steadily(ipvsCommand.getService, {}, () => 'list services', readService, haveSameServices);
  }

  /** Empty when there is no such service, as the kernel answers. */
  async destinations(key: ServiceKey): Promise<readonly DestinationEntry[]> {
    const family = familyOf(key);
    const { attributes, operation } = destinationsOf(key);
    const read = (message: Message): DestinationEntry | undefined => readDestination(message, family);
    return this.#steadily(ipvsCommand.getDestination, attributes, operation, read, haveSameDestinations);
  }

  /**
   * The destinations as columns, where they fit: see DestinationRows.complete. Valid until the next call; calls must not
   * overlap.
   */
  async rows(key: ServiceKey): Promise<DestinationRows> {
    const { attributes, operation } = destinationsOf(key);
    return this.#withFamily((family) => {
      const request = ipvsRequest(family, ipvsCommand.getDestination, attributes, operation);
      const read = async () => {
        const [rows, previous] = this.#rows ?? [new DestinationRows(), new DestinationRows()];
        this.#rows = [previous, rows];
        rows.clear();
        const take = ({ payload }: Message): undefined => void rows.take(payload);
        const takeRun = (datagram: Uint8Array, sequence: number): number => rows.takeRun(datagram, family, sequence);
        return { ...(await dumpOnce(this.#channel, request, take, explainIpvsRefusal, takeRun)), value: rows };
      };
      return readSteadily(operation, read, (one, other) => one.hasSameKeys(other));
    });
  }

  async table(): Promise<LvsTable<ServiceEntry, DestinationEntry>> {
    const table: { service: ServiceEntry; destinations: readonly DestinationEntry[] }[] = [];
    // One after the other: what is read twice is read twice in a row, and has the least time to change.
    for (const service of await this.services())
      table.push({ service, destinations: await this.destinations(service.key) });
    return table;
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

  #steadily<T>(
    command: number,
    attributes: Parameters<typeof ipvsRequest>[2],
    operation: () => string,
    read: (message: Message) => T | undefined,
    agree: (one: readonly T[], other: readonly T[]) => boolean,
  ): Promise<readonly T[]> {
    return this.#withFamily((family) => {
      const request = ipvsRequest(family, command, attributes, operation);
      const once = async () => {
        const { entries: value, ...more } = await dumpOnce(this.#channel, request, read, explainIpvsRefusal);
        return { ...more, value };
      };
      return readSteadily(operation, once, agree);
    });
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
      const { attributes, operation } = destinationsOf(service);
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

const destinationsOf = (key: ServiceKey) => ({
  attributes: { service: encodeServiceKey(key) },
  operation: (): string => `list destinations of ${serviceKeyId(key)}`,
});

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
