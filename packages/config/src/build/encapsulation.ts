// encap of a route: lightweight tunnels of ip, ip6, mpls and ila.
import type { IpAddress } from '../address.ts';
import type { Encapsulation } from '../model.ts';
import type { Word } from '../source/words.ts';
import type { Names } from './iproute-names.ts';
import { present } from './values.ts';
import { parseAnyBase, parseUnsigned, type WordCursor } from './word-cursor.ts';

const LARGEST_LABEL = 1_048_575;

export const readEncapsulation = (option: Word, cursor: WordCursor, names: Names): Encapsulation | undefined => {
  const kind = cursor.value(option);
  if (kind === undefined) return undefined;
  switch (kind.text) {
    case 'ip':
    case 'ip6':
      return readIp(kind.text, kind, cursor, names);
    case 'mpls':
      return readMpls(kind, cursor);
    case 'ila':
      return readIla(kind, cursor);
    default:
      return cursor.fail(kind, 'bad-value', `"${kind.text}" is not a kind of encap`, 'it is one of ip, ip6, mpls, ila');
  }
};

/** What stands for the fields of the outer header; ip6 calls two of them by other names. */
const IP_OPTIONS: Readonly<Record<'ip' | 'ip6', ReadonlySet<string>>> = {
  ip: new Set(['id', 'dst', 'src', 'tos', 'dsfield', 'ttl', 'hoplimit', 'flags']),
  ip6: new Set(['id', 'dst', 'src', 'tc', 'tos', 'dsfield', 'hoplimit', 'flags']),
};

const readIp = (
  kind: 'ip' | 'ip6',
  start: Word,
  cursor: WordCursor,
  names: Names,
): (Encapsulation & { kind: 'ip' | 'ip6' }) | undefined => {
  const family = kind === 'ip' ? 4 : 6;
  const end = (option: Word): IpAddress | undefined => {
    const address = cursor.ip(option);
    if (address === undefined || address.family === family) return address;
    return cursor.fail(option, 'mixed-families', `${option.text} of encap ${kind} must be an IPv${family} address`);
  };
  let result: Encapsulation & { kind: 'ip' | 'ip6' } = { kind };
  for (let word = cursor.peek(); word !== undefined && IP_OPTIONS[kind].has(word.text); word = cursor.peek()) {
    cursor.take();
    const { text } = word;
    if (text === 'id') result = { ...result, ...present('id', cursor.read(word, LONG, readLong)) };
    else if (text === 'dst') result = { ...result, ...present('destination', end(word)) };
    else if (text === 'src') result = { ...result, ...present('source', end(word)) };
    else if (text === 'flags') result = { ...result, ...present('flags', cursor.read(word, 'a number', parseAnyBase)) };
    else if (text === 'ttl' || text === 'hoplimit')
      result = { ...result, ...present('ttl', cursor.number(word, 0, 255)) };
    else
      result = {
        ...result,
        ...present(
          'tos',
          cursor.read(word, 'a TOS value', (tos) => names('dsfield', tos)),
        ),
      };
  }
  if (cursor.failed || result.id !== undefined || result.destination !== undefined) return result;
  return cursor.fail(start, 'missing-value', `encap ${kind} needs dst or id`);
};

const LONG = 'a decimal number of up to 64 bits';

const readMpls = (option: Word, cursor: WordCursor): Encapsulation | undefined => {
  const labels = cursor.read(option, 'one or more MPLS labels (0 to 1048575, with / between)', (text) => {
    const numbers = text.split('/').map(parseUnsigned);
    return numbers.every((label) => label !== undefined && label <= LARGEST_LABEL)
      ? numbers.flatMap((label) => label ?? [])
      : undefined;
  });
  if (labels === undefined) return undefined;
  const ttl = cursor.peek();
  if (ttl?.text !== 'ttl') return { kind: 'mpls', labels };
  cursor.take();
  return { kind: 'mpls', labels, ...present('ttl', cursor.number(ttl, 0, 255)) };
};

const CHECKSUM_MODES = ['adj-transport', 'neutral-map', 'no-action', 'neutral-map-auto'];

const readIla = (option: Word, cursor: WordCursor): Encapsulation | undefined => {
  const locator = cursor.read(option, 'a locator (four hexadecimal groups)', readLocator);
  if (locator === undefined) return undefined;
  const mode = cursor.peek();
  if (mode?.text !== 'csum-mode') return { kind: 'ila', locator };
  cursor.take();
  const number = cursor.read(mode, `one of ${CHECKSUM_MODES.join(', ')}`, (text) => {
    const index = CHECKSUM_MODES.indexOf(text);
    return index < 0 ? undefined : index;
  });
  return { kind: 'ila', locator, ...present('checksumMode', number) };
};

const readLocator = (text: string): string | undefined =>
  /^[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){3}$/.test(text) ? text.toLowerCase() : readLong(text);

/** A decimal number of up to 64 bits, as text. */
export const readLong = (text: string): string | undefined => {
  if (!/^\+?\d{1,20}$/.test(text)) return undefined;
  const number = BigInt(text.replace('+', ''));
  return number < 1n << 64n ? number.toString() : undefined;
};
