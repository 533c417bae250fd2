// Lines of virtual_ipaddress: an address, and options of the table that each take one word or none.
import { type IpAddress, parseIp } from '../address.ts';
import { suggest } from '../diagnose/suggest.ts';
import { parseInteger } from '../keywords/read-number.ts';
import { blockTable } from '../keywords/table.ts';
import type { VirtualAddress } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import { present } from './values.ts';

const OPTIONS = 'vrrp_instance.virtual_ipaddress.<line>';
const LONGEST_NAME = 15;

/** What ip-address(8) calls the scopes. */
const SCOPES: ReadonlyMap<string, number> = new Map([
  ['global', 0],
  ['site', 200],
  ['link', 253],
  ['host', 254],
  ['nowhere', 255],
]);

/** Undefined when the address is unusable; that is reported. */
export const buildAddressLine = (words: readonly Word[], report: Report): VirtualAddress | undefined => {
  const [first] = words;
  if (first === undefined) return undefined;
  const found = readPrefixed(first, report);
  if (found === undefined) return undefined;
  const options = readOptions(words, report);
  const ip4 = found.address.family === 4;
  const scope = options.get('scope');
  return {
    ...found,
    ...present('dev', nameOption(options.get('dev'), report)),
    ...present('label', ip4 ? nameOption(options.get('label'), report) : undefined),
    ...present('scope', scope && ip4 ? readScope(scope, report) : undefined),
    at: locationOf(first),
  };
};

const readPrefixed = (word: Word, report: Report): { address: IpAddress; prefixLength: number } | undefined => {
  const slash = word.text.indexOf('/');
  const address = parseIp(slash < 0 ? word.text : word.text.slice(0, slash));
  if (address === undefined) {
    report('error', 'bad-address', `"${word.text}" is not an IP address`, locationOf(word));
    return undefined;
  }
  const full = address.family === 4 ? 32 : 128;
  if (slash < 0) return { address, prefixLength: full };
  const prefix = parseInteger(word.text.slice(slash + 1));
  if (prefix !== undefined && prefix >= 0 && prefix <= full) return { address, prefixLength: prefix };
  report(
    'error',
    'bad-prefix',
    `the prefix of ${word.text} is not a number from 0 to ${full}; ${full} is taken`,
    locationOf(word),
  );
  return { address, prefixLength: full };
};

// The words after the address, by option; aliases under their own name, `brd` and `broadcast` are not looked into.
const readOptions = (words: readonly Word[], report: Report): ReadonlyMap<string, Word> => {
  const table = blockTable(OPTIONS);
  const options = new Map<string, Word>();
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    const row = word && table.get(word.text);
    if (word === undefined) break;
    if (row === undefined) {
      const near = suggest(word.text, table.keys());
      const hint = near === undefined ? {} : { hint: `did you mean ${near}?` };
      report('warning', 'unknown-option', `"${word.text}" is not an option of an address`, locationOf(word), hint);
      continue;
    }
    if (!row.acted)
      report('note', 'not-acted-on', `${row.name} is read, but vipward does not act on it yet`, locationOf(word));
    if (row.grammar.kind === 'flag') continue;
    const value = words[++i];
    if (value === undefined) report('error', 'missing-value', `${row.name} needs a word after it`, locationOf(word));
    else options.set(row.name, value);
  }
  return options;
};

const nameOption = (word: Word | undefined, report: Report): string | undefined => {
  if (word === undefined || word.text.length <= LONGEST_NAME) return word?.text;
  report('error', 'too-long', `"${word.text}" is longer than ${LONGEST_NAME} characters`, locationOf(word));
  return undefined;
};

const readScope = (word: Word, report: Report): number | undefined => {
  const scope = SCOPES.get(word.text) ?? parseInteger(word.text);
  if (scope !== undefined && scope >= 0 && scope <= 255) return scope;
  report('error', 'bad-value', `"${word.text}" is not a scope`, locationOf(word));
  return undefined;
};
