// Tests that state what they need: required in CI, skipped with the reason on a laptop that lacks it.
import { describe, expect, test } from '@jest/globals';
import { missing, type Need } from './probe.ts';

/** A list of needs, for reading: needs('root', 'netns'). */
export const needs = (...list: Need[]): readonly Need[] => list;

/**
 * describe() for tests with needs. What is missing makes a failing test that names it where CI is set, so that a green run
 * hides nothing; elsewhere the tests are skipped and their title says why.
 */
export const describeWith = (list: readonly Need[], name: string, fn: () => void): void => {
  const lacking = missing(list);
  if (lacking.length === 0) {
    describe(name, fn);
  } else if (process.env.CI) {
    describe(name, () => {
      test('has what it needs', () => {
        expect(lacking).toEqual([]);
      });
    });
  } else {
    // Not even their preparation runs: it may read what is missing.
    describe.skip(name, () => {
      test(`needs ${lacking.join('; ')}`, () => undefined);
    });
  }
};
