// The mask of -u: numbers in the bases of C.
import { expect, test } from '@jest/globals';
import { umaskOf } from '../../src/files/process-wide.ts';

test.each([
  ['077', 0o77],
  ['0', 0],
  ['18', 18],
  ['0x1F', 31],
  ['0777', 0o777],
  ['01000', undefined],
  ['999', undefined],
  ['089', undefined],
  ['-1', undefined],
  ['', undefined],
])('%j', (text, mask) => expect(umaskOf(text)).toBe(mask));
