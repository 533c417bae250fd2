// A clock whose timers are late by microseconds: setTimeout knows whole milliseconds only, which an advert every 10 ms feels.
import { addon } from './addon.ts';
import { type Cancel, type Clock, type Millis, systemClock } from './clock.ts';
import { succeed } from './errno.ts';

/** Where the deadlines end; a test has its own. */
export interface Alarm {
  /** Calls once at or after `at` (ms of the clock); replaces what was set before. */
  set(at: Millis): void;
  /** Whether it keeps the process alive. */
  hold(whether: boolean): void;
}

interface Entry {
  readonly at: Millis;
  /** The earliest moment it could be called: one that was set for the past is not late by that. */
  readonly due: Millis;
  /** How many came before it. */
  readonly order: number;
  /** Undefined once it has been called or cancelled. */
  fn: (() => void) | undefined;
}

/**
 * CLOCK_MONOTONIC through a timer of the kernel (timerfd), one for all deadlines of this thread; it is never closed. Entries of
 * the same moment are called in the order in which they came. `onRing` hears by how many ms the first of those that are due is
 * late, each time before they are called. Throws AddonError, SocketError.
 */
export const openPreciseClock = (onRing?: (late: Millis) => void): Clock =>
  preciseClock(systemClock.now, openAlarm, onRing);

export const preciseClock = (
  now: () => Millis,
  open: (ring: () => void) => Alarm,
  onRing?: (late: Millis) => void,
): Clock => {
  const heap = new Heap();
  let armed = Number.POSITIVE_INFINITY;
  let waiting = 0;
  let order = 0;

  const arm = (): void => {
    heap.dropCancelled();
    const first = heap.first?.at ?? Number.POSITIVE_INFINITY;
    // A cancelled entry's alarm rings in vain, which is cheaper than setting it anew at every advert that is heard.
    if (first >= armed) return;
    armed = first;
    alarm.set(first);
  };
  const count = (change: number): void => {
    waiting += change;
    if (waiting === 0) alarm.hold(false);
    else if (waiting === change) alarm.hold(true);
  };
  const ring = (): void => {
    armed = Number.POSITIVE_INFINITY;
    const until = now();
    heap.dropCancelled();
    const first = heap.first;
    if (onRing !== undefined && first !== undefined && first.at <= until) onRing(until - first.due);
    try {
      for (let due = heap.first; due !== undefined && due.at <= until; due = heap.first) {
        heap.shift();
        const { fn } = due;
        due.fn = undefined;
        if (fn === undefined) continue;
        count(-1);
        fn();
      }
    } finally {
      arm();
    }
  };

  const alarm = open(ring);
  alarm.hold(false);
  return {
    now,
    at(deadline, fn): Cancel {
      const due = onRing === undefined ? deadline : Math.max(deadline, now());
      const entry: Entry = { at: deadline, due, order: order++, fn };
      heap.push(entry);
      count(1);
      arm();
      return () => {
        if (entry.fn === undefined) return;
        entry.fn = undefined;
        count(-1);
      };
    },
  };
};

const openAlarm = (ring: () => void): Alarm => {
  const native = addon();
  const handle = succeed('timerfd_create', native.alarm(ring));
  return {
    set(at) {
      // Rounded up, since a timer must never be early; 0 would take it back. Nanoseconds since boot outgrow 2^53 in 104 days.
      const micros = Math.max(1, Math.ceil(at * 1000));
      const seconds = Math.floor(micros / 1_000_000);
      succeed('timerfd_settime', native.setAlarm(handle, seconds, (micros - seconds * 1_000_000) * 1000));
    },
    hold: (whether) => void native.hold(handle, whether),
  };
};

/** The earliest entry first; of equal ones the one that came first. */
class Heap {
  readonly #entries: Entry[] = [];

  get first(): Entry | undefined {
    return this.#entries[0];
  }

  push(item: Entry): void {
    const all = this.#entries;
    let at = all.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = all[parent];
      if (above === undefined || !earlier(item, above)) break;
      all[at] = above;
      at = parent;
    }
    all[at] = item;
  }

  shift(): void {
    const all = this.#entries;
    const item = all.pop();
    if (item === undefined || all.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = all[child];
      const right = all[child + 1];
      if (left === undefined) break;
      let below = left;
      if (right !== undefined && earlier(right, left)) {
        below = right;
        child++;
      }
      if (!earlier(below, item)) break;
      all[at] = below;
      at = child;
    }
    all[at] = item;
  }

  dropCancelled(): void {
    while (this.first !== undefined && this.first.fn === undefined) this.shift();
  }
}

const earlier = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
