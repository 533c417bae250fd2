// Values in the words of keepalived.conf: what was written, and what the typed configuration made of it.
import { formatIp, type IpAddress } from '../address.ts';
import type { Statement } from '../blocks/block.ts';
import type { Grammar } from '../keywords/grammar.ts';
import type { Word } from '../source/words.ts';

/** The arguments as written, parameters put in. A command keeps its own quotes. */
export const writtenWords = ({ row, keyword, args }: Statement): string =>
  row.grammar.kind === 'script'
    ? keyword.line.text.slice(keyword.offset + keyword.text.length).trim()
    : wordsText(args);

export const wordsText = (words: readonly Word[]): string => words.map(({ text }) => quoted(text)).join(' ');

const quoted = (text: string): string => (text === '' || /[\s{}#!]/.test(text) ? `"${text}"` : text);

/** A value of the typed configuration; undefined when its form is not known here, so that the words written speak for it. */
export const valueWords = (value: unknown, keyword: string, grammar: Grammar): string | undefined => {
  switch (typeof value) {
    case 'number':
      return String(isMillis(keyword, grammar) ? value / 1000 : value);
    case 'string':
      return quoted(value);
    case 'boolean':
      return booleanWords(value, grammar);
    case 'object':
      return value === null ? undefined : objectWords(value, keyword);
    default:
      return undefined;
  }
};

/** Written in whole seconds, kept in milliseconds. */
const WHOLE_SECONDS: ReadonlySet<string> = new Set([
  'garp_master_delay',
  'garp_lower_prio_delay',
  'garp_master_refresh',
  'misc_timeout',
  'smtp_connect_timeout',
]);

const isMillis = (keyword: string, grammar: Grammar): boolean =>
  WHOLE_SECONDS.has(keyword.replace(/^vrrp_/, '')) || (grammar.kind === 'decimal' && grammar.unit === 's');

// The word that is there or is not needs no `off`.
const booleanWords = (value: boolean, grammar: Grammar): string | undefined => {
  if (grammar.kind === 'bool') return value ? 'on' : 'off';
  return value && grammar.kind === 'flag' ? '' : undefined;
};

const objectWords = (value: object, keyword: string): string | undefined => {
  if (isAddress(value)) return formatIp(value);
  if (keyword === 'lvs_method' && 'kind' in value) return forwardingWords(value);
  return undefined;
};

const isAddress = (value: object): value is IpAddress => 'family' in value && 'bytes' in value;

const forwardingWords = (value: object): string => {
  const { kind, tunnel, port, checksum }: Record<string, unknown> = { ...value };
  if (kind !== 'TUN') return String(kind);
  return [
    'TUN type',
    tunnel,
    ...(port === undefined ? [] : ['port', port]),
    ...(checksum === undefined ? [] : [checksum]),
  ].join(' ');
};
