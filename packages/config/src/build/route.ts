// Lines of static_routes and virtual_routes: the arguments of `ip route`.
import type { IpFamily } from '../address.ts';
import { interfacePlace, rememberInterface } from '../host/interface-places.ts';
import type { Prefix, StaticRoute } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import type { Names } from './iproute-names.ts';
import { protocolOf } from './line-words.ts';
import { type Draft, draftOf } from './route-metric.ts';
import { readRouteOption } from './route-options.ts';
import { everything, WordCursor } from './word-cursor.ts';

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
  const around = { path, names, report };
  for (let word = cursor.take(); word !== undefined; word = cursor.take()) readRouteOption(word, cursor, draft, around);
  if (cursor.failed) return undefined;
  const destination = draft.everything ? everything(draft.family ?? familyOf(draft)) : draft.destination;
  if (destination === undefined) {
    cursor.fail(first, 'missing-value', 'a route needs a destination', 'an address, a network, or default');
    return undefined;
  }
  if (!fits(draft, destination.address.family, cursor, first)) return undefined;
  return finish(draft, destination, first, report);
};

const familyOf = (draft: Draft): IpFamily =>
  (draft.via ?? draft.source ?? draft.from?.address ?? draft.nextHops[0]?.via)?.family ?? 4;

const fits = (draft: Draft, family: IpFamily, cursor: WordCursor, first: Word): boolean => {
  const others = [draft.source, draft.from?.address, ...draft.nextHops.map(({ via }) => via)];
  // A gateway of the other family is possible since Linux 5.2 (`via inet6` of an IPv4 route).
  const gatewayFits = draft.via === undefined || draft.via.family === family || (family === 4 && draft.otherFamilyVia);
  if (!gatewayFits || others.some((address) => address !== undefined && address.family !== family)) {
    cursor.fail(first, 'mixed-families', 'the addresses of this route are of different families; it is dropped');
    return false;
  }
  const foreign = ONLY_IN.find(({ field, only }) => draft[field] !== undefined && only !== family);
  if (foreign === undefined) return true;
  const { word, only } = foreign;
  cursor.fail(first, 'not-in-family', `only routes of IPv${only} have ${word}; this one of IPv${family} is dropped`);
  return false;
};

/** Attributes that the kernel has for one family only. */
const ONLY_IN: readonly { readonly field: keyof Draft; readonly word: string; readonly only: IpFamily }[] = [
  { field: 'from', word: 'from', only: 6 },
  { field: 'expires', word: 'expires', only: 6 },
  { field: 'preference', word: 'pref', only: 6 },
  { field: 'realms', word: 'realms', only: 4 },
];

const finish = (draft: Draft, destination: Prefix, first: Word, report: Report): StaticRoute => {
  // Of next hops none is tracked, in keepalived neither.
  if (!draft.noTrack && draft.dev === undefined)
    report('warning', 'route-not-tracked', 'a route without dev has no interface to track', locationOf(first), {
      hint: 'write dev INTERFACE, or no_track to say that it is meant',
    });
  const {
    destination: _to,
    everything: _all,
    otherFamilyVia: _other,
    secondVia: _or,
    family: _family,
    ...rest
  } = draft;
  const route: StaticRoute = {
    ...rest,
    destination,
    family: destination.address.family,
    protocol: protocolOf('route', draft.protocol, draft.noTrack, first, report),
    noTrack: draft.noTrack,
    at: locationOf(first),
  };
  return rememberInterface(route, interfacePlace(draft));
};
