// IP addresses: text at the edge, bytes inside. The one place where either becomes the other.
import { Address4, Address6 } from 'ip-address';

export type IpFamily = 4 | 6;

/** An IPv4 or IPv6 address; `bytes` are 4 or 16 bytes in network order and must not be changed. */
export interface IpAddress {
  readonly family: IpFamily;
  readonly bytes: Uint8Array;
}

/** Reads `10.0.0.1` or `2001:db8::1` (no prefix, no port, no zone, no brackets); undefined when it is neither. */
export const parseIp = (text: string): IpAddress | undefined => (text.includes(':') ? parseIp6(text) : parseIp4(text));

/** The text that inet_ntop(3) prints, which is what ipvsadm and keepalived show. */
export const formatIp = (ip: IpAddress): string => (ip.family === 4 ? ip.bytes.join('.') : formatIp6(ip.bytes));

/** A short string that is equal exactly for equal addresses: for Map keys. */
export const ipKey = (ip: IpAddress): string => formatIp(ip);

export const ipEqual = (a: IpAddress, b: IpAddress): boolean =>
  a.family === b.family && a.bytes.every((byte, i) => byte === b.bytes[i]);

// All four parts must be there and decimal: inet_pton(3), not inet_aton(3). A leading zero is refused as inet_pton does.
const parseIp4 = (text: string): IpAddress | undefined => {
  if (!/^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) || !Address4.isValid(text)) return undefined;
  return { family: 4, bytes: Uint8Array.from(text.split('.'), Number) };
};

const parseIp6 = (text: string): IpAddress | undefined => {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !Address6.isValid(text)) return undefined;
  return { family: 6, bytes: Uint8Array.from(new Address6(text).toUnsignedByteArray()) };
};

// glibc's inet_ntop: the longest run of two or more zero groups (the first of equals) becomes "::"; an address
// ::ffff:a.b.c.d or ::a.b.c.d ends dotted. No library prints exactly this.
const formatIp6 = (bytes: Uint8Array): string => {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const zeros = longestZeroRun(groups);
  const dotted =
    zeros.start === 0 && (zeros.length === 6 || (zeros.length === 5 && groups[5] === 0xffff))
      ? bytes.slice(12).join('.')
      : undefined;
  const words = groups.slice(0, dotted === undefined ? 8 : 6).map((g) => g.toString(16));
  if (dotted !== undefined) words.push(dotted);
  if (zeros.length < 2) return words.join(':');
  const head = words.slice(0, zeros.start).join(':');
  const tail = words.slice(zeros.start + zeros.length).join(':');
  return `${head}::${tail}`;
};

const longestZeroRun = (groups: readonly number[]): { start: number; length: number } => {
  let best = { start: -1, length: 0 };
  let start = 0;
  groups.forEach((group, i) => {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  });
  return best;
};
