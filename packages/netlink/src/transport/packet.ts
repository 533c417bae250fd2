// A packet: requests written into one datagram, their sequence numbers left open until it is sent.
import { ByteWriter } from '../codec/bytes.ts';
import { messageFlag, messageHeaderLength, patchHeader, writeMessage } from '../codec/message.ts';

/** One message to the kernel. */
export interface Request {
  readonly type: number;
  /** NLM_F_* beside REQUEST and ACK. */
  readonly flags: number;
  payload(writer: ByteWriter): void;
  /** What is attempted, in words, for errors. */
  operation(): string;
}

export interface Packet {
  readonly requests: readonly Request[];
  /** Where each message begins. */
  readonly offsets: readonly number[];
  readonly writer: ByteWriter;
}

/** Bounds of one datagram: requests in it, and bytes (the kernel takes what fits its send buffer, 212,992 bytes). */
export const packetLimits = { requests: 100, bytes: 64 * 1024 } as const;

/** As many requests as one datagram may have, again and again, in order. A request beyond the bounds goes alone. */
export function* packetsOf(requests: Iterable<Request>): Generator<Packet> {
  let packet = emptyPacket();
  for (const request of requests) {
    const start = packet.writer.length;
    append(packet, request);
    if (packet.writer.length > packetLimits.bytes && start > 0) {
      packet.writer.truncate(start);
      packet.requests.pop();
      packet.offsets.pop();
      yield packet;
      packet = emptyPacket();
      append(packet, request);
    }
    if (packet.requests.length === packetLimits.requests) {
      yield packet;
      packet = emptyPacket();
    }
  }
  if (packet.requests.length > 0) yield packet;
}

/** A datagram of one request. */
export const packetOf = (request: Request): Packet => {
  const packet = emptyPacket(256);
  append(packet, request);
  return packet;
};

/**
 * The datagram, its sequence numbers counting from `first` (mod 2^32). Only the last message asks for an ACK: refusals come
 * unasked, and the kernel keeps the order. A dump ends by itself.
 */
export const seal = ({ requests, offsets, writer }: Packet, first: number, dump: boolean): Uint8Array => {
  const last = requests.length - 1;
  offsets.forEach((offset, index) => {
    const asks = index === last && !dump ? messageFlag.ack : 0;
    const flags = (requests[index]?.flags ?? 0) | messageFlag.request | asks;
    patchHeader(writer, offset, flags, (first + index) >>> 0);
  });
  return writer.written();
};

interface GrowingPacket extends Packet {
  readonly requests: Request[];
  readonly offsets: number[];
}

// A destination takes about 150 bytes.
const emptyPacket = (capacity: number = packetLimits.requests * (messageHeaderLength + 160)): GrowingPacket => ({
  requests: [],
  offsets: [],
  writer: new ByteWriter(capacity),
});

const append = ({ requests, offsets, writer }: GrowingPacket, request: Request): void => {
  offsets.push(writer.length);
  requests.push(request);
  writeMessage(writer, { type: request.type, flags: 0, sequence: 0 }, request.payload);
};
