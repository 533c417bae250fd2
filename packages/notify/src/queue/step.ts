// The queues as a machine: one ordered queue per object, one script of an object at a time, bounded. Pure.

export interface Limits {
  /** At least 1. Scripts that may wait per object; when there are more, the oldest waiting one is dropped. */
  readonly maxWaiting: number;
  /** At least 1. Scripts that run at the same time, over all objects. */
  readonly maxRunning: number;
}

/** `J` is whatever says how to run it; the machine does not look inside. */
export interface QueueState<J> {
  readonly objects: ReadonlyMap<string, ObjectQueue<J>>;
  /** Objects that have something waiting and nothing running, in the order of their turn. */
  readonly turns: readonly string[];
  readonly running: number;
}

export interface ObjectQueue<J> {
  readonly running?: Running<J>;
  readonly waiting: readonly J[];
}

/** `late`: past its time, which is tolerated until another script of the object waits; then it is stopped. */
export interface Running<J> {
  readonly job: J;
  readonly late: boolean;
  readonly stopping: 'no' | 'terminated' | 'killed';
}

export type QueueEvent<J> =
  | { readonly kind: 'enqueue'; readonly object: string; readonly job: J }
  | { readonly kind: 'ended'; readonly object: string }
  /** The time of the running script is over; or, after a SIGTERM, the grace. */
  | { readonly kind: 'deadline'; readonly object: string };

export type QueueEffect<J> =
  | { readonly kind: 'start'; readonly object: string; readonly job: J }
  /** To the whole process group. After SIGTERM the caller sends another `deadline` when the grace is over. */
  | { readonly kind: 'signal'; readonly object: string; readonly job: J; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'dropped'; readonly object: string; readonly job: J };

export interface QueueStep<J> {
  readonly state: QueueState<J>;
  readonly effects: readonly QueueEffect<J>[];
}

export const emptyQueues = <J>(): QueueState<J> => ({ objects: new Map(), turns: [], running: 0 });

export const step = <J>(state: QueueState<J>, event: QueueEvent<J>, limits: Limits): QueueStep<J> => {
  switch (event.kind) {
    case 'enqueue':
      return enqueue(state, event.object, event.job, limits);
    case 'ended':
      return ended(state, event.object, limits);
    case 'deadline':
      return deadline(state, event.object);
  }
};

const enqueue = <J>(state: QueueState<J>, object: string, job: J, limits: Limits): QueueStep<J> => {
  const queue = state.objects.get(object) ?? { waiting: [] };
  const all = [...queue.waiting, job];
  const waiting = all.slice(-limits.maxWaiting);
  const dropped = all.slice(0, all.length - waiting.length);
  const effects: QueueEffect<J>[] = dropped.map((each) => ({ kind: 'dropped', object, job: each }));
  const next = withQueue(state, object, { ...queue, waiting });
  if (queue.running === undefined) {
    const turns = next.turns.includes(object) ? next.turns : [...next.turns, object];
    return startMore({ ...next, turns }, effects, limits);
  }
  return queue.running.late ? terminate(next, object, effects) : { state: next, effects };
};

const ended = <J>(state: QueueState<J>, object: string, limits: Limits): QueueStep<J> => {
  const queue = state.objects.get(object);
  if (queue?.running === undefined) return { state, effects: [] };
  const left = { ...state, running: state.running - 1 };
  if (queue.waiting.length === 0) {
    const objects = new Map(state.objects);
    objects.delete(object);
    return startMore({ ...left, objects }, [], limits);
  }
  const next = withQueue(left, object, { waiting: queue.waiting });
  return startMore({ ...next, turns: [...next.turns, object] }, [], limits);
};

// A script may take its time, as under keepalived, while nobody waits for it: someone may well start a long-lived program
// from notify_master. It must go when the next state change of its object has something to say.
const deadline = <J>(state: QueueState<J>, object: string): QueueStep<J> => {
  const queue = state.objects.get(object);
  if (queue?.running === undefined) return { state, effects: [] };
  const late = withQueue(state, object, { ...queue, running: { ...queue.running, late: true } });
  return queue.waiting.length === 0 ? { state: late, effects: [] } : terminate(late, object, []);
};

/** SIGTERM first, SIGKILL when the grace is over too. */
const terminate = <J>(state: QueueState<J>, object: string, before: readonly QueueEffect<J>[]): QueueStep<J> => {
  const queue = state.objects.get(object);
  const running = queue?.running;
  if (queue === undefined || running === undefined || running.stopping === 'killed') return { state, effects: before };
  const first = running.stopping === 'no';
  const next: Running<J> = { ...running, late: !first, stopping: first ? 'terminated' : 'killed' };
  return {
    state: withQueue(state, object, { ...queue, running: next }),
    effects: [...before, { kind: 'signal', object, job: running.job, signal: first ? 'SIGTERM' : 'SIGKILL' }],
  };
};

const startMore = <J>(state: QueueState<J>, before: readonly QueueEffect<J>[], limits: Limits): QueueStep<J> => {
  const effects = [...before];
  let next = state;
  while (next.running < limits.maxRunning) {
    const [object, ...turns] = next.turns;
    if (object === undefined) break;
    next = { ...next, turns };
    const [job, ...waiting] = next.objects.get(object)?.waiting ?? [];
    if (job === undefined) continue;
    const running: Running<J> = { job, late: false, stopping: 'no' };
    next = { ...withQueue(next, object, { running, waiting }), running: next.running + 1 };
    effects.push({ kind: 'start', object, job });
  }
  return { state: next, effects };
};

const withQueue = <J>(state: QueueState<J>, object: string, queue: ObjectQueue<J>): QueueState<J> => ({
  ...state,
  objects: new Map(state.objects).set(object, queue),
});
