// The options of a route, one after the other: the words of `ip route` and what stands behind each.
import { locationOf, type Word } from '../source/words.ts';
import { readEncapsulation } from './encapsulation.ts';
import type { Names } from './iproute-names.ts';
import { isEverything, isRouteType, rememberWord, type Surroundings, unknownOption } from './line-words.ts';
import { readGateway, readNextHop, readSecondGateway } from './route-hops.ts';
import { type Draft, readMetric } from './route-metric.ts';
import { readSharedOption } from './shared-options.ts';
import { present } from './values.ts';
import { parseUnsigned, type WordCursor } from './word-cursor.ts';

const UINT32_MAX = 0xffff_ffff;

/** Reads one option with the words that belong to it into the draft. */
export const readRouteOption = (word: Word, cursor: WordCursor, draft: Draft, around: Surroundings): void => {
  if (readSharedOption(word, cursor, draft, around)) return;
  const { names, report } = around;
  const name = (kind: Parameters<Names>[0], what: string): number | undefined =>
    cursor.read(word, what, (text) => names(kind, text));
  switch (word.text) {
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
      readGateway(word, cursor, draft, report);
      return;
    case 'or':
      readSecondGateway(word, cursor, draft, report);
      return;
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
    case 'onlink':
      draft.onlink = true;
      return;
    case 'encap':
      Object.assign(draft, present('encap', readEncapsulation(word, cursor, names)));
      return;
    case 'expires':
      Object.assign(draft, present('expires', cursor.number(word, 0, UINT32_MAX)));
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
    case 'nexthop':
      readNextHop(word, cursor, draft, names);
      return;
    default:
      if (!readMetric(word, cursor, draft)) readDestination(word, cursor, draft, around);
  }
};

// A bare word is the type of the route, or its destination; only once.
const readDestination = (word: Word, cursor: WordCursor, draft: Draft, { path }: Surroundings): void => {
  if (isRouteType(word.text)) draft.type = word.text;
  else if (draft.destination === undefined && !draft.everything) {
    if (isEverything(word.text) || /^[0-9a-fA-F.:]+(\/.*)?$/.test(word.text)) setDestination(word, cursor, draft);
    else unknownOption(word, cursor, path);
  } else unknownOption(word, cursor, path);
};

const setDestination = (word: Word | undefined, cursor: WordCursor, draft: Draft): void => {
  if (word === undefined) return;
  draft.everything = isEverything(word.text);
  if (!draft.everything) Object.assign(draft, present('destination', cursor.prefixOf(word, draft.family)));
};

const onOff = (text: string, on: string, off: string): boolean | undefined =>
  text === on ? true : text === off ? false : undefined;
const zeroOne = (text: string): boolean | undefined => onOff(text, '1', '0');

const readPreference = (text: string): 'low' | 'medium' | 'high' | number | undefined =>
  text === 'low' || text === 'medium' || text === 'high' ? text : parseUnsigned(text);
