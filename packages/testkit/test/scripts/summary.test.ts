// What npm test counts and says at its end.
import { describe, expect, test } from '@jest/globals';

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}
interface Row extends Count {
  readonly name: string;
  readonly seconds: number;
}
interface Summary {
  countRun(name: string, ended: number | string, report: unknown, root: string): Count;
  summarize(rows: readonly Row[]): string;
  closingLine(rows: readonly Row[]): string;
}

// Plain JavaScript for any Node, without types of its own.
const script = new URL('../../../../scripts/lib/summary.mjs', import.meta.url).href;
const { countRun, summarize, closingLine }: Summary = await import(script);

const report = (more: object = {}): object => ({
  ...{ numPassedTests: 5, numPendingTests: 2, numTodoTests: 0, testResults: [] },
  ...more,
});
const failing = report({
  testResults: [
    {
      name: '/repo/packages/a/test/x.test.ts',
      status: 'failed',
      assertionResults: [
        { status: 'failed', fullName: 'a machine stops' },
        { status: 'passed', fullName: 'a machine starts' },
      ],
    },
    { name: '/repo/packages/b/test/y.test.ts', status: 'failed', assertionResults: [] },
  ],
});

describe('the count of a test run', () => {
  test('is what its report says', () => {
    expect(countRun('unit', 0, report(), '/repo')).toEqual({ passed: 5, failed: 0, skipped: 2, failures: [] });
  });

  test('names failed tests, and takes a file that could not run for one', () => {
    expect(countRun('unit', 1, failing, '/repo')).toMatchObject({
      failed: 2,
      failures: ['packages/a/test/x.test.ts: a machine stops', 'packages/b/test/y.test.ts: could not run'],
    });
  });

  test('is a failure when it ended badly, whatever it had counted', () => {
    expect(countRun('lab', 125, undefined, '/repo')).toMatchObject({ passed: 0, failed: 1 });
    expect(countRun('lab', 'SIGTERM', report(), '/repo')).toMatchObject({
      ...{ passed: 5, failed: 1 },
      failures: ['lab: ended with SIGTERM before its tests did'],
    });
  });

  test('is a failure when it ended well but left no report', () => {
    expect(countRun('unit', 0, undefined, '/repo')).toMatchObject({ failed: 1 });
  });
});

describe('the end of npm test', () => {
  const row = (name: string, count: Partial<Count>): Row => ({
    ...{ name, seconds: 1.25, passed: 0, failed: 0, skipped: 0, failures: [] },
    ...count,
  });

  test('closes with one line that sums all runs', () => {
    expect(closingLine([row('unit', { passed: 5 }), row('lab', { passed: 7 })])).toBe('12 passed, 0 failed');
    expect(closingLine([row('lint', { failed: 1 }), row('lab', { passed: 7, skipped: 3 })])).toBe(
      '7 passed, 1 failed, 3 skipped',
    );
  });

  test('shows every failure above the table', () => {
    const text = summarize([row('unit', { passed: 5, failed: 1, failures: ['x.test.ts: stops'] })]);
    expect(text).toContain('failed:\n  x.test.ts: stops\n');
    expect(text.split('\n').at(-1)).toBe('unit       1.3        5        1        0');
  });
});
