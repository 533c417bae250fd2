// DNS messages as far as a check needs them (RFC 1035): one question out, id, flags, error code and question back.
import type { DnsCheck } from '@vipward/config';

/** Numbers of the record types: RFC 1035, 3596, 4034. */
export const recordTypes: Readonly<Record<DnsCheck['type'], number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  RRSIG: 46,
  DNSKEY: 48,
};

const headerLength = 12;
const recursionDesired = 0x0100;
const response = 0x8000;
const internet = 1;
const longestLabel = 63;
const longestName = 255;

/** A query with one question; undefined when the name cannot be written (empty or long labels, over 255 bytes). */
export const dnsQuery = (id: number, type: DnsCheck['type'], name: string): Uint8Array | undefined => {
  const encoded = encodeName(name);
  if (encoded === undefined) return undefined;
  const bytes = new Uint8Array(headerLength + encoded.length + 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id);
  view.setUint16(2, recursionDesired);
  view.setUint16(4, 1);
  bytes.set(encoded, headerLength);
  view.setUint16(headerLength + encoded.length, recordTypes[type]);
  view.setUint16(headerLength + encoded.length + 2, internet);
  return bytes;
};

/** The error code (0 = none, 3 = no such name) of an answer to `query`; undefined when it is none. */
export const readDnsReply = (query: Uint8Array, datagram: Uint8Array): number | undefined => {
  if (datagram.length < headerLength) return undefined;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const flags = view.getUint16(2);
  const sameId = datagram[0] === query[0] && datagram[1] === query[1];
  if (!sameId || (flags & response) === 0) return undefined;
  // Some servers leave the question out of an error; a question that is there must be ours (but for its letters' case).
  if (view.getUint16(4) > 0 && !sameQuestion(query, datagram)) return undefined;
  return flags & 15;
};

const sameQuestion = (query: Uint8Array, datagram: Uint8Array): boolean =>
  datagram.length >= query.length &&
  query.subarray(headerLength).every((byte, i) => lower(datagram[headerLength + i] ?? 0) === lower(byte));

const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);

const encodeName = (name: string): Uint8Array | undefined => {
  const plain = name.replace(/\.$/, '');
  if (plain === '') return new Uint8Array(1);
  const labels = plain.split('.').map((label) => new TextEncoder().encode(label));
  if (labels.some(({ length }) => length === 0 || length > longestLabel)) return undefined;
  const bytes = labels.flatMap((label) => [label.length, ...label]);
  return bytes.length + 1 > longestName ? undefined : Uint8Array.from([...bytes, 0]);
};
