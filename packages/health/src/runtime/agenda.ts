// What is due when: one timer for any number of checks, since ten thousand timers cost more than the checks they wait for.
import type { Cancel, Clock, Millis } from '@vipward/sockets';

/** Something that is due once. An agenda writes `place`; nobody else does. */
export interface Entry {
  /** Where it stands in the agenda, -1 when it does not. */
  place: number;
  dueAt: Millis;
  /** Called once, at or after dueAt, and no longer on the agenda then: it may put itself on again. `now`: of this turn. */
  due(now: Millis): void;
}

export interface Agenda {
  /** `entry` is due at `at`, and no longer when it was before. */
  put(entry: Entry, at: Millis): void;
  /** Takes it off; nothing happens when it is not on. */
  remove(entry: Entry): void;
}

/**
 * A binary heap by dueAt: the earliest is first, and each knows its place so that it can be moved. What is due within the same
 * `grain` ms is called at its end, all at once: the event loop's own work is then shared by the checks of one turn.
 */
export const createAgenda = (clock: Clock, grain: Millis = 0): Agenda => {
  const turnOf = (at: Millis): Millis => (grain === 0 ? at : Math.ceil(at / grain) * grain);
  const heap: Entry[] = [];
  let armedFor: Millis | undefined;
  let cancelTimer: Cancel = () => {};

  const wake = (): void => {
    // While they are called nothing is armed.
    armedFor = Number.NEGATIVE_INFINITY;
    const now = clock.now();
    for (let first = heap[0]; first !== undefined && first.dueAt <= now; first = heap[0]) {
      remove(first);
      first.due(now);
    }
    armedFor = undefined;
    arm();
  };

  // Armed for something earlier than needed is left so: it costs one idle wake-up instead of a new timer for every change.
  const arm = (): void => {
    const first = heap[0];
    if (first === undefined) {
      cancelTimer();
      armedFor = undefined;
      return;
    }
    const turn = turnOf(first.dueAt);
    if (armedFor === undefined || turn < armedFor) {
      cancelTimer();
      armedFor = turn;
      cancelTimer = clock.at(turn, wake);
    }
  };

  const set = (place: number, entry: Entry): void => {
    heap[place] = entry;
    entry.place = place;
  };

  const rise = (from: number, entry: Entry): void => {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.dueAt <= entry.dueAt) break;
      set(place, parent);
      place = above;
    }
    set(place, entry);
  };

  const sink = (from: number, entry: Entry): void => {
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      let child = heap[below];
      const other = heap[below + 1];
      if (child !== undefined && other !== undefined && other.dueAt < child.dueAt) {
        below += 1;
        child = other;
      }
      if (child === undefined || child.dueAt >= entry.dueAt) break;
      set(place, child);
      place = below;
    }
    set(place, entry);
  };

  const remove = (entry: Entry): void => {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = heap.pop();
    if (last === undefined || last === entry) return;
    const above = heap[(place - 1) >> 1];
    if (place > 0 && above !== undefined && above.dueAt > last.dueAt) rise(place, last);
    else sink(place, last);
  };

  return {
    put(entry, at) {
      remove(entry);
      entry.dueAt = at;
      rise(heap.length, entry);
      arm();
    },
    remove(entry) {
      remove(entry);
      if (heap.length === 0) arm();
    },
  };
};

/** The same time, with an agenda for its timers: for ten thousand deadlines, of which hardly one is ever reached. */
export const agendaClock = (clock: Clock, agenda: Agenda): Clock => ({
  now: () => clock.now(),
  at(deadline, fn) {
    const entry: Entry = { place: -1, dueAt: deadline, due: fn };
    agenda.put(entry, deadline);
    return () => agenda.remove(entry);
  },
});
