// Bounds how many checks are under way, of all and of one host, and shares the places fairly: virtual servers take turns, dead servers get half.
import type { Clock, Millis } from '@vipward/sockets';
import { createHostPace } from './host-pace.ts';
import { createHostPlaces, type Hosts } from './host-places.ts';
import { createPace } from './pace.ts';

export interface CheckQueue {
  /** Starts `job` now or when there is a place; `suspect` = the last attempt failed. Returns a way to take it back. */
  add(job: Job): () => void;
  /** Jobs under way. */
  readonly inFlight: number;
  readonly waiting: number;
}

export interface Job {
  /** Jobs of one group wait for each other, groups take turns. */
  readonly group: string;
  /**
   * A server that answers nothing holds its place for its whole timeout. Such checks may fill half the places, so that a
   * thousand dead servers never delay the checks of those that live.
   */
  readonly suspect: boolean;
  /** The address that is asked: it gets no burst of connections, and holds no more places than a host may when it hangs. */
  readonly host?: string;
  /** What it holds while it waits: each size has places of its own. */
  readonly size: JobSize;
  /** `held`: how many ms of its wait were for its host's sake, which is no lateness of this director. */
  start(held: Millis): Promise<void>;
}

/** A descriptor; a plain stream as well, some kilobytes; TLS or HTTP/2 on it, some tens of them; or a process. */
export type JobSize = 'light' | 'stream' | 'heavy' | 'process';

/**
 * How many places jobs of each size have. Of those that hold more than a descriptor one host has a quarter at most. Light ones
 * of a host are as many as they are, so that one that is dead is found out in its own time, but do not begin all at once.
 */
export const createCheckQueue = (clock: Clock, limits: Readonly<Record<JobSize, number>>): CheckQueue => {
  const bounded = (limit: number): CheckQueue =>
    createPlaces(clock, limit, () => createHostPlaces(Math.max(1, Math.floor(limit / 4))));
  const places: Readonly<Record<JobSize, CheckQueue>> = {
    light: createPlaces(clock, limits.light, (again) => createHostPace(clock, again)),
    stream: bounded(limits.stream),
    heavy: bounded(limits.heavy),
    process: bounded(limits.process),
  };
  const sum = (what: 'inFlight' | 'waiting'): number =>
    Object.values(places).reduce((total, of) => total + of[what], 0);
  return {
    add: (job) => places[job.size].add(job),
    get inFlight() {
      return sum('inFlight');
    },
    get waiting() {
      return sum('waiting');
    },
  };
};

const createPlaces = (
  clock: Clock,
  limit: number,
  hostsOf: (again: (jobs: readonly Job[]) => void) => Hosts,
): CheckQueue => {
  const steady = createTurns();
  const suspects = createTurns();
  const suspectLimit = Math.max(1, Math.floor(limit / 2));
  let inFlight = 0;
  let suspectsInFlight = 0;
  const pace = createPace(clock, () => drain());
  const turnsOf = ({ suspect }: Job): Turns => (suspect ? suspects : steady);
  const hosts = hostsOf((jobs) => {
    for (const job of jobs) turnsOf(job).put(job);
    drain();
  });

  const next = (): Job | undefined => {
    if (inFlight >= limit || !pace.open) return undefined;
    return take(steady) ?? (suspectsInFlight < suspectLimit ? take(suspects) : undefined);
  };
  // Those whose host has enough are put aside, so that nobody looks at them again until it has not.
  const take = (turns: Turns): Job | undefined => {
    for (let job = turns.take(); job !== undefined; job = turns.take()) if (!hosts.putAside(job)) return job;
    return undefined;
  };

  const drain = (): void => {
    for (let job = next(); job !== undefined; job = next()) begin(job);
  };

  const begin = (job: Job): void => {
    pace.begun();
    inFlight += 1;
    if (job.suspect) suspectsInFlight += 1;
    const held = hosts.enter(job);
    const finish = (): void => {
      inFlight -= 1;
      if (job.suspect) suspectsInFlight -= 1;
      const waited = hosts.leave(job);
      if (waited !== undefined) turnsOf(waited).put(waited);
      drain();
    };
    job.start(held).then(finish, finish);
  };

  return {
    add(job) {
      turnsOf(job).put(job);
      drain();
      return () => {
        turnsOf(job).remove(job);
        hosts.remove(job);
      };
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return steady.size() + suspects.size() + hosts.size();
    },
  };
};

interface Turns {
  put(job: Job): void;
  take(): Job | undefined;
  remove(job: Job): void;
  size(): number;
}

/** First come, first served within a group; one job per group and turn. */
const createTurns = (): Turns => {
  const groups = new Map<string, Set<Job>>();
  return {
    put(job) {
      const jobs = groups.get(job.group) ?? new Set();
      groups.set(job.group, jobs.add(job));
    },
    take() {
      for (const [group, jobs] of groups) {
        for (const job of jobs) {
          jobs.delete(job);
          // The group goes behind the others: a Map keeps the order of insertion.
          groups.delete(group);
          if (jobs.size > 0) groups.set(group, jobs);
          return job;
        }
      }
      return undefined;
    },
    remove(job) {
      const jobs = groups.get(job.group);
      jobs?.delete(job);
      if (jobs?.size === 0) groups.delete(job.group);
    },
    size() {
      let size = 0;
      for (const jobs of groups.values()) size += jobs.size;
      return size;
    },
  };
};
