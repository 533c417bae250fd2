// ICMP and ICMPv6 echo messages as bytes (RFC 792, RFC 4443), and the filters that let only echo replies through.
import { endianness } from 'node:os';
import type { IpFamily } from '@vipward/config/address';

const request = { 4: 8, 6: 128 } as const;
const reply = { 4: 0, 6: 129 } as const;
const headerLength = 8;

/** `id` is 2 bytes, `data` what must come back. The kernel makes the checksum of ICMPv6; a ping socket sets its own id. */
export const echoRequest = (family: IpFamily, id: Uint8Array, data: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(headerLength + data.length);
  bytes[0] = request[family];
  bytes.set(id.subarray(0, 2), 4);
  bytes[7] = 1;
  bytes.set(data, headerLength);
  if (family === 4) new DataView(bytes.buffer).setUint16(2, checksum(bytes));
  return bytes;
};

/** Whether this is an echo reply with that data; an IPv4 header before it (raw sockets) is skipped. */
export const isEchoReply = (family: IpFamily, packet: Uint8Array, data: Uint8Array): boolean => {
  const first = packet[0] ?? 0;
  // An ICMP message that matters here begins with 0: a first half byte of 4 is an IPv4 header.
  const message = family === 4 && first >> 4 === 4 ? packet.subarray((first & 15) * 4) : packet;
  return (
    message.length === headerLength + data.length &&
    message[0] === reply[family] &&
    message[1] === 0 &&
    data.every((byte, i) => message[headerLength + i] === byte)
  );
};

/** struct icmp_filter: a set bit blocks its type. */
export const onlyEchoReplies4 = (): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, ~(1 << reply[4]) >>> 0, endianness() === 'LE');
  return bytes;
};

/** struct icmp6_filter: the same in eight words of 32 types. */
export const onlyEchoReplies6 = (): Uint8Array => {
  const bytes = new Uint8Array(32).fill(0xff);
  const word = reply[6] >> 5;
  new DataView(bytes.buffer).setUint32(4 * word, ~(1 << (reply[6] & 31)) >>> 0, endianness() === 'LE');
  return bytes;
};

/** The internet checksum (RFC 1071). */
const checksum = (bytes: Uint8Array): number => {
  let sum = 0;
  for (const [i, byte] of bytes.entries()) sum += i % 2 === 0 ? byte << 8 : byte;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};
