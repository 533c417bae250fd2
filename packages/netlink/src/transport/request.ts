// The three ways to talk to the kernel: one request, one dump, a long list in batches.
import type { Ack } from '../codec/ack.ts';
import { ByteWriter } from '../codec/bytes.ts';
import { errnoName } from '../codec/errno.ts';
import { type Message, messageFlag, messageHeaderLength } from '../codec/message.ts';
import { NetlinkError } from '../errors.ts';
import type { Channel } from './channel.ts';
import { type Interruption, parcelLimits, type Request } from './parcel.ts';

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
      requests: [request],
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

/** Asks for a whole table, again when it changed while the kernel walked it. Rejects with NetlinkError. */
export const dump = async <T>(
  channel: Channel,
  request: Request,
  decode: (message: Message) => T | undefined,
  explain: ExplainRefusal = refused,
): Promise<readonly T[]> => {
  for (let attempt = 0; attempt < maxDumps; attempt++) {
    const entries = await dumpOnce(channel, request, decode, explain);
    if (entries !== 'interrupted') return entries;
  }
  throw new NetlinkError({
    code: 'NETLINK_INTERRUPTED',
    operation: request.operation(),
    message: `the table changed during each of ${maxDumps} dumps`,
  });
};

export interface BatchFailure {
  readonly index: number;
  readonly error: NetlinkError;
}

/** Sends all requests in order, many to a datagram, and goes on after refusals. Resolves with every failure, by index. */
export const sendAll = async (
  channel: Channel,
  requests: Iterable<Request>,
  explain: ExplainRefusal = refused,
): Promise<readonly BatchFailure[]> => {
  const failures: BatchFailure[] = [];
  const underWay = new Set<Promise<void>>();
  let fatal: Interruption | undefined;
  let sent = 0;
  for (const chunk of chunksOf(requests)) {
    const first = sent;
    sent += chunk.length;
    if (fatal !== undefined) {
      const why = fatal;
      chunk.forEach((request, i) => void failures.push({ index: first + i, error: why(request.operation()) }));
      continue;
    }
    const parcel = sendChunk(channel, chunk, first, failures, explain).then((interruption) => {
      underWay.delete(parcel);
      fatal ??= interruption;
    });
    underWay.add(parcel);
    if (underWay.size >= maxChunksUnderWay) await Promise.race(underWay);
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

const maxDumps = 10;
// More would only queue: the kernel works while sendmsg(2) runs.
const maxChunksUnderWay = 4;

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

const dumpOnce = <T>(
  channel: Channel,
  request: Request,
  decode: (message: Message) => T | undefined,
  explain: ExplainRefusal,
): Promise<readonly T[] | 'interrupted'> =>
  new Promise((resolve, reject) => {
    const gathered: T[] = [];
    let interrupted = false;
    let refusal: NetlinkError | undefined;
    channel.post({
      requests: [{ ...request, flags: request.flags | messageFlag.dump }],
      dump: true,
      onReply: (message) => {
        gather(gathered, decode(message));
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
        else resolve(interrupted ? 'interrupted' : gathered);
      },
    });
  });

// Resolves with the interruption after which nothing more should be sent.
const sendChunk = (
  channel: Channel,
  requests: readonly Request[],
  first: number,
  failures: BatchFailure[],
  explain: ExplainRefusal,
): Promise<Interruption | undefined> =>
  new Promise((resolve) => {
    const answered = new Set<number>();
    channel.post({
      requests,
      dump: false,
      onReply: () => undefined,
      onRefusal: (index, ack) => {
        answered.add(index);
        const operation = requests[index]?.operation() ?? '';
        failures.push({ index: first + index, error: explain(operation, ack) });
      },
      onEnd: (interruption) => {
        if (interruption === undefined) return resolve(undefined);
        const lost = requests.map((request, i) => ({ index: first + i, error: interruption(request.operation()) }));
        failures.push(...lost.filter((_, i) => !answered.has(i)));
        // After an overrun a fresh socket serves the rest; a kernel that does not answer is not asked again.
        resolve(lost[0]?.error.code === 'NETLINK_OVERRUN' ? undefined : interruption);
      },
    });
  });

// As many requests as one datagram may have, by count and by bytes; each is written once, here.
function* chunksOf(requests: Iterable<Request>): Generator<Request[]> {
  let chunk: Request[] = [];
  let bytes = 0;
  for (const request of requests) {
    const payload = payloadOf(request);
    const length = payload.length + messageHeaderLength + 3;
    if (chunk.length === parcelLimits.requests || (chunk.length > 0 && bytes + length > parcelLimits.bytes)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push({ ...request, payload: (writer) => writer.put(payload) });
    bytes += length;
  }
  if (chunk.length > 0) yield chunk;
}

const payloadOf = (request: Request): Uint8Array => {
  const writer = new ByteWriter(256);
  request.payload(writer);
  return writer.written();
};
