// Gives adverts and sockets their turn during long work.
import type { Clock, Millis } from '@vipward/sockets';

/** Without a turn of the event loop. */
const LONGEST: Millis = 1;

/** To be awaited between two pieces of the work; waits only when so much time has gone by. */
export const breather = (clock: Clock, afterInput: (fn: () => void) => void): (() => Promise<void>) => {
  let last = clock.now();
  return async () => {
    if (clock.now() - last < LONGEST) return;
    await new Promise<void>((resolve) => afterInput(resolve));
    last = clock.now();
  };
};
