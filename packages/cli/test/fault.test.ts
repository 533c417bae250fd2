// What is said of a fault of the program itself.
import { expect, test } from '@jest/globals';
import { describeFault } from '../src/fault.ts';

test('a fault is said with its message, a few lines of where, and what to do', () => {
  const text = describeFault(new TypeError('x is not a function'));
  expect(text).toMatch(
    /^vipward: a fault of the program itself, not of what it was given: TypeError: x is not a function\n/,
  );
  expect(text.split('\n').length).toBeLessThan(12);
  expect(text).toContain('Please report it');
});

test('what was thrown need not be an error', () => {
  expect(describeFault('words')).toContain(': words\n');
});
