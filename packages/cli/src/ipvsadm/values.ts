// Reads the values of options: numbers as strtol(3) does, addresses as inet_aton(3) does, host[:port] with names.
import { type IpAddress, parseIp } from '@vipward/config/address';
import type { NameNeeded } from './refusal.ts';

/** Names that were looked up; undefined in a map means "looked up, does not exist". */
export interface KnownNames {
  readonly hosts: ReadonlyMap<string, IpAddress | undefined>;
  /** By portKey(). */
  readonly ports: ReadonlyMap<string, number | undefined>;
}

export const noNames: KnownNames = { hosts: new Map(), ports: new Map() };

export const portKey = (service: string, protocol: string): string => `${service}/${protocol}`;

export interface HostPort {
  readonly kind: 'host-port';
  readonly address: IpAddress;
  /** undefined when none was written. */
  readonly port: number | undefined;
}

/** A decimal number as strtol(3) with base 10 reads it (blanks and a sign before it are fine); undefined outside the range. */
export const readNumber = (text: string, min: number, max: number): number | undefined => {
  if (!/^[ \t\n\v\f\r]*[+-]?\d+$/.test(text)) return undefined;
  const number = Number(text);
  return number >= min && number <= max ? number : undefined;
};

/** The number at the start of a text, as atoi(3) reads it; 0 when there is none. */
export const leadingNumber = (text: string): number => Number(/^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text)?.[1] ?? 0);

/**
 * The address of inet_aton(3): one to four parts, each decimal, 0octal or 0xhex, the last one filling what is left
 * ("10.1" is 10.0.0.1, "24" is 0.0.0.24). What follows a blank is not looked at.
 */
export const readIp4 = (text: string): IpAddress | undefined => readDotted(text) ?? readOldForm(text);

// `-R` reads hundreds of thousands of these: no regular expression, no array.
const readDotted = (text: string): IpAddress | undefined => {
  const bytes = new Uint8Array(4);
  let part = 0;
  let value = -1;
  for (let i = 0; i <= text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) {
      if (value === 0) return undefined;
      value = value < 0 ? digit : 10 * value + digit;
      if (value > 255) return undefined;
    } else {
      if (value < 0 || part > 3 || (i < text.length && digit !== dot)) return undefined;
      bytes[part++] = value;
      value = -1;
    }
  }
  return part === 4 ? { family: 4, bytes } : undefined;
};
const dot = '.'.charCodeAt(0) - 48;

const readOldForm = (text: string): IpAddress | undefined => {
  const parts = /^(\S+)(?:[ \t\n\v\f\r]|$)/.exec(text)?.[1]?.split('.');
  if (parts === undefined || parts.length > 4) return undefined;
  const numbers = parts.map(readPart);
  const last = numbers.pop();
  if (last === undefined || last >= 256 ** (4 - numbers.length)) return undefined;
  if (numbers.some((number) => number === undefined || number > 255)) return undefined;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, last);
  numbers.forEach((number, i) => {
    bytes[i] = number ?? 0;
  });
  return { family: 4, bytes };
};

const readPart = (part: string): number | undefined => {
  if (/^0[xX][0-9a-fA-F]+$/.test(part)) return Number(part);
  if (/^0[0-7]*$/.test(part)) return Number.parseInt(part, 8);
  return /^[1-9]\d*$/.test(part) ? Number(part) : undefined;
};

/** An IPv4 address or the name of a host that has one; undefined when it is neither. */
export const readIp4OrName = (text: string, names: KnownNames): IpAddress | NameNeeded | undefined => {
  const address = readIp4(text);
  if (address || text === '') return address;
  return names.hosts.has(text) ? names.hosts.get(text) : { kind: 'host-needed', host: text };
};

/**
 * HOST[:PORT] with HOST an IPv4 address, an IPv6 address (in brackets when a port follows) or a name, PORT a number or
 * the name of a service of `protocol`. Digits alone are refused, and so are brackets without a port; brackets around
 * anything but IPv6 fall away together with the port after them, as in ipvsadm.
 */
export const readHostPort = (text: string, protocol: string, names: KnownNames): HostPort | NameNeeded | undefined => {
  if (/^\d*$/.test(text)) return undefined;
  const bracketed = /^\[([^\]]*)\]:(.*)$/s.exec(text);
  if (text.startsWith('[') && bracketed === null) return undefined;
  const inner = bracketed?.[1] ?? text;
  const ip6 = colons.test(inner) ? parseIp(inner) : undefined;
  if (ip6) return withPort(ip6, bracketed?.[2], protocol, names);

  const colon = inner.lastIndexOf(':');
  const host = readIp4OrName(colon < 0 ? inner : inner.slice(0, colon), names);
  if (host === undefined || 'kind' in host) return host;
  return withPort(host, colon < 0 ? undefined : inner.slice(colon + 1), protocol, names);
};

// No IPv6 address has fewer than two colons; "10.0.0.1:80" is spared the attempt.
const colons = /:.*:/s;

const withPort = (
  address: IpAddress,
  text: string | undefined,
  protocol: string,
  names: KnownNames,
): HostPort | NameNeeded | undefined => {
  if (text === undefined) return { kind: 'host-port', address, port: undefined };
  const number = readNumber(text, 0, 65535);
  if (number !== undefined) return { kind: 'host-port', address, port: number };
  if (text === '' || protocol === '') return undefined;
  const key = portKey(text, protocol);
  if (!names.ports.has(key)) return { kind: 'port-needed', service: text, protocol };
  const port = names.ports.get(key);
  return port === undefined ? undefined : { kind: 'host-port', address, port };
};
