// Bounds how many checks are under way, and shares the places fairly: virtual servers take turns, dead servers get half.

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
  /** It holds nothing but a descriptor while it waits: such checks have places of their own. */
  readonly light: boolean;
  start(): Promise<void>;
}

/** `limit` places, and `lightLimit` for light jobs. */
export const createCheckQueue = (limit: number, lightLimit: number = limit): CheckQueue => {
  const [heavy, light] = [createPlaces(limit), createPlaces(lightLimit)];
  return {
    add: (job) => (job.light ? light : heavy).add(job),
    get inFlight() {
      return heavy.inFlight + light.inFlight;
    },
    get waiting() {
      return heavy.waiting + light.waiting;
    },
  };
};

const createPlaces = (limit: number): CheckQueue => {
  const steady = createTurns();
  const suspects = createTurns();
  const suspectLimit = Math.max(1, Math.floor(limit / 2));
  let inFlight = 0;
  let suspectsInFlight = 0;

  const next = (): Job | undefined => {
    if (inFlight >= limit) return undefined;
    const job = steady.take();
    if (job !== undefined) return job;
    return suspectsInFlight < suspectLimit ? suspects.take() : undefined;
  };

  const drain = (): void => {
    for (let job = next(); job !== undefined; job = next()) begin(job);
  };

  const begin = (job: Job): void => {
    inFlight += 1;
    if (job.suspect) suspectsInFlight += 1;
    const finish = (): void => {
      inFlight -= 1;
      if (job.suspect) suspectsInFlight -= 1;
      drain();
    };
    job.start().then(finish, finish);
  };

  return {
    add(job) {
      const turns = job.suspect ? suspects : steady;
      turns.put(job);
      drain();
      return () => turns.remove(job);
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return steady.size() + suspects.size();
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
