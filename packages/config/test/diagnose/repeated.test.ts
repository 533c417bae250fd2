// The same finding many times is read once.
import { expect, test } from '@jest/globals';
import { renderFindings, repetitionText, withoutRepetition } from '../../src/diagnose/repeated.ts';
import type { Diagnostic } from '../../src/diagnostic.ts';

const finding = (line: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  ...{ severity: 'note', code: 'old-spelling', message: 'x is deprecated', at: { file: 'k.conf', line, column: 1 } },
  ...more,
});

const shown = (...diagnostics: readonly Diagnostic[]) =>
  withoutRepetition(diagnostics).map((one) => [one.diagnostic.at.line, repetitionText(one)]);

test('notes and warnings name the other lines, in the order of the first', () => {
  const other = finding(2, { message: 'y is deprecated' });
  expect(shown(finding(1), other, finding(5), finding(9))).toEqual([
    [1, '  also in lines 5, 9'],
    [2, undefined],
  ]);
  expect(shown(finding(1), finding(5))).toEqual([[1, '  also in line 5']]);
});

test('stand below the first as one line of text', () => {
  expect(renderFindings([finding(1), finding(5), finding(2, { message: 'y' })])).toEqual([
    'k.conf:1:1: note: x is deprecated [old-spelling]\n  also in line 5',
    'k.conf:2:1: note: y [old-spelling]',
  ]);
});

test('a line that a parameter brings in again is counted', () => {
  expect(shown(finding(3), finding(3), finding(3), finding(7))).toEqual([
    [3, '  2 times more on this line; also in line 7'],
  ]);
  expect(shown(finding(3), finding(3))).toEqual([[3, '  1 time more on this line']]);
});

test('every error of another place is shown, and files and severities stay apart', () => {
  const error = { severity: 'error' } as const;
  expect(shown(finding(1, error), finding(2, error), finding(2, error))).toEqual([
    [1, undefined],
    [2, '  1 time more on this line'],
  ]);
  const elsewhere = finding(1, { at: { file: 'other.conf', line: 1, column: 1 } });
  expect(shown(finding(1), elsewhere, finding(1, { severity: 'warning' }))).toHaveLength(3);
});
