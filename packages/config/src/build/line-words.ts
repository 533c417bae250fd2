// What lines of routes and rules have in common: realms, the words that name a family, the protocol, and words that are no option.
import { parseIp } from '../address.ts';
import { suggest } from '../diagnose/suggest.ts';
import { rememberInterface } from '../host/interface-places.ts';
import { blockTable } from '../keywords/table.ts';
import { type Realms, ROUTE_TYPES, type RouteType } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import type { Names } from './iproute-names.ts';
import type { WordCursor } from './word-cursor.ts';

/** What reading one option needs besides the words. */
export interface Surroundings {
  /** The path of the options in the keyword table. */
  readonly path: string;
  readonly names: Names;
  readonly report: Report;
}

/** Whether the line is of the whole host; only such lines have a track_group. */
export const isStatic = ({ path }: Surroundings): boolean => path.startsWith('static_');

/** RTPROT_KEEPALIVED */
const KEEPALIVED = 18;

/** The protocol that counts: what is tracked has that of keepalived, by which it is known again. */
export const protocolOf = (
  what: 'route' | 'rule',
  written: number | undefined,
  noTrack: boolean,
  first: Word,
  report: Report,
): number => {
  if (written === undefined || written === KEEPALIVED || noTrack) return written ?? KEEPALIVED;
  const message = `a tracked ${what} has protocol keepalived, whatever is written`;
  report('warning', 'route-protocol', message, locationOf(first), { hint: 'write no_track to keep the protocol' });
  return KEEPALIVED;
};

/** The group whose instances watch the line; it stands once. */
export const readTrackGroup = (
  option: Word,
  before: string | undefined,
  cursor: WordCursor,
  report: Report,
): string | undefined => {
  const word = cursor.value(option);
  if (word === undefined || before === undefined) return word?.text;
  report('error', 'repeated-keyword', 'track_group is given again; the first one counts', locationOf(option));
  return before;
};

/** The word that names the interface of a line. */
export const rememberWord = (draft: object, word: Word | undefined): void => {
  rememberInterface(draft, word && locationOf(word));
};

/** `REALM` or `REALM/REALM`. */
export const readRealms = (word: Word, cursor: WordCursor, names: Names): Realms | undefined =>
  cursor.read(word, 'a realm (0 to 255, or name in rt_realms), or two of them with / between', (text) => {
    const [one = '', two, ...more] = text.split('/');
    const from = names('realm', one);
    const to = two === undefined ? from : names('realm', two);
    if (from === undefined || to === undefined || more.length > 0) return undefined;
    return two === undefined ? { to } : { from, to };
  });

/** Says that a word is no option, with the nearest that is. */
export const unknownOption = (word: Word, cursor: WordCursor, path: string): void => {
  if (cursor.lost) return;
  cursor.lost = true;
  const near = MEANT.get(word.text) ?? suggest(word.text, blockTable(path).keys());
  cursor.fail(
    word,
    'unknown-option',
    `"${word.text}" is not an option here; the line is dropped`,
    hintFor(word.text, near),
  );
};

const hintFor = (text: string, near: string | undefined): string | undefined => {
  if (/^(?:ip|route|rule|add)$/.test(text)) return `write only what follows ${COMMANDS.get(text) ?? 'ip route add'}`;
  if (/^(?:net)?mask$/.test(text)) return 'write the network with its prefix length: 10.0.0.0/24';
  return near === undefined ? undefined : `did you mean ${near}?`;
};

const COMMANDS: ReadonlyMap<string, string> = new Map([['rule', 'ip rule add']]);

/** Words of other programs. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['device', 'dev'],
  ['interface', 'dev'],
  ['gateway', 'via'],
]);

/**
 * keepalived skips the word after inet and inet6, whatever it is. Only a word that can mean nothing else is skipped here, so that
 * the documented form works as well as the one that works there.
 */
export const skipSwallowed = (word: Word, cursor: WordCursor, { path, report }: Surroundings): void => {
  const next = cursor.peek();
  if (next === undefined || blockTable(path).has(next.text) || isRouteType(next.text)) return;
  if (isEverything(next.text) || parseIp(next.text.split('/')[0] ?? '') !== undefined) return;
  cursor.take();
  report('warning', 'extra-words', `"${next.text}" after ${word.text} is ignored`, locationOf(next));
};

export const isRouteType = (text: string): text is RouteType => Object.hasOwn(ROUTE_TYPES, text);

/** The words for every address. */
export const isEverything = (text: string): boolean => /^(default|any|all)$/.test(text);
