// The queue machine: order, one at a time, bounds, and what happens to a script that takes too long.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  emptyQueues,
  type Limits,
  type QueueEffect,
  type QueueEvent,
  type QueueState,
  step,
} from '../../src/queue/step.ts';

const limits: Limits = { maxWaiting: 2, maxRunning: 2 };

const play = (events: readonly QueueEvent<string>[], bounds = limits) => {
  let state: QueueState<string> = emptyQueues();
  const trace: string[] = [];
  for (const event of events) {
    const next = step(state, event, bounds);
    state = next.state;
    trace.push(next.effects.map(show).join(', '));
  }
  return { state, trace };
};

const show = (effect: QueueEffect<string>): string =>
  effect.kind === 'signal' ? `${effect.signal} ${effect.job}` : `${effect.kind} ${effect.job}`;

const enqueue = (object: string, job: string): QueueEvent<string> => ({ kind: 'enqueue', object, job });
const ended = (object: string): QueueEvent<string> => ({ kind: 'ended', object });
const deadline = (object: string): QueueEvent<string> => ({ kind: 'deadline', object });

describe('the queue', () => {
  test('runs the scripts of one object one after the other, in order', () => {
    const { trace, state } = play([
      enqueue('A', '1'),
      enqueue('A', '2'),
      enqueue('A', '3'),
      ended('A'),
      ended('A'),
      ended('A'),
    ]);
    expect(trace).toEqual(['start 1', '', '', 'start 2', 'start 3', '']);
    expect(state.objects.size).toBe(0);
  });

  test('runs the scripts of different objects beside each other', () => {
    expect(play([enqueue('A', '1'), enqueue('B', '2')]).trace).toEqual(['start 1', 'start 2']);
  });

  test('runs no more than the limit, and gives each object its turn', () => {
    const events = [enqueue('A', '1'), enqueue('B', '2'), enqueue('C', '3'), enqueue('A', '4'), ended('A'), ended('B')];
    expect(play(events).trace).toEqual(['start 1', 'start 2', '', '', 'start 3', 'start 4']);
  });

  test('drops the oldest waiting script when too many wait: the newest state matters most', () => {
    const events = [enqueue('A', '1'), enqueue('A', '2'), enqueue('A', '3'), enqueue('A', '4'), ended('A')];
    expect(play(events).trace).toEqual(['start 1', '', '', 'dropped 2', 'start 3']);
  });

  test('lets a late script run on while nothing waits', () => {
    expect(play([enqueue('A', '1'), deadline('A'), ended('A')]).trace).toEqual(['start 1', '', '']);
  });

  test('terminates a late script when the next one comes, and kills it after the grace', () => {
    const events = [enqueue('A', '1'), deadline('A'), enqueue('A', '2'), deadline('A'), ended('A')];
    expect(play(events).trace).toEqual(['start 1', '', 'SIGTERM 1', 'SIGKILL 1', 'start 2']);
  });

  test('terminates at the deadline when another one waits already', () => {
    expect(play([enqueue('A', '1'), enqueue('A', '2'), deadline('A')]).trace).toEqual(['start 1', '', 'SIGTERM 1']);
  });

  test('does not signal twice when more scripts come during the grace', () => {
    const events = [
      enqueue('A', '1'),
      enqueue('A', '2'),
      deadline('A'),
      enqueue('A', '3'),
      deadline('A'),
      deadline('A'),
    ];
    expect(play(events).trace).toEqual(['start 1', '', 'SIGTERM 1', '', 'SIGKILL 1', '']);
  });

  test('ignores a deadline or an end of an object that runs nothing', () => {
    expect(play([deadline('A'), ended('A')]).trace).toEqual(['', '']);
  });
});

describe('for any sequence of events', () => {
  const object = fc.constantFrom('A', 'B', 'C', 'D');
  const events = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('enqueue' as const), object }),
      fc.record({ kind: fc.constant('ended' as const), object }),
      fc.record({ kind: fc.constant('deadline' as const), object }),
    ),
    { maxLength: 60 },
  );

  test('jobs start in the order in which they came, never two of one object, never above the limits, none lost', () => {
    fc.assert(
      fc.property(events, (list) => {
        let state: QueueState<number> = emptyQueues();
        const started = new Map<string, number>();
        let seen = 0;
        list.forEach((event, number) => {
          const full: QueueEvent<number> = event.kind === 'enqueue' ? { ...event, job: number } : event;
          const wasRunning = state.objects.get(event.object)?.running;
          const next = step(state, full, limits);
          for (const effect of next.effects) {
            if (effect.kind === 'signal') expect(effect.job).toBe(wasRunning?.job);
            if (effect.kind !== 'start') continue;
            if (effect.object === event.object && event.kind !== 'ended') expect(wasRunning).toBeUndefined();
            expect(effect.job).toBeGreaterThan(started.get(effect.object) ?? -1);
            started.set(effect.object, effect.job);
          }
          state = next.state;
          if (event.kind === 'enqueue') seen += 1;
          seen -= next.effects.filter(({ kind }) => kind === 'dropped').length;
          if (event.kind === 'ended' && wasRunning !== undefined) seen -= 1;
          const queues = [...state.objects.values()];
          const running = queues.filter((queue) => queue.running !== undefined).length;
          expect(running).toBe(state.running);
          expect(running).toBeLessThanOrEqual(limits.maxRunning);
          for (const queue of queues) expect(queue.waiting.length).toBeLessThanOrEqual(limits.maxWaiting);
          expect(running + queues.reduce((sum, queue) => sum + queue.waiting.length, 0)).toBe(seen);
          // Whoever waits does so behind a script of its own, or because all places are taken.
          for (const queue of queues) {
            if (queue.running === undefined) expect(running).toBe(limits.maxRunning);
          }
        });
      }),
    );
  });
});
