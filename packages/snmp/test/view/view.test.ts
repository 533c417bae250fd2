// Get, GetNext and GetBulk over scalars and tables, against a plain sorted list of all variables.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareOids, type Oid, oid } from '../../src/agentx/oid.ts';
import { integer, type VarBind } from '../../src/agentx/value.ts';
import { type ManagedObject, scalar, table } from '../../src/view/object.ts';
import { bulk, viewOf } from '../../src/view/view.ts';

const endOfView = { type: 'end-of-view' };

/** Scalars 1.1 and 1.3, and a table 1.2.1 with holes: column 2 of all rows, 3 of odd rows, 5 of none. */
const objectsWith = (rows: readonly Oid[]): readonly ManagedObject[] => [
  scalar([1, 3], integer(33)),
  table(
    [1, 2, 1],
    {
      5: () => undefined,
      2: (row: number) => integer(row),
      3: (row) => (row % 2 === 1 ? integer(-row) : undefined),
    },
    rows.map((index, i) => ({ index, of: i })),
  ),
  scalar([1, 1], integer(11)),
];

const variablesOf = (rows: readonly Oid[]): readonly VarBind[] =>
  [
    { name: [1, 1, 0], value: integer(11) },
    { name: [1, 3, 0], value: integer(33) },
    ...rows.flatMap((index, i) => [
      { name: [1, 2, 1, 2, ...index], value: integer(i) },
      ...(i % 2 === 1 ? [{ name: [1, 2, 1, 3, ...index], value: integer(-i) }] : []),
    ]),
  ].toSorted((a, b) => compareOids(a.name, b.name));

const small = fc.nat({ max: 4 });
const indexes = fc.uniqueArray(fc.array(small, { minLength: 1, maxLength: 2 }), {
  selector: (index) => index.join('.'),
  maxLength: 8,
});
const names = fc.array(small, { maxLength: 6 });

describe('a view', () => {
  test('gives as the next what a sorted list of all its variables gives', () => {
    fc.assert(
      fc.property(indexes, names, fc.boolean(), fc.option(names, { nil: [] }), (rows, start, include, end) => {
        const wanted = variablesOf(rows).find(({ name }) => {
          const order = compareOids(name, start);
          return order > 0 || (include && order === 0);
        });
        const inside = wanted !== undefined && (end.length === 0 || compareOids(wanted.name, end) < 0);
        expect(viewOf(objectsWith(rows)).next({ start, include, end })).toEqual(
          inside ? wanted : { name: start, value: endOfView },
        );
      }),
      { numRuns: 500 },
    );
  });

  test('gets exactly the variables that there are', () => {
    fc.assert(
      fc.property(indexes, names, (rows, name) => {
        const there = variablesOf(rows).find((variable) => compareOids(variable.name, name) === 0);
        const got = viewOf(objectsWith(rows)).get(name);
        if (there === undefined) expect(got.type).toMatch(/^no-such-/);
        else expect(got).toEqual(there.value);
      }),
      { numRuns: 500 },
    );
  });

  test('tells an object that is not there from a row that is not', () => {
    const view = viewOf(objectsWith([[1]]));
    expect(view.get([1, 2, 1, 2, 9])).toEqual({ type: 'no-such-instance' });
    expect(view.get([1, 2, 1, 9, 1])).toEqual({ type: 'no-such-object' });
    expect(view.get([1, 1, 1])).toEqual({ type: 'no-such-instance' });
    expect(view.get([7])).toEqual({ type: 'no-such-object' });
  });

  test('walks in bulk: first what is asked once, then rounds, until every range has ended', () => {
    const view = viewOf(objectsWith([[1], [2]]));
    const range = (start: Oid) => ({ start, include: false, end: [] });
    const answers = bulk(view, {
      nonRepeaters: 1,
      maxRepetitions: 10,
      ranges: [range([1]), range([1, 2, 1, 3]), range([1, 3])],
    });
    expect(answers.map(({ name, value }) => [name.join('.'), value.type])).toEqual([
      ['1.1.0', 'integer'],
      ['1.2.1.3.2', 'integer'],
      ['1.3.0', 'integer'],
      ['1.3.0', 'integer'],
      ['1.3.0', 'end-of-view'],
      ['1.3.0', 'end-of-view'],
      ['1.3.0', 'end-of-view'],
    ]);
    expect(bulk(view, { nonRepeaters: 0, maxRepetitions: 60_000, ranges: [range([1])] }, 3)).toHaveLength(3);
  });
});

describe('object identifiers', () => {
  test('are read with and without the leading dot, and nothing else is', () => {
    expect(oid('.1.3.6')).toEqual([1, 3, 6]);
    expect(oid('1.3.6')).toEqual([1, 3, 6]);
    expect(() => oid('1..3')).toThrow(RangeError);
    expect(() => oid('1.4294967296')).toThrow(RangeError);
  });
});
