// The deadline of an attempt that waits for a socket, a child or a thread.
import type { Cancel, Clock, Millis } from '@vipward/sockets';

/**
 * Calls `expired` once, at or after `deadline`. Timers come before sockets and children in a turn of the event loop: where this
 * process was held up, an answer that is here already is heard first, and whoever hears it cancels.
 */
export const giveUpAt = (clock: Clock, deadline: Millis, expired: () => void): Cancel => {
  let last: NodeJS.Immediate | undefined;
  const cancelTimer = clock.at(deadline, () => {
    last = setImmediate(expired);
  });
  return () => {
    cancelTimer();
    clearImmediate(last);
  };
};
