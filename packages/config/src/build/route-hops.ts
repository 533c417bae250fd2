// The gateways of a route: `via`, the old `or`, and every `nexthop` of a multipath route.
import type { NextHop } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import { readEncapsulation } from './encapsulation.ts';
import type { Names } from './iproute-names.ts';
import { readRealms } from './line-words.ts';
import type { Draft } from './route-metric.ts';
import { present } from './values.ts';
import type { WordCursor } from './word-cursor.ts';

/** `via [inet|inet6] IP`; `gw` is an old word for it. */
export const readGateway = (word: Word, cursor: WordCursor, draft: Draft, report: Report): void => {
  if (word.text === 'gw') reportDeprecated(word, 'via', report);
  draft.otherFamilyVia = cursor.skip('inet6') || cursor.skip('inet');
  Object.assign(draft, present('via', cursor.ip(word)));
};

/** `or IP`: a second gateway of equal cost, once, from before there was `nexthop`. */
export const readSecondGateway = (word: Word, cursor: WordCursor, draft: Draft, report: Report): void => {
  reportDeprecated(word, 'nexthop', report);
  const via = cursor.ip(word);
  if (via === undefined) return;
  if (draft.secondVia) {
    report('error', 'repeated-keyword', '"or" is given again; the first one counts', locationOf(word));
    return;
  }
  draft.secondVia = true;
  if (draft.via !== undefined) draft.nextHops.push({ via: draft.via, weight: 1, onlink: false });
  delete draft.via;
  draft.nextHops.push({ via, weight: 1, onlink: false });
};

const OPTIONS: ReadonlySet<string> = new Set(['via', 'dev', 'oif', 'weight', 'onlink', 'encap', 'realms']);

/** `nexthop`: everything up to the next one belongs to it. */
export const readNextHop = (start: Word, cursor: WordCursor, draft: Draft, names: Names): void => {
  let hop: NextHop = { weight: 1, onlink: false };
  for (let word = cursor.peek(); word !== undefined && OPTIONS.has(word.text); word = cursor.peek()) {
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

const reportDeprecated = (word: Word, instead: string, report: Report): void =>
  report('warning', 'deprecated-keyword', `${word.text} is deprecated in routes`, locationOf(word), {
    hint: `write ${instead}`,
  });
