// Lines of track_interface, track_script and unicast_peer.
import { ipKey } from '../address.ts';
import { parseInteger } from '../keywords/read-number.ts';
import { readAddress } from '../keywords/read-value.ts';
import type { SourceLocation, TrackedItem, UnicastPeer } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import { isSpoken, type SpokenFamily } from './instance-family.ts';
import { present } from './values.ts';

const WEIGHT_LIMIT = 253;

/** What such a line names. */
export type TrackedKind = 'interface' | 'script' | 'file' | 'process' | 'BFD session';

/**
 * `NAME [weight NUMBER [reverse|noreverse]]`, one a line; a name given twice counts once. As keepalived 2.2.7, a line with
 * another word than `weight`, or without the number, tracks nothing; without a number that can be, the usual weight counts.
 */
export const buildTracked = (
  lines: readonly (readonly Word[])[],
  what: TrackedKind,
  report: Report,
  limit = WEIGHT_LIMIT,
): readonly TrackedItem[] => {
  const items = new Map<string, TrackedItem>();
  for (const [name, ...options] of lines) {
    if (name === undefined) continue;
    const before = items.get(name.text);
    if (before === undefined) {
      const weight = readWeight(options, what, limit, report);
      if (weight !== undefined) items.set(name.text, { name: name.text, ...weight, at: locationOf(name) });
      continue;
    }
    const related = [{ at: before.at, message: 'the first one is here' }];
    report(
      'error',
      'duplicate-tracked',
      `${what} ${name.text} is tracked twice; the first one counts`,
      locationOf(name),
      { related, hint: 'remove one of the two' },
    );
  }
  return [...items.values()];
};

/** keepalived takes the last number before the border for the one on it. */
const bounded = (weight: number, limit: number): number =>
  Math.abs(weight) === limit + 1 && limit === WEIGHT_LIMIT ? Math.sign(weight) * limit : weight;

const readWeight = (
  options: readonly Word[],
  what: TrackedKind,
  limit: number,
  report: Report,
): Pick<TrackedItem, 'weight' | 'reverse'> | undefined => {
  const [keyword, number, direction] = options;
  const hint = 'after the name may stand weight NUMBER [reverse]';
  if (keyword === undefined) return {};
  if (keyword.text !== 'weight') {
    const message = `"${keyword.text}" is not an option here; the line does not count`;
    report('error', 'unknown-option', message, locationOf(keyword), { hint });
    return undefined;
  }
  if (number === undefined) {
    report('error', 'bad-number', 'weight has no number; the line does not count', locationOf(keyword), { hint });
    return undefined;
  }
  const weight = readNumber(number, what, limit, report);
  const reverse = direction && readDirection(direction, what);
  if (direction === undefined || reverse !== undefined)
    return weight === undefined ? {} : { weight, ...present('reverse', reverse) };
  const drops = what === 'file' || what === 'BFD session';
  const message = `"${direction.text}" is not an option here; the ${drops ? 'line' : 'word'} does not count`;
  report('error', 'unknown-option', message, locationOf(direction), { hint });
  return drops ? undefined : { ...present('weight', weight) };
};

const readDirection = ({ text }: Word, what: TrackedKind): boolean | undefined => {
  if (text === 'reverse') return true;
  return text === 'noreverse' && what !== 'interface' ? false : undefined;
};

const readNumber = (number: Word, what: TrackedKind, limit: number, report: Report): number | undefined => {
  const written = parseInteger(number.text);
  const weight = what !== 'BFD session' && written !== undefined ? bounded(written, limit) : written;
  if (weight !== written)
    report('error', 'out-of-range', `weight cannot be ${written}; ${weight} counts`, locationOf(number));
  if (weight !== undefined && Math.abs(weight) <= limit) return weight;
  const message = `weight must be a number from -${limit} to ${limit}`;
  report('error', weight === undefined ? 'bad-number' : 'out-of-range', message, locationOf(number));
  return undefined;
};

/** `IP [min_ttl NUMBER] [max_ttl NUMBER]`, one a line, all of the family of the instance. */
export const buildPeers = (
  lines: readonly (readonly Word[])[],
  spoken: SpokenFamily | undefined,
  report: Report,
): readonly UnicastPeer[] => {
  const peers = new Map<string, UnicastPeer>();
  const places = new Map<string, SourceLocation>();
  for (const [word, ...options] of lines) {
    if (word === undefined) continue;
    const address = readAddress(word, report);
    if (address === undefined || !isSpoken(address, spoken, 'the peer', locationOf(word), report)) continue;
    if (peers.has(ipKey(address)))
      report('error', 'duplicate-peer', `${word.text} is a peer already`, locationOf(word), {
        related: [{ at: places.get(ipKey(address)) ?? locationOf(word), message: 'the first one is here' }],
        hint: 'remove one of the two',
      });
    else {
      peers.set(ipKey(address), { address, ...readTtls(options, report) });
      places.set(ipKey(address), locationOf(word));
    }
  }
  return [...peers.values()];
};

const readTtls = (options: readonly Word[], report: Report): Pick<UnicastPeer, 'minTtl' | 'maxTtl'> => {
  const ttls: { minTtl?: number; maxTtl?: number } = {};
  for (let i = 0; i < options.length; i += 2) {
    const name = options[i];
    const number = options[i + 1];
    if (name === undefined) break;
    const ttl = number && parseInteger(number.text);
    if (name.text !== 'min_ttl' && name.text !== 'max_ttl')
      report('error', 'unknown-option', `"${name.text}" is not an option of a peer`, locationOf(name), {
        hint: 'known are min_ttl and max_ttl',
      });
    else if (ttl === undefined || ttl < 0 || ttl > 255)
      report('error', 'bad-number', `${name.text} must be a number from 0 to 255`, locationOf(number ?? name));
    else if (name.text === 'min_ttl') ttls.minTtl = ttl;
    else ttls.maxTtl = ttl;
  }
  return ttls;
};
