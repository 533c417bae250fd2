// A deadline for silence and one for the whole: the two ways in which a reply can take too long.
import type { Clock, Millis } from '@vipward/sockets';

export interface Deadline {
  /** Something arrived: silence is counted from now on. */
  heard(): void;
  cancel(): void;
}

/** Calls `expired` once, after `silence` ms without heard(), or `whole` ms after now. */
export const startDeadline = (clock: Clock, silence: Millis, whole: Millis, expired: () => void): Deadline => {
  const end = clock.now() + whole;
  let heardAt = clock.now();
  let cancelled = false;
  let cancelTimer = (): void => {};
  const arm = (): void => {
    if (cancelled) return;
    const due = (): number => Math.min(end, heardAt + silence);
    // Replies of many small parts move the deadline without a new timer for each. Timers come before sockets: where this process
    // was held up, what has arrived by now counts first.
    cancelTimer = clock.at(due(), () =>
      setImmediate(() => {
        if (cancelled) return;
        if (clock.now() >= due()) expired();
        else arm();
      }),
    );
  };
  arm();
  return {
    heard() {
      heardAt = clock.now();
    },
    cancel() {
      cancelled = true;
      cancelTimer();
    },
  };
};
