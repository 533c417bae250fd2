// A host with hundreds of real servers gets their checks one after the other, not hundreds of connections in one millisecond.
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import { createAside, type Hosts } from './host-places.ts';
import type { Job } from './queue.ts';

/** So many of one host begin at once (nearly twice as many where turns meet), and as many again after hostTurn: 3,200 in a second. */
export const hostBurst = 16;
export const hostTurn: Millis = 5;

/** `again` gets those that waited, when their host has its next turn. */
export const createHostPace = (clock: Clock, again: (jobs: readonly Job[]) => void): Hosts => {
  /** How many of each host have begun since `since`. */
  const begun = new Map<string, number>();
  const aside = createAside();
  const heldSince = new Map<Job, Millis>();
  let since = clock.now();
  let cancelTurn: Cancel | undefined;

  const turn = (now: Millis): void => {
    begun.clear();
    since = now;
  };
  const open = (): void => {
    cancelTurn = undefined;
    turn(clock.now());
    const next = aside.hosts().flatMap((host) => aside.take(host, hostBurst));
    if (aside.size() > 0) arm();
    again(next);
  };
  const arm = (): void => {
    cancelTurn ??= clock.at(since + hostTurn, open);
  };

  return {
    enter(job) {
      if (job.host !== undefined) begun.set(job.host, (begun.get(job.host) ?? 0) + 1);
      const held = heldSince.get(job);
      if (held === undefined) return 0;
      heldSince.delete(job);
      return clock.now() - held;
    },
    leave: () => undefined,
    putAside(job) {
      if (job.host === undefined || (begun.get(job.host) ?? 0) < hostBurst) return false;
      // Looked at only here: most hosts never have so many, and the time costs a call.
      const now = clock.now();
      if (aside.size() === 0 && now - since >= hostTurn) {
        turn(now);
        return false;
      }
      aside.put(job.host, job);
      if (!heldSince.has(job)) heldSince.set(job, now);
      arm();
      return true;
    },
    remove(job) {
      aside.remove(job);
      heldSince.delete(job);
      if (aside.size() > 0) return;
      cancelTurn?.();
      cancelTurn = undefined;
    },
    size: aside.size,
  };
};
