// Findings in the log.
import { expect, test } from '@jest/globals';
import { findingLine } from '../../src/log/finding.ts';

const at = { file: '/k.conf', line: 9, column: 5 };

test('a finding is one line with its place, its hint and its code', () => {
  expect(findingLine({ severity: 'error', code: 'bad-number', message: '"x" is no number', at, hint: 'write 1' })).toBe(
    '/k.conf:9:5: error: "x" is no number (write 1) [bad-number]',
  );
});

test('what follows from it stands in the same line', () => {
  const related = [{ at: { ...at, line: 6 }, message: 'so vrrp_instance VI_1 is dropped' }];
  expect(findingLine({ severity: 'error', code: 'unknown-keyword', message: 'unknown keyword', at, related })).toBe(
    '/k.conf:9:5: error: unknown keyword; /k.conf:6:5: so vrrp_instance VI_1 is dropped [unknown-keyword]',
  );
});
