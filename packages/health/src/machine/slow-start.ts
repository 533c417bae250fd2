// slow_start: the weight of a real server that came up grows in steps from a small share to the whole. Pure, from the time alone.
import type { Millis } from '@vipward/sockets';

/** A server's weight is written to the kernel that often at most while it grows. */
export const rampSteps = 10;
/** No step is shorter, so that a short slow_start has fewer of them. */
const shortestStep: Millis = 1000;

export interface Ramp {
  /** The whole time. */
  readonly over: Millis;
  /** When the server came up. */
  readonly since: Millis;
}

/**
 * The weight at `now`: the first step begins at once with one share, the last has the whole. Never 0 where `weight` is not.
 * Without a ramp, or when it is over, `weight` itself.
 */
export const rampedWeight = (weight: number, ramp: Ramp | undefined, now: Millis): number => {
  if (ramp === undefined || weight <= 1) return weight;
  const { step, steps } = stepsOf(ramp.over);
  const done = Math.floor((now - ramp.since) / step) + 1;
  // A clock that began anew (another boot) says nothing: the ramp is over.
  if (done >= steps || done < 1) return weight;
  return Math.max(1, Math.round((weight * done) / steps));
};

/**
 * When the weight is another next; undefined when it has all. Rounded up to whole seconds of the clock, so that thousands of
 * servers that came up one after the other give one table a second.
 */
export const nextRampStep = ({ over, since }: Ramp, now: Millis): Millis | undefined => {
  const { step, steps } = stepsOf(over);
  const done = Math.floor((now - since) / step) + 1;
  if (done >= steps || done < 1) return undefined;
  return Math.ceil((since + done * step) / 1000) * 1000;
};

const stepsOf = (over: Millis): { readonly step: Millis; readonly steps: number } => {
  const step = Math.max(shortestStep, over / rampSteps);
  return { step, steps: Math.max(1, Math.ceil(over / step)) };
};
