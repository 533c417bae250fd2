// The lid on log lines.
import { expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import { limitLines } from '../src/limit-lines.ts';

test('the same line is written once in an interval, and of different ones only so many', () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const say = limitLines(clock, (text) => void lines.push(text), 1000, 2);
  for (const text of ['a', 'a', 'b', 'c', 'a']) say(text);
  expect(lines).toEqual(['a', 'b']);
  clock.advance(999);
  say('a');
  expect(lines).toEqual(['a', 'b']);
  clock.advance(1);
  for (const text of ['c', 'a', 'b']) say(text);
  expect(lines).toEqual(['a', 'b', 'c', 'a']);
});
