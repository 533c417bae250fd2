// Identical probes are made once: everybody who wants the same attempt at the same time shares its result.
import { formatIp } from '@vipward/config/address';
import type { Cancel, Millis } from '@vipward/sockets';
import type { Probe } from '../machine/checks.ts';
import { checkerKey } from '../machine/key.ts';
import type { CheckResult } from '../machine/result.ts';

/** One probe that several real servers, of whatever virtual servers, have among their checks. */
export interface SharedProbe {
  /** When one of them asks next: a newcomer takes up that rhythm. */
  nextAt: Millis | undefined;
  /** By url: attempts that wait for their place or have just begun. */
  readonly pending: Map<number, Pending>;
}

export interface Pending {
  /** Undefined while it waits. */
  beganAt: Millis | undefined;
  readonly told: Set<Told>;
  /** Called when the last of them has left. */
  abandon: Cancel;
}

/** `now`: when the result was there. */
export type Told = (result: CheckResult, now: Millis) => void;

/** Whoever comes later than this makes an attempt of its own: a timeout must not come early by more. */
const together: Millis = 50;

/** Joins an attempt for `url`, or undefined when there is none to join. */
export const joinAttempt = ({ pending }: SharedProbe, url: number, now: Millis, told: Told): Cancel | undefined => {
  const attempt = pending.get(url);
  if (attempt === undefined || (attempt.beganAt !== undefined && now - attempt.beganAt > together)) return undefined;
  attempt.told.add(told);
  return () => leave(attempt, told);
};

/** `told` leaves; nobody left means that nobody wants the answer. */
export const leave = (attempt: Pending, told: Told): void => {
  if (attempt.told.delete(told) && attempt.told.size === 0) attempt.abandon();
};

/**
 * When a newcomer that may begin from `earliest` to `latest` asks first, so that it asks with the others; `own` where they are
 * not within reach. `period` is its delay_loop.
 */
export const alignedStart = (
  nextAt: Millis | undefined,
  own: Millis,
  earliest: Millis,
  latest: Millis,
  period: Millis,
): Millis => {
  if (nextAt === undefined || period <= 0) return own;
  const first = nextAt >= earliest ? nextAt : nextAt + Math.ceil((earliest - nextAt) / period) * period;
  return first <= latest ? first : own;
};

/** Finds, among all probes, those that are the same; the others, nearly all, are not worth a thought afterwards. */
export const createSharing = () => {
  let known = new Map<string, SharedProbe>();
  return {
    /** The shared probe of each, undefined for one that nobody else has. */
    among<T extends { readonly checker: Probe }>(units: readonly T[]): ReadonlyMap<T, SharedProbe> {
      const targets = Map.groupBy(units, ({ checker }) => targetOf(checker));
      const next = new Map<string, SharedProbe>();
      const shared = new Map<T, SharedProbe>();
      for (const near of targets.values()) {
        if (near.length < 2) continue;
        for (const [key, same] of Map.groupBy(near, ({ checker }) => probeKey(checker))) {
          if (same.length < 2) continue;
          const probe = known.get(key) ?? { nextAt: undefined, pending: new Map() };
          next.set(key, probe);
          for (const unit of same) shared.set(unit, probe);
        }
      }
      known = next;
      return shared;
    },
  };
};

/** What must be the same for one attempt to answer for all: the question, whom it goes to, and how long an answer may take. */
export const probeKey = (checker: Probe): string =>
  JSON.stringify([
    // A ping goes to an address, whatever port the real server has.
    checkerKey(checker.kind === 'PING_CHECK' ? { ...checker, connectPort: 0 } : checker),
    checker.connectTimeout,
    checker.kind === 'MISC_CHECK' ? checker.timeout : 0,
  ]);

const targetOf = ({ kind, connectIp, connectPort }: Probe): string =>
  kind === 'PING_CHECK' ? `ping ${formatIp(connectIp)}` : `${formatIp(connectIp)} ${connectPort}`;

/** Spreads starts evenly: each falls into the largest gap that those before it left (steps of the golden ratio). */
export const createSpread = (random: () => number): (() => number) => {
  let place = random();
  return () => {
    const now = place;
    place = (place + 0.618_033_988_749_895) % 1;
    return now;
  };
};
