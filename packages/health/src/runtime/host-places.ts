// Of the places for what costs memory or a process one host holds no more than a host may, when it hangs.
import type { Millis } from '@vipward/sockets';
import type { Job } from './queue.ts';

/** Who of a host may begin, and who waits because of the others. */
export interface Hosts {
  /** It begins; for how many ms it was kept from that for its host's sake. */
  enter(job: Job): Millis;
  /** Returns one that waited for this place. */
  leave(job: Job): Job | undefined;
  /** True when its host has enough: it then waits here. */
  putAside(job: Job): boolean;
  remove(job: Job): void;
  /** How many wait here. */
  size(): number;
}

/** How many jobs of each host are under way: `limit` at most. */
export const createHostPlaces = (limit: number): Hosts => {
  const busy = new Map<string, number>();
  const aside = createAside();
  return {
    enter({ host }) {
      if (host !== undefined) busy.set(host, (busy.get(host) ?? 0) + 1);
      return 0;
    },
    leave({ host }) {
      if (host === undefined) return undefined;
      const left = (busy.get(host) ?? 1) - 1;
      if (left > 0) busy.set(host, left);
      else busy.delete(host);
      const [job] = aside.take(host, 1);
      return job;
    },
    putAside(job) {
      if (job.host === undefined || (busy.get(job.host) ?? 0) < limit) return false;
      aside.put(job.host, job);
      return true;
    },
    remove: aside.remove,
    size: aside.size,
  };
};

/** Those that wait, by host, first come first. */
export const createAside = () => {
  const waiting = new Map<string, Set<Job>>();
  const remove = (job: Job): void => {
    const jobs = job.host === undefined ? undefined : waiting.get(job.host);
    if (jobs?.delete(job) && jobs.size === 0 && job.host !== undefined) waiting.delete(job.host);
  };
  return {
    put(host: string, job: Job): void {
      waiting.set(host, (waiting.get(host) ?? new Set()).add(job));
    },
    /** Takes `most` of a host out. */
    take(host: string, most: number): readonly Job[] {
      const jobs: Job[] = [];
      for (const job of waiting.get(host) ?? []) {
        if (jobs.length === most) break;
        jobs.push(job);
      }
      for (const job of jobs) remove(job);
      return jobs;
    },
    remove,
    hosts: (): readonly string[] => [...waiting.keys()],
    size(): number {
      let size = 0;
      for (const jobs of waiting.values()) size += jobs.size;
      return size;
    },
  };
};
