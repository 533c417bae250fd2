// The IPVS table of this network namespace, over netlink.
import { readAttributes } from '../codec/attribute.ts';
import { decodeGeneric } from '../codec/generic.ts';
import type { Message } from '../codec/message.ts';
import { NetlinkError } from '../errors.ts';
import type { Channel } from '../transport/channel.ts';
import { ask, dump, sendAll } from '../transport/request.ts';
import { commandTable, infoTable, ipvsCommand } from './command.ts';
import { decodeDestination } from './destination.ts';
import { resolveIpvsFamily } from './family.ts';
import { destinationKeyId, serviceKeyId } from './key.ts';
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
import { decodeService, encodeServiceKey, familyOf } from './service.ts';
import {
  type IpvsTimeouts,
  readDaemons,
  readTimeouts,
  type SyncDaemon,
  startDaemon,
  stopDaemon,
  writeTimeouts,
} from './settings.ts';
import { operationList } from './write-operation.ts';

/** IpvsKernel of a real kernel. Everything rejects with NetlinkError; apply() returns refusals as values. */
export class NetlinkIpvsKernel implements IpvsKernel {
  readonly #channel: Channel;
  #family: Promise<number> | undefined;

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
    const request = ipvsRequest(await this.family(), ipvsCommand.getInfo, {}, () => 'read the IPVS version');
    const [info] = await ask(this.#channel, request, ({ payload }) => readInfo(payload), explainIpvsRefusal);
    return info ?? { version: 0, connectionTableSize: 0 };
  }

  /** undefined when there is no such service. */
  async service(key: ServiceKey): Promise<ServiceEntry | undefined> {
    const attributes = { service: encodeServiceKey(key) };
    const operation = (): string => `read ${serviceKeyId(key)}`;
    const request = ipvsRequest(await this.family(), ipvsCommand.getService, attributes, operation);
    try {
      const [entry] = await ask(this.#channel, request, readService, explainIpvsRefusal);
      return entry;
    } catch (error) {
      if (isErrno(error, ESRCH)) return undefined;
      throw error;
    }
  }

  async services(): Promise<readonly ServiceEntry[]> {
    const request = ipvsRequest(await this.family(), ipvsCommand.getService, {}, () => 'list services');
    return dump(this.#channel, request, readService, explainIpvsRefusal);
  }

  /** Empty when there is no such service, as the kernel answers. */
  async destinations(key: ServiceKey): Promise<readonly DestinationEntry[]> {
    const attributes = { service: encodeServiceKey(key) };
    const operation = (): string => `list destinations of ${serviceKeyId(key)}`;
    const request = ipvsRequest(await this.family(), ipvsCommand.getDestination, attributes, operation);
    const family = familyOf(key);
    const entries = await dump(this.#channel, request, (m) => readDestination(m, family), explainIpvsRefusal);
    // The kernel continues a long dump by position and adds at the front: what it had sent may come once more.
    return distinct(entries);
  }

  async table(): Promise<LvsTable<ServiceEntry, DestinationEntry>> {
    const services = await this.services();
    const lists = await Promise.all(services.map(({ key }) => this.destinations(key)));
    return services.map((service, i) => ({ service, destinations: lists[i] ?? [] }));
  }

  async apply(operations: readonly IpvsOperation[]): Promise<readonly OperationFailure[]> {
    if (operations.length === 0) return [];
    const family = await this.family();
    const failures = await sendAll(this.#channel, operationList(family, operations), explainIpvsRefusal);
    return failures.flatMap(({ index, error }) => {
      const operation = operations[index];
      return operation === undefined ? [] : [{ index, operation, error }];
    });
  }

  async timeouts(): Promise<IpvsTimeouts> {
    return readTimeouts(this.#channel, await this.family());
  }

  /** Seconds; 0 or nothing leaves a timeout as it is. */
  async setTimeouts(timeouts: Partial<IpvsTimeouts>): Promise<void> {
    await writeTimeouts(this.#channel, await this.family(), timeouts);
  }

  async daemons(): Promise<readonly SyncDaemon[]> {
    return readDaemons(this.#channel, await this.family());
  }

  async startDaemon(daemon: SyncDaemon): Promise<void> {
    await startDaemon(this.#channel, await this.family(), daemon);
  }

  async stopDaemon(kind: SyncDaemon['kind']): Promise<void> {
    await stopDaemon(this.#channel, await this.family(), kind);
  }

  close(): void {
    this.#channel.close();
  }
}

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

const distinct = (entries: readonly DestinationEntry[]): readonly DestinationEntry[] => {
  if (areDistinct4(entries)) return entries;
  const byKey = new Map(entries.map((entry) => [destinationKeyId(entry.key), entry]));
  return byKey.size === entries.length ? entries : [...byKey.values()];
};

// Nearly always true, and then no text is made of any key.
const areDistinct4 = (entries: readonly DestinationEntry[]): boolean => {
  const seen = new Set<number>();
  for (const { key } of entries) {
    if (key.address.family !== 4) return false;
    const [a = 0, b = 0, c = 0, d = 0] = key.address.bytes;
    seen.add((((a * 256 + b) * 256 + c) * 256 + d) * 65_536 + key.port);
  }
  return seen.size === entries.length;
};
