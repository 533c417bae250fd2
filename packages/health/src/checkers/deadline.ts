// A deadline for silence and one for the whole: the two ways in which a reply can take too long.
import type { Clock, Millis } from '@vipward/sockets';
import { giveUpAt } from './give-up.ts';

export interface Deadline {
  /** Something arrived: silence is counted from now on. */
  heard(): void;
  cancel(): void;
}

/** Calls `expired` once, after `silence` ms without heard(), or `whole` ms after now. */
export const startDeadline = (clock: Clock, silence: Millis, whole: Millis, expired: () => void): Deadline => {
  const end = clock.now() + whole;
  let heardAt = clock.now();
  let cancelTimer = (): void => {};
  const arm = (): void => {
    const due = (): number => Math.min(end, heardAt + silence);
    // Replies of many small parts move the deadline without a new timer for each.
    cancelTimer = giveUpAt(clock, due(), () => {
      if (clock.now() >= due()) expired();
      else arm();
    });
  };
  arm();
  return {
    heard() {
      heardAt = clock.now();
    },
    cancel() {
      cancelTimer();
    },
  };
};
