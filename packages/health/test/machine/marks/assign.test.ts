// Marks of groups: the file's at a start, kept and never given twice afterwards.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assignMarks, markMemoryFrom } from '../../../src/machine/marks/assign.ts';
import { vs } from '../../fixture.ts';

const groups = (...names: readonly string[]) =>
  names.map((group, i) => vs([], { group, protocol: 'TCP', groupMark: { mark: 1000 + i, ports: [] } }));
const shown = ({ marks }: ReturnType<typeof assignMarks>): string =>
  [...marks].map(([key, mark]) => `${key.slice(0, -4)}=${mark}`).join(' ');

test('a start counts as the file does; a reload keeps what is known and counts on', () => {
  const first = assignMarks(groups('a', 'b'), undefined, 1000);
  expect(shown(first)).toBe('a=1000 b=1001');
  const second = assignMarks(groups('c', 'b'), first.memory, 1000);
  expect(shown(second)).toBe('b=1001 c=1002');
  const third = assignMarks(groups('a', 'b'), second.memory, 1000);
  expect(shown(third)).toBe('b=1001 a=1003');
  expect(shown(assignMarks(groups('a', 'b', 'd'), third.memory, 50))).toBe('a=1003 b=1001 d=50');
});

test('a mark that the file names itself is taken from nobody', () => {
  const marked = vs([], { target: { kind: 'fwmark', mark: 1000 } });
  expect(shown(assignMarks([marked, ...groups('a')], undefined, 1000))).toBe('a=1001');
  const before = assignMarks(groups('a'), undefined, 1000);
  expect(shown(assignMarks([marked, ...groups('a')], before.memory, 1000))).toBe('a=1001');
});

test('whatever comes and goes: marks differ, and a group keeps its own', () => {
  const some = fc.subarray(['a', 'b', 'c', 'd', 'e'], { minLength: 1 });
  fc.assert(
    fc.property(fc.array(some, { minLength: 1, maxLength: 8 }), (files) => {
      let memory: ReturnType<typeof assignMarks>['memory'] | undefined;
      for (const names of files) {
        const before = memory;
        const { marks, memory: next } = assignMarks(groups(...names), memory, 1000);
        expect(new Set(marks.values()).size).toBe(names.length);
        for (const [key, mark] of marks)
          if (before?.marks[key] === undefined) expect(mark).toBeGreaterThanOrEqual(before?.next ?? 1000);
          else expect(mark).toBe(before.marks[key]);
        memory = markMemoryFrom(JSON.parse(JSON.stringify(next)));
      }
    }),
  );
});

test('what is no memory is none', () => {
  for (const value of [null, 5, {}, { start: 1, next: 'x', marks: {} }, { start: 0, next: 1, marks: {} }])
    expect(markMemoryFrom(value)).toBeUndefined();
  expect(markMemoryFrom({ start: 1, next: 2, marks: { a: 1, b: 'x' } })).toEqual({
    start: 1,
    next: 2,
    marks: { a: 1 },
  });
});
