// Bounds how many checks are under way, of all and of one host, and shares the places fairly: virtual servers take turns, dead servers get half.
import type { Clock } from '@vipward/sockets';
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
  /** The address that is asked: one host that hangs holds no more places than a host may. */
  readonly host?: string;
  /** What it holds while it waits: each size has places of its own. */
  readonly size: JobSize;
  start(): Promise<void>;
}

/** A descriptor; a plain stream as well, some kilobytes; or more than that: TLS, HTTP/2, a process. */
export type JobSize = 'light' | 'stream' | 'heavy';

/** How many places jobs of each size have. Of those for streams and heavier ones one host has a quarter at most. */
export const createCheckQueue = (clock: Clock, limits: Readonly<Record<JobSize, number>>): CheckQueue => {
  const hostLimit = (limit: number): number => Math.max(1, Math.floor(limit / 4));
  const places: Readonly<Record<JobSize, CheckQueue>> = {
    light: createPlaces(clock, limits.light),
    stream: createPlaces(clock, limits.stream, hostLimit(limits.stream)),
    heavy: createPlaces(clock, limits.heavy, hostLimit(limits.heavy)),
  };
  const sum = (what: 'inFlight' | 'waiting'): number => places.light[what] + places.stream[what] + places.heavy[what];
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

const createPlaces = (clock: Clock, limit: number, hostLimit = limit): CheckQueue => {
  const hosts = createHosts(hostLimit);
  const steady = createTurns();
  const suspects = createTurns();
  const suspectLimit = Math.max(1, Math.floor(limit / 2));
  let inFlight = 0;
  let suspectsInFlight = 0;
  const pace = createPace(clock, () => drain());

  const next = (): Job | undefined => {
    if (inFlight >= limit || !pace.open) return undefined;
    return take(steady) ?? (suspectsInFlight < suspectLimit ? take(suspects) : undefined);
  };
  // Those whose host has enough are put aside, so that nobody looks at them again until one of that host is done.
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
    hosts.enter(job);
    const finish = (): void => {
      inFlight -= 1;
      if (job.suspect) suspectsInFlight -= 1;
      const waited = hosts.leave(job);
      if (waited !== undefined) (waited.suspect ? suspects : steady).put(waited);
      drain();
    };
    job.start().then(finish, finish);
  };

  return {
    add(job) {
      const turns = job.suspect ? suspects : steady;
      turns.put(job);
      drain();
      return () => {
        turns.remove(job);
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

interface Hosts {
  enter(job: Job): void;
  /** Returns one that waited for this place. */
  leave(job: Job): Job | undefined;
  /** True when its host has enough: it then waits here. */
  putAside(job: Job): boolean;
  remove(job: Job): void;
  size(): number;
}

/** How many jobs of each host are under way, and who waits because of that. */
const createHosts = (limit: number): Hosts => {
  const busy = new Map<string, number>();
  const aside = new Map<string, Set<Job>>();
  const remove = (job: Job): void => {
    const waiting = job.host === undefined ? undefined : aside.get(job.host);
    if (waiting?.delete(job) && waiting.size === 0 && job.host !== undefined) aside.delete(job.host);
  };
  return {
    enter({ host }) {
      if (host !== undefined) busy.set(host, (busy.get(host) ?? 0) + 1);
    },
    leave({ host }) {
      if (host === undefined) return undefined;
      const left = (busy.get(host) ?? 1) - 1;
      if (left > 0) busy.set(host, left);
      else busy.delete(host);
      const [job] = aside.get(host) ?? [];
      if (job !== undefined) remove(job);
      return job;
    },
    putAside(job) {
      if (job.host === undefined || (busy.get(job.host) ?? 0) < limit) return false;
      aside.set(job.host, (aside.get(job.host) ?? new Set()).add(job));
      return true;
    },
    remove,
    size() {
      let size = 0;
      for (const jobs of aside.values()) size += jobs.size;
      return size;
    },
  };
};
