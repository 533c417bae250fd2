// The same file for vipward and for the real keepalived beside it, in both roles: a covering part of all combinations of settings;
// every one with VIPWARD_MATRIX=all.
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { allCases, type Case, coveringCases, intervalOf, nameOf } from './matrix.ts';
import { type Played, play } from './matrix-run.ts';

const cases = process.env.VIPWARD_MATRIX === 'all' ? allCases : coveringCases(allCases);
/** Each is asleep most of the time. */
const AT_ONCE = 16;
/** ms that a busy machine may add before a test fails. */
const MARGIN = 600;

const told: Record<Case['preemption'], Pick<Played, 'better' | 'other'>> = {
  preempt: {
    better: ['BACKUP', 'MASTER', 'BACKUP', 'MASTER', 'STOP'],
    other: ['BACKUP', 'MASTER', 'BACKUP', 'MASTER', 'BACKUP', 'MASTER', 'STOP'],
  },
  nopreempt: {
    better: ['BACKUP', 'MASTER', 'BACKUP', 'MASTER', 'STOP'],
    other: ['BACKUP', 'MASTER', 'STOP', 'BACKUP', 'MASTER', 'STOP'],
  },
};

/** All at once, a few at a time; begun by the first test that asks. */
let results: ReadonlyMap<Case, Promise<Played>> | undefined;
const resultOf = (one: Case): Promise<Played> => {
  results ??= playAll();
  return results.get(one) ?? Promise.reject(new Error('no such case'));
};

const playAll = (): ReadonlyMap<Case, Promise<Played>> => {
  const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  return new Map(
    cases.map((one, index) => {
      const lane = index % AT_ONCE;
      const result = (lanes[lane] ?? Promise.resolve()).then(() => play(one));
      lanes[lane] = result.then(
        () => undefined,
        () => undefined,
      );
      return [one, result];
    }),
  );
};

describeWith(needs('root', 'netns', 'keepalived'), 'vipward and keepalived share a virtual router', () => {
  test.each(cases.map((one) => [nameOf(one), one] as const))(
    '%s',
    async (_name, one) => {
      const { better, other, together, handOvers } = await resultOf(one);
      expect({ better, other }).toEqual(told[one.preemption]);
      expect(together).toBeLessThanOrEqual(intervalOf(one));
      for (const { due, took } of handOvers) {
        // SIGKILL falls between two adverts, and a moment was counted before it reached the process.
        expect(took).toBeGreaterThanOrEqual(due - intervalOf(one) - 20);
        expect(took).toBeLessThan(due + MARGIN);
      }
    },
    600_000,
  );
});
