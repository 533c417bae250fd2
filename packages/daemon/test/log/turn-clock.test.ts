// One turn of the event loop is one moment.
import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { turnClock } from '../../src/log/turn-clock.ts';

test('reads the time once a turn, and again in the next one', async () => {
  let read = 0;
  const clock = turnClock(() => new Date(++read));
  expect([clock(), clock(), clock()].map(Number)).toEqual([1, 1, 1]);
  await setImmediate();
  expect([clock(), clock()].map(Number)).toEqual([2, 2]);
});
