// The three ways to talk to the kernel: one request, one dump, a long list in batches.
import type { Ack } from '../codec/ack.ts';
import { errnoName } from '../codec/errno.ts';
import { type Message, messageFlag } from '../codec/message.ts';
import { NetlinkError } from '../errors.ts';
import type { Channel } from './channel.ts';
import { type Packet, packetOf, packetsOf, type Request, type RequestList } from './packet.ts';
import type { Interruption } from './parcel.ts';

/** Turns a refusal into the error that the caller sees. */
export type ExplainRefusal = (operation: string, ack: Ack) => NetlinkError;

/** Sends one request and gathers what `decode` makes of its replies. Rejects with NetlinkError. */
export const ask = <T>(
  channel: Channel,
  request: Request,
  decode: (message: Message) => T | undefined,
  explain: ExplainRefusal = refused,
): Promise<readonly T[]> =>
  new Promise((resolve, reject) => {
    const gathered: T[] = [];
    let refusal: NetlinkError | undefined;
    channel.post({
      packet: packetOf(request),
      dump: false,
      onReply: (message) => gather(gathered, decode(message)),
      onRefusal: (_index, ack) => {
        refusal = explain(request.operation(), ack);
      },
      onEnd: (interruption) => {
        const error = interruption?.(request.operation()) ?? refusal;
        if (error === undefined) resolve(gathered);
        else reject(error);
      },
    });
  });

/** Asks for a whole table, again when the kernel says that it changed while it was walked. Rejects with NetlinkError. */
export const dump = async <T>(
  channel: Channel,
  request: Request,
  decode: (message: Message) => T | undefined,
  explain: ExplainRefusal = refused,
): Promise<readonly T[]> => {
  for (let attempt = 0; attempt < maxDumps; attempt++) {
    const { entries, interrupted } = await dumpOnce(channel, request, decode, explain);
    if (!interrupted) return entries;
  }
  throw changedEveryTime(request.operation());
};

/** One answer to a dump. */
export interface Dumped<T> {
  readonly entries: readonly T[];
  /** How many datagrams its entries came in. The kernel holds its table's lock while it fills one of them. */
  readonly datagrams: number;
  /** The kernel says that the table changed meanwhile (NLM_F_DUMP_INTR). */
  readonly interrupted: boolean;
}

/** Asks for a whole table once. `takeRun` is Parcel.onDatagram, for those who read many messages in one go. Rejects with NetlinkError. */
export const dumpOnce = <T>(
  channel: Channel,
  request: Request,
  decode: (message: Message) => T | undefined,
  explain: ExplainRefusal,
  takeRun?: (datagram: Uint8Array, sequence: number) => number,
): Promise<Dumped<T>> =>
  new Promise((resolve, reject) => {
    const entries: T[] = [];
    let first = 0;
    let last = -1;
    let interrupted = false;
    let refusal: NetlinkError | undefined;
    const count = (): void => {
      if (last < 0) first = channel.received;
      last = channel.received;
    };
    channel.post({
      packet: packetOf({ ...request, flags: request.flags | messageFlag.dump }),
      dump: true,
      onReply: (message) => {
        count();
        gather(entries, decode(message));
      },
      onDatagram: (datagram, sequence) => {
        const taken = takeRun?.(datagram, sequence) ?? 0;
        if (taken > 0) count();
        return taken;
      },
      onChanged: () => {
        interrupted = true;
      },
      onRefusal: (_index, ack) => {
        refusal = explain(request.operation(), ack);
      },
      onEnd: (interruption) => {
        const error = interruption?.(request.operation()) ?? refusal;
        if (error !== undefined) reject(error);
        else resolve({ entries, datagrams: last < 0 ? 0 : last - first + 1, interrupted });
      },
    });
  });

/** A table may change while it is read; after so many times it is said. */
export const maxDumps = 10;

export const changedEveryTime = (operation: string): NetlinkError =>
  new NetlinkError({
    code: 'NETLINK_INTERRUPTED',
    operation,
    message: `the table changed during each of ${maxDumps} dumps`,
  });

export interface BatchFailure {
  readonly index: number;
  readonly error: NetlinkError;
}

/** Sends all requests in order, many to a datagram, and goes on after refusals. Resolves with every failure, by index. */
export const sendAll = async (
  channel: Channel,
  requests: RequestList,
  explain: ExplainRefusal = refused,
): Promise<readonly BatchFailure[]> => {
  const failures: BatchFailure[] = [];
  const underWay = new Set<Promise<void>>();
  let fatal: Interruption | undefined;
  let sent = 0;
  for (const packet of packetsOf(requests, channel.arenas, () => channel.requestsAtOnce)) {
    const first = sent;
    sent += packet.offsets.length;
    if (fatal !== undefined) {
      failures.push(...failAll(packet, first, fatal));
      continue;
    }
    const parcel = sendPacket(channel, packet, first, failures, explain).then((interruption) => {
      underWay.delete(parcel);
      fatal ??= interruption;
      // Answered in full, so sent in full.
      if (interruption === undefined) channel.arenas.giveBack(packet);
    });
    underWay.add(parcel);
    if (underWay.size >= maxPacketsUnderWay) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  return failures.sort((a, b) => a.index - b.index);
};

/** The error of a refused request: the errno and the kernel's own words. */
export const refused: ExplainRefusal = (operation, { errno, extended }) =>
  new NetlinkError({
    code: 'NETLINK_REFUSED',
    operation,
    errno,
    errnoName: errnoName(errno),
    kernelMessage: kernelWords(extended),
  });

/** EPERM says what is missing. */
export const explainPermission = (operation: string, ack: Ack): NetlinkError | undefined => {
  if (ack.errno !== 1) return undefined;
  return new NetlinkError({
    code: 'NETLINK_REFUSED',
    operation,
    errno: 1,
    errnoName: 'EPERM',
    kernelMessage: kernelWords(ack.extended),
    message: 'EPERM: run as root, or give the process CAP_NET_ADMIN',
  });
};

// More would only queue: the kernel works while sendmsg(2) runs.
const maxPacketsUnderWay = 4;

const kernelWords = ({ message, offset, missingType }: Ack['extended']): string | undefined => {
  const where = [
    offset === undefined ? '' : `offset ${offset}`,
    missingType === undefined ? '' : `attribute ${missingType} is missing`,
  ].filter(Boolean);
  if (message === undefined) return where.length > 0 ? where.join(', ') : undefined;
  return where.length > 0 ? `${message} (${where.join(', ')})` : message;
};

const gather = <T>(gathered: T[], value: T | undefined): void => {
  if (value !== undefined) gathered.push(value);
};

// Resolves with the interruption after which nothing more should be sent.
const sendPacket = (
  channel: Channel,
  packet: Packet,
  first: number,
  failures: BatchFailure[],
  explain: ExplainRefusal,
): Promise<Interruption | undefined> =>
  new Promise((resolve) => {
    const answered = new Set<number>();
    channel.post({
      packet,
      dump: false,
      onReply: () => undefined,
      onRefusal: (index, ack) => {
        answered.add(first + index);
        failures.push({ index: first + index, error: explain(packet.operation(index), ack) });
      },
      onEnd: (interruption) => {
        if (interruption === undefined) {
          resolve(undefined);
          return;
        }
        const lost = failAll(packet, first, interruption);
        failures.push(...lost.filter(({ index }) => !answered.has(index)));
        // After an overrun a fresh socket serves the rest; a kernel that does not answer is not asked again.
        resolve(lost[0]?.error.code === 'NETLINK_OVERRUN' ? undefined : interruption);
      },
    });
  });

const failAll = (packet: Packet, first: number, why: Interruption): readonly BatchFailure[] =>
  Array.from({ length: packet.offsets.length }, (_, i) => ({ index: first + i, error: why(packet.operation(i)) }));
