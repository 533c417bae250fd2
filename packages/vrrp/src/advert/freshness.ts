// auth_hmac's protection against adverts that are played again: sequence numbers from the clock, and who has sent which.
import type { AuthHmac, Millis } from '@vipward/config';
import { type IpAddress, ipKey } from '@vipward/config/address';
import { isAfter, type Trailer } from './hmac.ts';
import type { Rejection } from './rejection.ts';

/** What decides about freshness: `time` wants clocks that agree within the window, `monotonic` only wants numbers to grow. */
export interface FreshnessRules {
  readonly antiReplay: AuthHmac['antiReplay'];
  readonly window: Millis;
}

/** Of multicast, where nobody says how many there are, as many senders are remembered as keepalived does. */
const SENDERS = 4;
const MAX_SHIFT = 32n;

/** `realtime`: ms since 1970. */
export const clockSequence = (realtime: Millis): bigint => {
  const seconds = Math.floor(realtime / 1000);
  const fraction = Math.floor(((realtime - seconds * 1000) * 0x10000) / 1000);
  return (BigInt(seconds) << MAX_SHIFT) | (BigInt(fraction) << 16n);
};

const secondsOf = (sequence: bigint): number => Number(BigInt.asUintN(32, sequence >> MAX_SHIFT));
/** How far `a` is ahead of `b`, both seconds in 32 bits that may wrap. */
const ahead = (a: number, b: number): number => (a - b) | 0;

/**
 * The number for the next advert: the clock, or one more than the last when the clock has not moved on. A clock that was
 * set back strands the numbers in the future, where receivers refuse them: in time mode they begin again from the clock.
 */
export const nextSequence = (last: bigint, realtime: Millis, { antiReplay, window }: FreshnessRules): bigint => {
  const clock = clockSequence(realtime);
  if (isAfter(clock, last)) return clock;
  const stranded = ahead(secondsOf(last), secondsOf(clock)) * 1000 > window;
  return antiReplay === 'time' && stranded ? clock : BigInt.asUintN(64, last + 1n);
};

/** Seconds that the sender's clock is behind ours. */
export const skewOf = ({ sequence }: Trailer, realtime: Millis): number =>
  ahead(Math.floor(realtime / 1000), secondsOf(sequence));

/** In time mode, too old or too new; looked at before the HMAC is made, so that a flood of old adverts costs little. */
export const checkAge = (trailer: Trailer, realtime: Millis, rules: FreshnessRules): Rejection | undefined => {
  const skew = skewOf(trailer, realtime);
  if (rules.antiReplay !== 'time' || Math.abs(skew) * 1000 <= rules.window) return undefined;
  return { kind: 'hmac-stale', skew, window: rules.window / 1000 };
};

/** The highest number that was believed of each sender. Asked only about adverts whose HMAC was right. */
export class Senders {
  /** The one heard last stands last. */
  readonly #marks = new Map<string, bigint>();

  /** Believes a sender once more, unless its number has not grown. `known`: how many senders there may be. */
  check(
    from: IpAddress,
    { sequence }: Trailer,
    realtime: Millis,
    rules: FreshnessRules,
    known = 0,
  ): Rejection | undefined {
    const key = ipKey(from);
    const mark = this.#marks.get(key);
    // A mark outside the window orders only what the window refuses; without it a sender whose clock was set back is heard.
    const holds =
      mark !== undefined &&
      (rules.antiReplay !== 'time' || checkAge({ keyId: 0, sequence: mark }, realtime, rules) === undefined);
    if (holds && !isAfter(sequence, mark)) return { kind: 'hmac-replay' };
    this.#marks.delete(key);
    this.#marks.set(key, sequence);
    for (const oldest of this.#marks.keys()) {
      if (this.#marks.size <= Math.max(SENDERS, known)) break;
      this.#marks.delete(oldest);
    }
    return undefined;
  }
}
