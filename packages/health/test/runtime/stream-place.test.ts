// The place for the stream of a check: taken once, waited for, given up and freed.
import { expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import { createCheckQueue } from '../../src/runtime/queue.ts';
import { createStreamPlace } from '../../src/runtime/stream-place.ts';

const job = { group: 'a', suspect: false, size: 'stream' } as const;
const never = new AbortController().signal;

const harness = (stream: number) => {
  const clock = new FakeClock();
  const queue = createCheckQueue(clock, { light: 1, stream, heavy: 1, process: 1 });
  return { clock, queue, place: (signal = never) => createStreamPlace(queue, clock, job, signal) };
};

test('a place that is free is had at once, and held until it is freed', async () => {
  const { queue, place } = harness(4);
  const one = place();
  expect(await one.take()).toBe(true);
  expect([one.waited, queue.inFlight]).toEqual([0, 1]);
  one.free();
  await Promise.resolve();
  expect(queue.inFlight).toBe(0);
});

test('one that is not free is waited for, and how long is known', async () => {
  const { clock, queue, place } = harness(1);
  const [one, two] = [place(), place()];
  await one.take();
  const taken = two.take();
  await clock.run(300);
  expect([queue.inFlight, queue.waiting]).toEqual([1, 1]);
  one.free();
  expect(await taken).toBe(true);
  expect([one.waited, two.waited]).toEqual([0, 300]);
});

test('whoever is not wanted any more waits no longer, and holds nothing', async () => {
  const { queue, place } = harness(1);
  const gone = new AbortController();
  const one = place();
  await one.take();
  const taken = place(gone.signal).take();
  gone.abort();
  expect(await taken).toBe(false);
  expect(queue.waiting).toBe(0);
  expect(await place(gone.signal).take()).toBe(false);
  expect([queue.inFlight, queue.waiting]).toEqual([1, 0]);
});

test('freeing without having taken is nothing', () => {
  const { queue, place } = harness(1);
  place().free();
  expect(queue.inFlight).toBe(0);
});
