// Time as a value: every runtime gets a Clock, so that tests can hold it in their hand.
export type Millis = number;
export type Cancel = () => void;

/** Monotonic milliseconds and one-shot timers at absolute deadlines. */
export interface Clock {
  now(): Millis;
  /** Calls `fn` once, at or after the deadline, never early. */
  at(deadline: Millis, fn: () => void): Cancel;
}

/** CLOCK_MONOTONIC through the event loop. setTimeout fires up to 1 ms early, so the deadline is checked again. */
export const systemClock: Clock = {
  now: monotonicNow,
  at(deadline, fn) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      // setTimeout takes at most 2^31-1 ms; a longer wait is cut and armed again.
      timer = setTimeout(
        () => (monotonicNow() >= deadline ? fn() : arm()),
        Math.min(Math.max(0, Math.ceil(deadline - monotonicNow())), 0x7fffffff),
      );
    };
    arm();
    return () => clearTimeout(timer);
  },
};

function monotonicNow(): Millis {
  return Number(process.hrtime.bigint()) / 1e6;
}
