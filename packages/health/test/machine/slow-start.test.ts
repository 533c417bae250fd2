// slow_start: the steps of a growing weight, and when each is due.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextRampStep, rampedWeight, rampSteps } from '../../src/machine/slow-start.ts';

const since = 50_000;

describe('a weight of 100 over 30 s', () => {
  const ramp = { over: 30_000, since };

  test.each([
    [0, 10],
    [2999, 10],
    [3000, 20],
    [15_000, 60],
    [26_999, 90],
    [27_000, 100],
    [90_000, 100],
  ])('is after %i ms %i', (elapsed, weight) => {
    expect(rampedWeight(100, ramp, since + elapsed)).toBe(weight);
  });

  test('is written ten times', () => {
    const written: number[] = [];
    for (let now: number | undefined = since; now !== undefined; now = nextRampStep(ramp, now)) {
      written.push(rampedWeight(100, ramp, now));
    }
    expect(written).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  });
});

test('a short slow_start has a step a second', () => {
  const ramp = { over: 4000, since };
  expect([0, 1000, 2000, 3000].map((elapsed) => rampedWeight(100, ramp, since + elapsed))).toEqual([25, 50, 75, 100]);
});

test('a time from before the machine started means that the ramp is over', () => {
  expect(rampedWeight(100, { over: 30_000, since }, 10)).toBe(100);
  expect(nextRampStep({ over: 30_000, since }, 10)).toBeUndefined();
});

describe('any ramp', () => {
  const ramps = fc.record({
    weight: fc.integer({ min: 0, max: 0x7fffffff }),
    over: fc.integer({ min: 1000, max: 86_400_000 }),
    start: fc.integer({ min: 0, max: 1e9 }),
  });

  test('never falls, is 0 only when the weight is, and ends with the whole after few steps', () => {
    fc.assert(
      fc.property(ramps, ({ weight, over, start }) => {
        const ramp = { over, since: start };
        let before = 0;
        let steps = 0;
        for (let now: number | undefined = start; now !== undefined; now = nextRampStep(ramp, now)) {
          const is = rampedWeight(weight, ramp, now);
          expect(is).toBeGreaterThanOrEqual(before);
          expect(is === 0).toBe(weight === 0);
          before = is;
          steps += 1;
        }
        expect(before).toBe(weight);
        expect(steps).toBeLessThanOrEqual(rampSteps);
      }),
    );
  });
});
