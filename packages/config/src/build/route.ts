// Lines of static_routes and virtual_routes: the arguments of `ip route`.
import { type IpFamily, parseIp } from '../address.ts';
import { suggest } from '../diagnose/suggest.ts';
import { interfacePlace, rememberInterface } from '../host/interface-places.ts';
import { blockTable } from '../keywords/table.ts';
import { type NextHop, type Prefix, ROUTE_TYPES, type RouteType, type StaticRoute } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import { readEncapsulation } from './encapsulation.ts';
import type { Names } from './iproute-names.ts';
import { type Draft, draftOf, readMetric } from './route-metric.ts';
import { present } from './values.ts';
import { everything, parseUnsigned, WordCursor } from './word-cursor.ts';

const KEEPALIVED = 18;
const UINT32_MAX = 0xffff_ffff;

/** Undefined when the route cannot be used; that is reported. `path` is the table of the options. */
export const buildRoute = (
  words: readonly Word[],
  path: string,
  names: Names,
  report: Report,
): StaticRoute | undefined => {
  const [first] = words;
  if (first === undefined) return undefined;
  const cursor = new WordCursor(words, report);
  const draft = draftOf();
  for (let word = cursor.take(); word !== undefined; word = cursor.take())
    readOption(word, cursor, draft, { path, names, report });
  if (cursor.failed) return undefined;
  const destination = draft.everything ? everything(draft.family ?? familyOf(draft)) : draft.destination;
  if (destination === undefined) {
    cursor.fail(first, 'missing-value', 'a route needs a destination', 'an address, a network, or default');
    return undefined;
  }
  const family = destination.address.family;
  if (!fits(draft, family, cursor, first)) return undefined;
  return finish(draft, destination, first, report);
};

interface Surroundings {
  readonly path: string;
  readonly names: Names;
  readonly report: Report;
}

const familyOf = (draft: Draft): IpFamily =>
  (draft.via ?? draft.source ?? draft.from?.address ?? draft.nextHops[0]?.via)?.family ?? 4;

const fits = (draft: Draft, family: IpFamily, cursor: WordCursor, first: Word): boolean => {
  const others = [draft.source, draft.from?.address, ...draft.nextHops.map(({ via }) => via)];
  // A gateway of the other family is possible since Linux 5.2 (`via inet6` of an IPv4 route).
  const gatewayFits = draft.via === undefined || draft.via.family === family || (family === 4 && draft.otherFamilyVia);
  if (gatewayFits && others.every((address) => address === undefined || address.family === family)) return true;
  cursor.fail(first, 'mixed-families', 'the addresses of this route are of different families; it is dropped');
  return false;
};

const finish = (draft: Draft, destination: Prefix, first: Word, report: Report): StaticRoute => {
  const protocol = draft.protocol ?? KEEPALIVED;
  const forced = protocol !== KEEPALIVED && !draft.noTrack;
  if (forced)
    report(
      'warning',
      'route-protocol',
      'a tracked route has protocol keepalived, whatever is written',
      locationOf(first),
      {
        hint: 'write no_track to keep the protocol',
      },
    );
  // keepalived does not look into the next hops either.
  const untracked = !draft.noTrack && draft.dev === undefined;
  if (untracked)
    report(
      'warning',
      'route-not-tracked',
      'a route without dev cannot be tracked; no_track is taken',
      locationOf(first),
      {
        hint: 'write dev INTERFACE, or no_track to say that it is meant',
      },
    );
  const { destination: _written, everything: _all, otherFamilyVia: _other, family: _family, ...rest } = draft;
  const route: StaticRoute = {
    ...rest,
    destination,
    family: destination.address.family,
    protocol: forced ? KEEPALIVED : protocol,
    noTrack: draft.noTrack || untracked,
    at: locationOf(first),
  };
  return rememberInterface(route, interfacePlace(draft));
};

/** The word that names an interface. */
export const rememberWord = (draft: object, word: Word | undefined): void => {
  rememberInterface(draft, word && locationOf(word));
};

const readOption = (word: Word, cursor: WordCursor, draft: Draft, around: Surroundings): void => {
  const { names, report } = around;
  const name = (kind: Parameters<Names>[0], what: string): number | undefined =>
    cursor.read(word, what, (text) => names(kind, text));
  switch (word.text) {
    case 'inet':
    case 'inet6':
      draft.family = word.text === 'inet' ? 4 : 6;
      skipSwallowed(word, cursor, around);
      return;
    case 'to':
      setDestination(cursor.value(word), cursor, draft);
      return;
    case 'from':
      Object.assign(draft, present('from', cursor.prefix(word, 6)));
      return;
    case 'src':
      Object.assign(draft, present('source', cursor.ip(word)));
      return;
    case 'via':
    case 'gw':
      if (word.text === 'gw') deprecated(word, 'via', report);
      readGateway(word, cursor, draft);
      return;
    case 'or': {
      deprecated(word, 'nexthop', report);
      const via = cursor.ip(word);
      if (via === undefined) return;
      if (draft.via !== undefined) draft.nextHops.push({ via: draft.via, weight: 1, onlink: false });
      delete draft.via;
      draft.nextHops.push({ via, weight: 1, onlink: false });
      return;
    }
    case 'dev':
    case 'oif':
      rememberWord(draft, cursor.peek());
      Object.assign(draft, present('dev', cursor.name(word)));
      return;
    case 'table':
      Object.assign(draft, present('table', name('table', 'a routing table (number, or name in rt_tables)')));
      return;
    case 'vrf':
      Object.assign(draft, present('vrf', cursor.name(word)));
      return;
    case 'metric':
    case 'priority':
    case 'preference':
      Object.assign(draft, present('metric', cursor.number(word, 0, UINT32_MAX)));
      return;
    case 'scope':
      Object.assign(draft, present('scope', name('scope', 'a scope (number, or name in rt_scopes)')));
      return;
    case 'protocol':
      Object.assign(draft, present('protocol', name('protocol', 'a routing protocol (number, or name in rt_protos)')));
      return;
    case 'tos':
    case 'dsfield':
      Object.assign(draft, present('tos', name('dsfield', 'a TOS value (hexadecimal, or name in rt_dsfield)')));
      return;
    case 'onlink':
      draft.onlink = true;
      return;
    case 'encap':
      Object.assign(draft, present('encap', readEncapsulation(word, cursor, names)));
      return;
    case 'expires':
      Object.assign(draft, present('expires', cursor.number(word, 0, UINT32_MAX)));
      return;
    case 'realms':
      Object.assign(draft, present('realms', readRealms(word, cursor, names)));
      return;
    case 'features':
      if (cursor.read(word, 'a feature (ecn)', (text) => text === 'ecn' || undefined)) draft.ecn = true;
      return;
    case 'quickack':
      Object.assign(draft, present('quickAck', cursor.read(word, '0 or 1', zeroOne)));
      return;
    case 'fastopen_no_cookie':
      Object.assign(draft, present('fastopenNoCookie', cursor.read(word, '0 or 1', zeroOne)));
      return;
    case 'congctl': {
      const lock = cursor.skip('lock');
      const algorithm = cursor.name(word);
      if (algorithm !== undefined) draft.congestionControl = { name: algorithm, lock };
      return;
    }
    case 'pref':
      Object.assign(draft, present('preference', cursor.read(word, 'low, medium, high or a number', readPreference)));
      return;
    case 'ttl-propagate':
      Object.assign(
        draft,
        present(
          'ttlPropagate',
          cursor.read(word, 'enabled or disabled', (text) => onOff(text, 'enabled', 'disabled')),
        ),
      );
      return;
    case 'as':
      cursor.skip('to');
      cursor.take();
      report('error', 'unknown-option', '"as" is not supported and ignored', locationOf(word));
      return;
    case 'add':
    case 'prepend':
    case 'append':
      draft.mode = word.text;
      return;
    case 'no_track':
      draft.noTrack = true;
      return;
    case 'track_group':
      Object.assign(draft, present('trackGroup', cursor.value(word)?.text));
      return;
    case 'nexthop':
      readNextHop(word, cursor, draft, names);
      return;
    default:
      if (!readMetric(word, cursor, draft)) readDestination(word, cursor, draft, around);
  }
};

// A bare word is the type of the route, or its destination; only once.
const readDestination = (word: Word, cursor: WordCursor, draft: Draft, { path }: Surroundings): void => {
  if (isType(word.text)) draft.type = word.text;
  else if (draft.destination === undefined && !draft.everything) {
    if (word.text === 'default' || /^[0-9a-fA-F.:]+(\/.*)?$/.test(word.text)) setDestination(word, cursor, draft);
    else unknownOption(word, cursor, path);
  } else unknownOption(word, cursor, path);
};

const setDestination = (word: Word | undefined, cursor: WordCursor, draft: Draft): void => {
  if (word === undefined) return;
  draft.everything = /^(default|any|all)$/.test(word.text);
  if (!draft.everything) Object.assign(draft, present('destination', cursor.prefixOf(word, draft.family)));
};

const readGateway = (word: Word, cursor: WordCursor, draft: Draft): void => {
  draft.otherFamilyVia = cursor.skip('inet6') || cursor.skip('inet');
  Object.assign(draft, present('via', cursor.ip(word)));
};

const HOP_OPTIONS: ReadonlySet<string> = new Set(['via', 'dev', 'oif', 'weight', 'onlink', 'encap', 'realms']);

// Everything up to the next `nexthop` belongs to this one.
const readNextHop = (start: Word, cursor: WordCursor, draft: Draft, names: Names): void => {
  let hop: NextHop = { weight: 1, onlink: false };
  for (let word = cursor.peek(); word !== undefined && HOP_OPTIONS.has(word.text); word = cursor.peek()) {
    cursor.take();
    if (word.text === 'via') {
      if (!cursor.skip('inet6')) cursor.skip('inet');
      hop = { ...hop, ...present('via', cursor.ip(word)) };
    } else if (word.text === 'dev' || word.text === 'oif') hop = { ...hop, ...present('dev', cursor.name(word)) };
    else if (word.text === 'weight') hop = { ...hop, weight: cursor.number(word, 1, 256) ?? 1 };
    else if (word.text === 'onlink') hop = { ...hop, onlink: true };
    else if (word.text === 'encap') hop = { ...hop, ...present('encap', readEncapsulation(word, cursor, names)) };
    else hop = { ...hop, ...present('realms', readRealms(word, cursor, names)) };
  }
  if (hop.via === undefined && hop.dev === undefined) cursor.fail(start, 'missing-value', 'nexthop needs via or dev');
  else draft.nextHops.push(hop);
};

/** `REALM` or `REALM/REALM`. */
export const readRealms = (
  word: Word,
  cursor: WordCursor,
  names: Names,
): { readonly from?: number; readonly to: number } | undefined =>
  cursor.read(word, 'a realm (number, or name in rt_realms)', (text) => {
    const [one = '', two] = text.split('/');
    const from = names('realm', one);
    const to = two === undefined ? from : names('realm', two);
    if (from === undefined || to === undefined) return undefined;
    return two === undefined ? { to } : { from, to };
  });

/** Says that a word is no option, with the nearest that is. */
export const unknownOption = (word: Word, cursor: WordCursor, path: string): void => {
  const near = suggest(word.text, blockTable(path).keys());
  cursor.fail(
    word,
    'unknown-option',
    `"${word.text}" is not an option here; the line is dropped`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
};

/**
 * keepalived skips the word after inet and inet6, whatever it is. Only a word that can mean nothing else is skipped here, so that
 * the documented form works as well as the one that works there.
 */
export const skipSwallowed = (
  word: Word,
  cursor: WordCursor,
  { path, report }: Pick<Surroundings, 'path' | 'report'>,
): void => {
  const next = cursor.peek();
  if (next === undefined || blockTable(path).has(next.text) || isType(next.text)) return;
  if (next.text === 'default' || next.text === 'all' || parseIp(next.text.split('/')[0] ?? '') !== undefined) return;
  cursor.take();
  report('warning', 'extra-words', `"${next.text}" after ${word.text} is ignored`, locationOf(next));
};

const deprecated = (word: Word, instead: string, report: Report): void =>
  report('warning', 'deprecated-keyword', `${word.text} is deprecated in routes`, locationOf(word), {
    hint: `write ${instead}`,
  });

const isType = (text: string): text is RouteType => Object.hasOwn(ROUTE_TYPES, text);

const onOff = (text: string, on: string, off: string): boolean | undefined =>
  text === on ? true : text === off ? false : undefined;
const zeroOne = (text: string): boolean | undefined => onOff(text, '1', '0');

const readPreference = (text: string): 'low' | 'medium' | 'high' | number | undefined =>
  text === 'low' || text === 'medium' || text === 'high' ? text : parseUnsigned(text);
