// The bound on checks under way and its fairness.
import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import { usualPace } from '../../src/runtime/pace.ts';
import { createCheckQueue } from '../../src/runtime/queue.ts';

/** Jobs that end when told to; `order` says which began. */
const harness = (limit: number, light = limit) => {
  const queue = createCheckQueue(new FakeClock(), { light, stream: limit, heavy: limit, process: limit });
  const order: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (name: string, group = 'a', suspect = false, light = false) =>
    queue.add({
      group,
      suspect,
      size: light ? 'light' : 'heavy',
      start: () => {
        order.push(name);
        return new Promise((resolve) => void ends.set(name, resolve));
      },
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, order, add, end };
};

describe('the check queue', () => {
  test('starts as many as the limit, and the next when one ends', async () => {
    const { queue, order, add, end } = harness(2);
    for (const name of ['1', '2', '3']) add(name);
    expect(order).toEqual(['1', '2']);
    expect([queue.inFlight, queue.waiting]).toEqual([2, 1]);
    await end('1');
    expect(order).toEqual(['1', '2', '3']);
  });

  test('virtual servers take turns', async () => {
    const { order, add, end } = harness(1);
    for (const name of ['a1', 'a2', 'a3']) add(name, 'a');
    for (const name of ['b1', 'b2']) add(name, 'b');
    for (const name of ['a1', 'a2', 'b1', 'a3']) await end(name);
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3', 'b2']);
  });

  test('checks of servers that failed fill at most half of the places', () => {
    const { order, add } = harness(4);
    for (const name of ['s1', 's2', 's3', 's4']) add(name, 'a', true);
    expect(order).toEqual(['s1', 's2']);
    add('n1');
    add('n2');
    add('n3');
    expect(order).toEqual(['s1', 's2', 'n1', 'n2']);
  });

  test('light checks have places of their own: silent servers never keep a costly check waiting, nor the other way round', async () => {
    const { queue, order, add, end } = harness(1, 3);
    for (const name of ['l1', 'l2', 'l3', 'l4']) add(name, 'a', false, true);
    for (const name of ['h1', 'h2']) add(name);
    expect(order).toEqual(['l1', 'l2', 'l3', 'h1']);
    expect([queue.inFlight, queue.waiting]).toEqual([4, 2]);
    await end('l1');
    await end('h1');
    expect(order).toEqual(['l1', 'l2', 'l3', 'h1', 'l4', 'h2']);
  });

  test('with one place a suspect is still checked', () => {
    const { order, add } = harness(1);
    add('s1', 'a', true);
    expect(order).toEqual(['s1']);
  });

  test('a job that is taken back never starts', async () => {
    const { queue, order, add, end } = harness(1);
    add('1');
    const takeBack = add('2');
    takeBack();
    await end('1');
    expect(order).toEqual(['1']);
    expect([queue.inFlight, queue.waiting]).toEqual([0, 0]);
  });

  test('a job that rejects gives its place back', async () => {
    const { queue, order, add } = harness(1);
    queue.add({ group: 'a', suspect: false, size: 'heavy', start: () => Promise.reject(new Error('no')) });
    add('next');
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['next']);
  });

  test('one host has a quarter of the places at most; the others are not kept waiting by it', async () => {
    const queue = createCheckQueue(new FakeClock(), { light: 8, stream: 8, heavy: 8, process: 8 });
    const order: string[] = [];
    const ends: (() => void)[] = [];
    const add = (name: string, host: string) =>
      queue.add({
        group: 'a',
        host,
        suspect: false,
        size: 'heavy',
        start: () => {
          order.push(name);
          return new Promise((resolve) => void ends.push(resolve));
        },
      });
    add('1', 'x');
    add('2', 'x');
    add('3', 'x');
    const takeBack = add('4', 'x');
    add('5', 'x');
    add('6', 'y');
    expect(order).toEqual(['1', '2', '6']);
    expect([queue.inFlight, queue.waiting]).toEqual([3, 3]);
    takeBack();
    ends[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    ends[1]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['1', '2', '6', '3', '5']);
    expect(queue.waiting).toBe(0);
  });

  test('scripts have places of their own: processes never keep a TLS stream waiting', () => {
    const queue = createCheckQueue(new FakeClock(), { light: 8, stream: 8, heavy: 8, process: 2 });
    const order: string[] = [];
    const add = (name: string, size: 'heavy' | 'process') =>
      queue.add({
        group: 'a',
        suspect: false,
        size,
        start: () => {
          order.push(name);
          return new Promise(() => {});
        },
      });
    for (const name of ['p1', 'p2', 'p3']) add(name, 'process');
    add('h1', 'heavy');
    expect(order).toEqual(['p1', 'p2', 'h1']);
  });

  test('where more is due than this host manages, answers are heard before more connections are made', async () => {
    const clock = new FakeClock();
    const queue = createCheckQueue(clock, { light: 2048, stream: 256, heavy: 256, process: 256 });
    let begun = 0;
    let most = 0;
    const add = (): void => {
      queue.add({
        group: 'a',
        suspect: false,
        size: 'light',
        start: () => {
          begun += 1;
          most = Math.max(most, queue.inFlight);
          // Everybody answers at once, and is heard when what came in before has been.
          return new Promise((resolve) => void clock.at(clock.now(), () => resolve()));
        },
      });
    };
    for (let i = 0; i < 10_000; i += 1) add();
    await clock.run(0);
    expect(begun).toBe(10_000);
    expect(most).toBeLessThanOrEqual(2 * usualPace);
  });
});
