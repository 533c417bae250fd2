// Ancillary data (cmsghdr sequences) as bytes, both ways, and the two pktinfo structs that travel in it.
import { endianness } from 'node:os';

const little = endianness() === 'LE';
/** struct cmsghdr on 64-bit Linux: size_t length, int level, int type; everything is aligned to 8. */
const headerLength = 16;
const align = (length: number): number => (length + 7) & ~7;

export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

/** For the `control` argument of send(), such as [{ level: IPPROTO_IPV6, type: IPV6_HOPLIMIT, data: controlInt(255) }]. */
export function encodeControl(messages: readonly ControlMessage[]): Uint8Array {
  const bytes = new Uint8Array(messages.reduce((sum, { data }) => sum + headerLength + align(data.length), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { level, type, data } of messages) {
    view.setBigUint64(at, BigInt(headerLength + data.length), little);
    view.setInt32(at + 8, level, little);
    view.setInt32(at + 12, type, little);
    bytes.set(data, at + headerLength);
    at += headerLength + align(data.length);
  }
  return bytes;
}

/** The messages of a datagram's `control`; `data` are views. A message that runs over the end, and what follows, is left out. */
export function decodeControl(bytes: Uint8Array): ControlMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: ControlMessage[] = [];
  let at = 0;
  while (at + headerLength <= bytes.length) {
    const length = Number(view.getBigUint64(at, little));
    if (length < headerLength || length > bytes.length - at) break;
    messages.push({
      level: view.getInt32(at + 8, little),
      type: view.getInt32(at + 12, little),
      data: bytes.subarray(at + headerLength, at + length),
    });
    at += align(length);
  }
  return messages;
}

/** A C int in the machine's byte order: hop limits, traffic classes, option values. */
export function controlInt(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

/** The int in a message or an option's value; undefined when it is shorter. */
export function readControlInt(data: Uint8Array): number | undefined {
  if (data.length < 4) return undefined;
  return new DataView(data.buffer, data.byteOffset, data.byteLength).getInt32(0, little);
}

/** struct in_pktinfo for IP_PKTINFO on sending: the interface and the source address (4 bytes). */
export function inPktinfo(ifIndex: number, source: Uint8Array = new Uint8Array(4)): Uint8Array {
  if (source.length !== 4) throw new RangeError(`an IPv4 address has 4 bytes, not ${source.length}`);
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setInt32(0, ifIndex, little);
  bytes.set(source, 4);
  return bytes;
}

/** struct in6_pktinfo for IPV6_PKTINFO on sending: the source address (16 bytes) and the interface. */
export function in6Pktinfo(source: Uint8Array, ifIndex: number): Uint8Array {
  if (source.length !== 16) throw new RangeError(`an IPv6 address has 16 bytes, not ${source.length}`);
  const bytes = new Uint8Array(20);
  bytes.set(source);
  new DataView(bytes.buffer).setInt32(16, ifIndex, little);
  return bytes;
}

/** Where a datagram arrived: interface and the destination address in its header, as a copy. */
export interface Arrival {
  readonly ifIndex: number;
  readonly destination: Uint8Array;
}

/** Reads the data of an IP_PKTINFO (12 bytes) or IPV6_PKTINFO (20 bytes) message; undefined for other lengths. */
export function parsePktinfo(data: Uint8Array): Arrival | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (data.length) {
    case 12:
      return { ifIndex: view.getInt32(0, little), destination: data.slice(8, 12) };
    case 20:
      return { ifIndex: view.getInt32(16, little), destination: data.slice(0, 16) };
    default:
      return undefined;
  }
}
