// The two texts of the process settings: masks of CPUs, and the kernel's table of limits.
import { expect, test } from '@jest/globals';
import { cpuMask, realtimeLimitOf } from '../src/index.ts';

test('a mask has a bit for each CPU, in whole words', () => {
  expect(cpuMask([0, 1, 9])).toEqual(Uint8Array.of(3, 2, 0, 0, 0, 0, 0, 0));
  expect(cpuMask([64])).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0));
});

test('a limit is read from the line of the kernel, and unlimited is -1', () => {
  const text =
    'Max realtime priority     0    0    \nMax realtime timeout      25000                unlimited            us\n';
  expect(realtimeLimitOf(text)).toEqual({ soft: 25_000, hard: -1 });
  expect(realtimeLimitOf('')).toEqual({ soft: -1, hard: -1 });
});
