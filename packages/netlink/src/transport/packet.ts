// A packet: requests written into one datagram, their sequence numbers left open until it is sent.
import { ByteWriter } from '../codec/bytes.ts';
import { addFlags, messageFlag, messageHeaderLength, patchSequence, writeMessage } from '../codec/message.ts';

/** One message to the kernel. */
export interface Request {
  readonly type: number;
  /** NLM_F_* beside REQUEST and ACK. */
  readonly flags: number;
  payload(writer: ByteWriter): void;
  /** What is attempted, in words, for errors. */
  operation(): string;
}

/** Many messages by number: nothing is made for one before it is written, and its words only when they are wanted. */
export interface RequestList {
  readonly length: number;
  /** Appends one whole message, its flags REQUEST and what it needs beside ACK. */
  write(writer: ByteWriter, index: number): void;
  operation(index: number): string;
}

export interface Packet {
  /** Where each message begins. */
  readonly offsets: ArrayLike<number>;
  readonly writer: ByteWriter;
  /** What the message of this number in the packet attempts. */
  operation(index: number): string;
}

/** Bounds of one datagram: requests in it, and bytes (the kernel takes what fits its send buffer, 212,992 bytes). */
export const packetLimits = { requests: 400, bytes: 64 * 1024 } as const;
/** So many whatever the receive buffer: their refusals fit the usual one. */
export const requestsAtLeast = 100;

/** Where the bytes of a packet go. */
export interface Arena {
  readonly writer: ByteWriter;
  readonly offsets: Uint32Array;
}

/** A packet in an arena. */
export interface PacketInArena extends Packet {
  readonly arena: Arena;
}

export interface Arenas {
  take(): Arena;
}

/**
 * As many requests as one datagram may have, `most` when it is begun, again and again, in order. A request beyond the bounds
 * goes alone.
 */
export function* packetsOf(
  list: RequestList,
  arenas: Arenas = freshArenas,
  most: () => number = () => requestsAtLeast,
): Generator<PacketInArena> {
  let next = 0;
  while (next < list.length) {
    const first = next;
    const arena = arenas.take();
    const { writer, offsets } = arena;
    const limit = Math.min(most(), packetLimits.requests);
    let count = 0;
    while (next < list.length && count < limit) {
      const start = writer.length;
      list.write(writer, next);
      if (writer.length > packetLimits.bytes && start > 0) {
        writer.truncate(start);
        break;
      }
      offsets[count] = start;
      count += 1;
      next += 1;
    }
    yield { offsets: offsets.subarray(0, count), writer, arena, operation: (index) => list.operation(first + index) };
  }
}

/** A datagram of one request. */
export const packetOf = (request: Request): Packet => {
  const writer = new ByteWriter(256);
  writeRequest(writer, request);
  return { offsets: [0], writer, operation: () => request.operation() };
};

export const listOf = (requests: readonly Request[]): RequestList => ({
  length: requests.length,
  write(writer, index) {
    const request = requests[index];
    if (request !== undefined) writeRequest(writer, request);
  },
  operation: (index) => requests[index]?.operation() ?? '',
});

export const writeRequest = (writer: ByteWriter, { type, flags, payload }: Request): void =>
  void writeMessage(writer, { type, flags: flags | messageFlag.request, sequence: 0 }, payload);

/**
 * The datagram, its sequence numbers counting from `first` (mod 2^32). Only the last message asks for an ACK: refusals come
 * unasked, and the kernel keeps the order. A dump ends by itself.
 */
export const seal = ({ offsets, writer }: Packet, first: number, dump: boolean): Uint8Array => {
  const count = offsets.length;
  for (let index = 0; index < count; index++) patchSequence(writer, offsets[index] ?? 0, (first + index) >>> 0);
  if (!dump && count > 0) addFlags(writer, offsets[count - 1] ?? 0, messageFlag.ack);
  return writer.written();
};

// A destination takes about 150 bytes. Of what is not written no page is touched.
const arenaLength = packetLimits.requests * (messageHeaderLength + 160);

const freshArenas: Arenas = {
  take: () => ({ writer: new ByteWriter(arenaLength), offsets: new Uint32Array(packetLimits.requests) }),
};

/** Arenas that are used again: new memory costs more than what is written into it. */
export class ArenaPool implements Arenas {
  readonly #free: Arena[] = [];

  take(): Arena {
    return this.#free.pop() ?? freshArenas.take();
  }

  /** Only once nobody can send the packet any more. */
  giveBack({ arena }: PacketInArena): void {
    arena.writer.truncate(0);
    this.#free.push(arena);
  }
}
