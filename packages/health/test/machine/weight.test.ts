// Weights from files and scripts, and FILE_CHECK: the table measured from keepalived 2.2.7 (a server of weight 10).
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newChecker } from '../../src/machine/checker.ts';
import { stepFile } from '../../src/machine/file-checker.ts';
import { judgeFile, maximumWeight, weightOf } from '../../src/machine/weight.ts';
import { file, misc, rs, trackFile } from '../fixture.ts';

/** The weight of a server with weight 10 and one FILE_CHECK, or 'down'. */
const judged = (value: number, weight: number, reverse = false): number | 'down' => {
  const result = judgeFile(file(), trackFile({ weight, reverse }), value);
  if (!result.ok) return 'down';
  const server = rs(12, { weight: 10, moreCheckers: [file()] });
  return weightOf(server, [{ state: { ...newChecker('up'), weight: result.weight } }]);
};

describe('a FILE_CHECK', () => {
  test.each([
    [5, 1, 15],
    [5, 2, 20],
    [5, 3, 25],
    [-3, 1, 7],
    [-3, 2, 4],
    [-9, 1, 1],
    [-9, 2, 0],
    [-10, 1, 0],
    [-300, 1, 0],
    [300, 3, 910],
    [70000, 1, 70010],
    [2147483647, 1, 2147483647],
    [-2147483648, 1, 'down'],
    [-2147483648, 2, 'down'],
    [0, 0, 10],
    [5, 0, 'down'],
    [-1, 0, 'down'],
  ] as const)('of the number %d with weight %d makes it %s', (value, weight, expected) => {
    expect(judged(value, weight)).toBe(expected);
  });

  test.each([
    [5, 1, 5],
    [-3, 1, 13],
    [300, 1, 0],
    [-2147483648, 1, 2147483647],
    [0, 0, 'down'],
    [5, 0, 10],
  ] as const)('with reverse, of the number %d with weight %d makes it %s', (value, weight, expected) => {
    expect(judged(value, weight, true)).toBe(expected);
  });

  test('has a weight and a direction of its own, or those of the file', () => {
    const load = trackFile({ weight: 2, reverse: true });
    expect(judgeFile(file(), load, 3)).toEqual({ ok: true, weight: -6 });
    expect(judgeFile(file({ weight: 5, reverse: false }), load, 3)).toEqual({ ok: true, weight: 15 });
    expect(judgeFile(file({ weight: 0, reverse: false }), load, 3)).toMatchObject({ ok: false });
  });

  test('says when the file takes the server out and when it lets it in, and nothing in between', () => {
    const subject = { checker: file(), realServer: '[10.9.1.1]:tcp:80', virtualServer: '[10.9.0.1]:tcp:80' };
    const bad = judgeFile(file({ weight: 0 }), trackFile(), 1);
    const first = stepFile(subject, newChecker('up'), bad);
    expect(first.effects).toEqual([
      { kind: 'log', text: '([10.9.1.1]:tcp:80): tracked file load now FAULT state' },
      { kind: 'verdict', verdict: 'down', turned: true, reason: '/nonexistent/load says 1', failure: 'file' },
    ]);
    expect(stepFile(subject, first.state, bad).effects).toEqual([]);
    expect(stepFile(subject, first.state, { ok: true, weight: 0 }).effects).toEqual([
      { kind: 'log', text: '([10.9.1.1]:tcp:80): tracked file load leaving FAULT state' },
      { kind: 'verdict', verdict: 'up', turned: true },
    ]);
    const moved = stepFile(subject, newChecker('up'), { ok: true, weight: 3 });
    expect(moved.effects).toEqual([{ kind: 'weight' }]);
    expect(stepFile(subject, moved.state, { ok: true, weight: 3 }).effects).toEqual([]);
  });
});

test('scripts and files add up, each as far as it is from the configured weight', () => {
  const script = misc(['/bin/probe'], { dynamic: true });
  const server = rs(12, { weight: 10, checkers: [script, script], moreCheckers: [file()] });
  const states = [12, 5, -4].map((weight) => ({ state: { ...newChecker('up'), weight } }));
  expect(weightOf(server, states)).toBe(10 + 2 - 5 - 4);
});

test('whatever the numbers and their order, the weight is what the last ones say, within its bounds', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 65535 }),
      fc.array(fc.integer({ min: -0x7fffffff, max: 0x7fffffff }), { minLength: 1 }),
      (weight, numbers) => {
        const server = rs(12, { weight, moreCheckers: [file()] });
        const subject = { checker: file(), realServer: '', virtualServer: '' };
        let state = newChecker('up');
        for (const number of numbers) state = stepFile(subject, state, judgeFile(file(), trackFile(), number)).state;
        const last = numbers.at(-1) ?? 0;
        expect(weightOf(server, [{ state }])).toBe(Math.min(Math.max(weight + last, 0), maximumWeight));
      },
    ),
  );
});
