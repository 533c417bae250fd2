// The place that a check takes for its stream once the server has accepted its connection, held until the check ends.
import type { Clock, Millis } from '@vipward/sockets';
import type { CheckQueue, Job } from './queue.ts';

export interface StreamPlace {
  /** True when there is a place; false when nobody wants the answer any more. */
  take(): Promise<boolean>;
  free(): void;
  /** How long it was waited for, in ms. */
  readonly waited: Millis;
}

export const createStreamPlace = (
  queue: CheckQueue,
  clock: Pick<Clock, 'now'>,
  job: Omit<Job, 'start'>,
  signal: AbortSignal,
): StreamPlace => {
  let free = (): void => {};
  let waited: Millis = 0;
  return {
    take: () =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve(false);
          return;
        }
        const since = clock.now();
        let leave = (): void => {};
        const onAbort = (): void => {
          leave();
          resolve(false);
        };
        signal.addEventListener('abort', onAbort);
        // It may begin before add() returns.
        leave = queue.add({
          ...job,
          start: () => {
            signal.removeEventListener('abort', onAbort);
            waited = clock.now() - since;
            resolve(true);
            return new Promise((end) => {
              free = end;
            });
          },
        });
      }),
    free: () => free(),
    get waited() {
      return waited;
    },
  };
};
