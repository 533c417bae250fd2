// A clock that stands still until a test moves it: three days pass in milliseconds, and every run is the same.
import type { Cancel, Clock, Millis } from '@vipward/sockets';

interface Timer {
  readonly deadline: Millis;
  readonly order: number;
  readonly fn: () => void;
}

/** Implements Clock; timers run only inside advance(), jump() and run(), never inside at(). */
export class FakeClock implements Clock {
  #now: Millis;
  #order = 0;
  /** Sorted, the next one first. */
  readonly #timers: Timer[] = [];

  /** `start` in ms; not 0 by default, so that a forgotten "since start" shows. */
  constructor(start: Millis = 1_000_000) {
    this.#now = start;
  }

  now(): Millis {
    return this.#now;
  }

  at(deadline: Millis, fn: () => void): Cancel {
    if (Number.isNaN(deadline)) throw new RangeError('a timer at NaN never fires');
    const timer = { deadline, order: this.#order++, fn };
    this.#timers.splice(this.#place(timer), 0, timer);
    return () => this.#remove(timer);
  }

  /** Moves on by `ms`; every timer on the way sees its own deadline as now, in the order of deadlines, then of arming. */
  advance(ms: Millis): void {
    const end = this.#end(ms);
    for (let timer = this.#dueBy(end); timer !== undefined; timer = this.#dueBy(end)) this.#fire(timer, timer.deadline);
    this.#now = end;
  }

  /** Like advance(), but lets promises and immediates settle before, between and after timers: for runtimes that await. */
  async run(ms: Millis): Promise<void> {
    const end = this.#end(ms);
    await settle();
    for (let timer = this.#dueBy(end); timer !== undefined; timer = this.#dueBy(end)) {
      this.#fire(timer, timer.deadline);
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /** The process was held up for `ms`: what was due meanwhile runs late, with now already at the end. */
  jump(ms: Millis): void {
    const end = this.#end(ms);
    this.#now = end;
    for (let timer = this.#dueBy(end); timer !== undefined; timer = this.#dueBy(end)) this.#fire(timer, end);
  }

  /** Deadlines of the armed timers, soonest first. */
  get pending(): readonly Millis[] {
    return this.#timers.map((timer) => timer.deadline);
  }

  #end(ms: Millis): Millis {
    if (!(ms >= 0)) throw new RangeError(`time moves forward only, not by ${ms} ms`);
    return this.#now + ms;
  }

  #dueBy(end: Millis): Timer | undefined {
    const first = this.#timers[0];
    return first !== undefined && first.deadline <= end ? first : undefined;
  }

  #fire(timer: Timer, now: Millis): void {
    this.#remove(timer);
    this.#now = Math.max(this.#now, now);
    timer.fn();
  }

  #remove(timer: Timer): void {
    const place = this.#place(timer);
    if (this.#timers[place] === timer) this.#timers.splice(place, 1);
  }

  /** Where the timer stands or belongs: the first place that is not before it. */
  #place(timer: Timer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#timers[middle];
      if (other !== undefined && before(other, timer)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const before = (a: Timer, b: Timer): boolean =>
  a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);

/** Lets everything that waits for promises or immediates go on: three turns cover a promise chain started by an immediate. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
};
