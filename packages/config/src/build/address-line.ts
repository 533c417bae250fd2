// Lines of static_ipaddress, virtual_ipaddress and virtual_ipaddress_excluded: the arguments of `ip address`.
import { type IpAddress, parseIp } from '../address.ts';
import { addressHint, CONTINUATION, prefixHint } from '../diagnose/hints.ts';
import { suggest } from '../diagnose/suggest.ts';
import { rememberInterface } from '../host/interface-places.ts';
import { parseInteger } from '../keywords/read-number.ts';
import { blockTable } from '../keywords/table.ts';
import type { Prefix, StaticAddress } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import type { Names } from './iproute-names.ts';
import { present } from './values.ts';

const LONGEST_NAME = 15;
const FOREVER = 0xffff_ffff;

/** What lines of value blocks need to know of their surroundings. */
export interface LineContext {
  readonly names: Names;
  readonly report: Report;
  /** Options that were said to have no effect; each is said once. */
  readonly mentioned: Set<string>;
}

/** Undefined when the address is unusable; that is reported. `path` is the table of the options. */
export const buildAddressLine = (
  words: readonly Word[],
  path: string,
  context: LineContext,
): StaticAddress | undefined => {
  const { names, report } = context;
  const [first] = words;
  if (first === undefined) return undefined;
  const found = readPrefixed(first, report);
  if (found === undefined) return undefined;
  const options = readOptions(words, path, context);
  const only4 = (name: string): Word | undefined => {
    const word = options.get(name);
    if (word === undefined || found.address.family === 4) return word;
    report('warning', 'not-in-family', `an IPv6 address has no ${name}; it is ignored`, locationOf(word));
    return undefined;
  };
  const flag = (name: string): true | undefined => (options.has(name) ? true : undefined);
  const scope = only4('scope');
  const dev = options.get('dev');
  const line: StaticAddress = {
    ...found,
    ...present('dev', nameOption(dev, report)),
    ...present('label', nameOption(only4('label'), report)),
    ...present('scope', scope && readScope(scope, names, report)),
    ...present('broadcast', readBroadcast(only4('broadcast'), found, report)),
    ...present('peer', readPeer(options.get('peer'), found.address, report)),
    ...present('home', flag('home')),
    ...present('dad', flag('-nodad')),
    ...present('mngtmpaddr', flag('mngtmpaddr')),
    ...present('noprefixroute', flag('noprefixroute')),
    ...present('autojoin', flag('autojoin')),
    ...present('noTrack', flag('no_track')),
    ...present('preferredLifetime', readLifetime(options.get('preferred_lft'), report)),
    ...present('useVmac', flag('use_vmac')),
    ...present('trackGroup', options.get('track_group')?.text),
    at: locationOf(first),
  };
  return rememberInterface(line, dev && locationOf(dev));
};

const readPrefixed = (word: Word, report: Report): Prefix | undefined => {
  const slash = word.text.indexOf('/');
  const address = parseIp(slash < 0 ? word.text : word.text.slice(0, slash));
  if (address === undefined) {
    const hint = lineHint(word.text);
    report(
      'error',
      'bad-address',
      `"${word.text}" is not an IP address`,
      locationOf(word),
      hint === undefined ? {} : { hint },
    );
    return undefined;
  }
  const full = address.family === 4 ? 32 : 128;
  if (slash < 0) return { address, prefixLength: full };
  const prefix = parseInteger(word.text.slice(slash + 1));
  if (prefix !== undefined && prefix >= 0 && prefix <= full) return { address, prefixLength: prefix };
  const hint = address.family === 4 ? prefixHint(word.text.slice(slash + 1)) : undefined;
  report(
    'error',
    'bad-prefix',
    `the prefix of ${word.text} is not a number from 0 to ${full}; ${full} is taken`,
    locationOf(word),
    hint === undefined ? {} : { hint },
  );
  return { address, prefixLength: full };
};

// An address of an interface has no port.
const lineHint = (text: string): string | undefined => {
  const port = /^([\d.]+):\d+/.exec(text);
  if (text.startsWith('$')) return addressHint(text);
  return port === null
    ? addressHint(text.replace(/\/.*/, ''))
    : `write it without a port: ${port[1]}; the port stands at virtual_server`;
};

const MASK = /^(?:255|254|252|248|240|224|192|128)(?:\.\d+){3}$/;

const optionHint = (text: string, near: string | undefined): { readonly hint?: string } => {
  if (MASK.test(text)) return { hint: prefixHint(text) ?? 'write the prefix length after the address: /24' };
  if (/^(?:net)?mask$/.test(text)) return { hint: 'write the prefix length after the address, such as /24' };
  if (near !== undefined) return { hint: `did you mean ${near}?` };
  if (text === '\\') return { hint: CONTINUATION };
  return /^[0-9a-f.:]+(?:\/|$)/i.test(text) && /[.:]/.test(text)
    ? { hint: 'write each address on a line of its own' }
    : {};
};

const SHORT: ReadonlyMap<string, string> = new Map([['brd', 'broadcast']]);

// The words after the address, by option. A flag stands for itself.
const readOptions = (
  words: readonly Word[],
  path: string,
  { report, mentioned }: LineContext,
): ReadonlyMap<string, Word> => {
  const table = blockTable(path);
  const options = new Map<string, Word>();
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    const row = word && table.get(word.text);
    if (word === undefined) break;
    if (row === undefined) {
      const near = suggest(word.text, table.keys());
      const hint = optionHint(word.text, near);
      report('warning', 'unknown-option', `"${word.text}" is not an option of an address`, locationOf(word), hint);
      // The word after what was meant to be an option is its value, and no mistake of its own.
      const meant = near === undefined ? undefined : table.get(near);
      if ((meant !== undefined && meant.grammar.kind !== 'flag') || /^(?:net)?mask$/.test(word.text)) i++;
      continue;
    }
    if (!row.acted && path.startsWith('vrrp_instance.virtual_ipaddress.') && !mentioned.has(row.name)) {
      mentioned.add(row.name);
      report('note', 'not-acted-on', `${row.name} is read, but vipward does not act on it yet`, locationOf(word));
    }
    const name = SHORT.get(row.name) ?? row.name;
    if (row.grammar.kind === 'flag') {
      options.set(name, word);
      continue;
    }
    const value = words[++i];
    if (value === undefined) report('error', 'missing-value', `${row.name} needs a word after it`, locationOf(word));
    else if (row.repeat === 'first' && options.has(name))
      report('error', 'repeated-keyword', `${row.name} is given again; only the first one counts`, locationOf(word));
    else options.set(name, value);
  }
  return options;
};

const nameOption = (word: Word | undefined, report: Report): string | undefined => {
  if (word === undefined || word.text.length <= LONGEST_NAME) return word?.text;
  report('error', 'too-long', `"${word.text}" is longer than ${LONGEST_NAME} characters`, locationOf(word));
  return undefined;
};

const readScope = (word: Word, names: Names, report: Report): number | undefined => {
  const scope = names('scope', word.text);
  if (scope === undefined) report('error', 'bad-value', `"${word.text}" is not a scope`, locationOf(word));
  return scope;
};

const LONGEST_WITH_BROADCAST = 30;

// `+` sets all bits after the prefix, `-` clears them.
const readBroadcast = (
  word: Word | undefined,
  { address, prefixLength }: Prefix,
  report: Report,
): IpAddress | undefined => {
  if (word === undefined) return undefined;
  if (word.text === '+' || word.text === '-') {
    if (prefixLength > LONGEST_WITH_BROADCAST) {
      const message = `a prefix of /${prefixLength} leaves no broadcast address; it is ignored`;
      report('error', 'bad-prefix', message, locationOf(word), {
        hint: `write the prefix of the network, at most /${LONGEST_WITH_BROADCAST}, behind the address`,
      });
      return undefined;
    }
    const set = word.text === '+';
    const bytes = address.bytes.map((byte, i) => {
      const hostBits = 0xff >> Math.min(8, Math.max(0, prefixLength - 8 * i));
      return set ? byte | hostBits : byte & ~hostBits;
    });
    return { family: 4, bytes };
  }
  const broadcast = parseIp(word.text);
  if (broadcast?.family === 4) return broadcast;
  report('error', 'bad-address', `"${word.text}" is not an IPv4 address, + or -`, locationOf(word));
  return undefined;
};

const readPeer = (word: Word | undefined, address: IpAddress, report: Report): Prefix | undefined => {
  const peer = word && readPrefixed(word, report);
  if (word === undefined || peer === undefined || peer.address.family === address.family) return peer;
  report('error', 'mixed-families', 'the peer is not of the family of the address; it is ignored', locationOf(word));
  return undefined;
};

const readLifetime = (word: Word | undefined, report: Report): number | 'forever' | undefined => {
  if (word === undefined || word.text === 'forever') return word && 'forever';
  const seconds = parseInteger(word.text);
  if (seconds !== undefined && seconds >= 0 && seconds <= FOREVER) return seconds === FOREVER ? 'forever' : seconds;
  report('error', 'bad-number', `"${word.text}" is neither a number of seconds nor forever`, locationOf(word));
  return undefined;
};
