// IP addresses: text at the edge, bytes inside. The one place where either becomes the other.
import { createRequire } from 'node:module';

export type IpFamily = 4 | 6;

/** An IPv4 or IPv6 address; `bytes` are 4 or 16 bytes in network order and must not be changed. */
export interface IpAddress {
  readonly family: IpFamily;
  readonly bytes: Uint8Array;
}

/** Reads `10.0.0.1` or `2001:db8::1` (no prefix, no port, no zone, no brackets); undefined when it is neither. */
export const parseIp = (text: string): IpAddress | undefined => (text.includes(':') ? parseIp6(text) : parseIp4(text));

/** The text that inet_ntop(3) prints, which is what ipvsadm and keepalived show. */
export const formatIp = (ip: IpAddress): string => (ip.family === 4 ? formatIp4(ip.bytes) : formatIp6(ip.bytes));

/** A short string that is equal exactly for equal addresses: for Map keys. */
export const ipKey = (ip: IpAddress): string => formatIp(ip);

export const ipEqual = (a: IpAddress, b: IpAddress): boolean =>
  a.family === b.family && a.bytes.every((byte, i) => byte === b.bytes[i]);

const formatIp4 = (bytes: Uint8Array): string => `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;

// All four parts must be there and decimal: inet_pton(3), not inet_aton(3). A leading zero is refused as inet_pton does.
// By hand, since a large configuration has hundreds of thousands of them; the tests hold it to the library ip-address.
const parseIp4 = (text: string): IpAddress | undefined => {
  if (text.length < 7 || text.length > 15) return undefined;
  const bytes = new Uint8Array(4);
  let part = 0;
  let digits = 0;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT && digits > 0 && part < 3) {
      bytes[part++] = value;
      digits = 0;
      value = 0;
    } else if (code >= ZERO && code < ZERO + 10 && !(digits > 0 && value === 0)) {
      value = value * 10 + code - ZERO;
      digits++;
      if (value > 255) return undefined;
    } else return undefined;
  }
  if (part < 3 || digits === 0) return undefined;
  bytes[3] = value;
  return { family: 4, bytes };
};

const DOT = 46;
const ZERO = 48;

// The library is loaded at the first IPv6 address: a site without one never pays the 5 ms.
const parseIp6 = (text: string): IpAddress | undefined => {
  if (!/^[0-9a-fA-F:.]+$/.test(text)) return undefined;
  library ??= loadLibrary();
  if (!library.Address6.isValid(text)) return undefined;
  return { family: 6, bytes: Uint8Array.from(new library.Address6(text).toUnsignedByteArray()) };
};

let library: typeof import('ip-address') | undefined;
const loadLibrary = (): typeof import('ip-address') => createRequire(import.meta.url)('ip-address');

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
