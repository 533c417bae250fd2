// Ranges: both ends are taken, what is beyond is told and does not count; and the ranges are those of the reference.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import type { KeywordRow } from '../../src/index.ts';
import { blockTable } from '../../src/keywords/table.ts';
import { parse } from '../support.ts';
import { everyRow, write } from './samples.ts';

interface Bounded {
  readonly path: string;
  readonly row: KeywordRow;
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** The least that two values differ. */
  readonly step: number;
}

const bounded = everyRow.flatMap(({ path, row, name }): readonly Bounded[] => {
  const { grammar } = row;
  if (path.endsWith('<line>')) return [];
  if (grammar.kind === 'integer') return [{ path, row, name, min: grammar.min, max: grammar.max, step: 1 }];
  if (grammar.kind === 'decimal')
    return [{ path, row, name, min: grammar.min, max: grammar.max, step: 10 ** -grammar.places }];
  return [];
});

const written = (value: number, step: number): string =>
  step === 1 ? String(value) : value.toFixed(-Math.log10(step));

/** What is said of the value itself, of those things that are about its size. */
const saidOf = ({ path, row }: Bounded, value: string): readonly string[] =>
  parse(write(path, row, value).text)
    .diagnostics.filter(({ code }) => code === 'out-of-range' || code === 'bad-number' || code === 'too-many-decimals')
    .filter(({ message }) => message.startsWith(value) || message.startsWith(`"${value}"`))
    .map(({ code }) => code);

describe('the bounds of', () => {
  test.each(bounded)('$path $name are taken: $min', (one) => {
    expect(saidOf(one, written(one.min, one.step))).toEqual([]);
  });

  test.each(bounded.filter(({ max }) => max < Number.MAX_SAFE_INTEGER))('$path $name are taken: $max', (one) => {
    expect(saidOf(one, written(one.max, one.step))).toEqual([]);
  });

  test.each(bounded.filter(({ max }) => max < Number.MAX_SAFE_INTEGER))('$path $name end at $max', (one) => {
    expect(saidOf(one, written(one.max + one.step, one.step))).toEqual(['out-of-range']);
  });

  test.each(bounded.filter(({ min, step }) => step === 1 || min > 0))('$path $name begin at $min', (one) => {
    expect(saidOf(one, written(one.min - one.step, one.step))).not.toEqual([]);
  });

  test.each(bounded)('$path $name hold numbers only', (one) => {
    expect(saidOf(one, '10abc')).toEqual(['bad-number']);
  });
});

test.each([
  ['global_defs {\nvrrp_rt_priority 200\n}', 'vrrpRtPriority', 99],
  ['global_defs {\nchecker_rt_priority 0\n}', 'checkerRtPriority', 1],
] as const)('%j counts as the nearest that is possible', (text, field, value) => {
  const result = parse(text);
  expect(result.config.global[field]).toBe(value);
  expect(result.diagnostics).toMatchObject([{ code: 'out-of-range' }]);
});

test('a weight beyond the limit still moves the priority and makes no fault of a failure', () => {
  expect(parse('vrrp_script s {\nscript /bin/true\nweight -300\n}').config.vrrpScripts).toMatchObject([
    { weight: -253 },
  ]);
});

const reference = new URL('../../../../../shared/reference/keywords.tsv', import.meta.url);

const NAMES: Readonly<Record<string, number>> = {
  UINT_MAX: 4_294_967_295,
  UINT32_MAX: 4_294_967_295,
  INT_MAX: 2_147_483_647,
};

const numberOf = (text: string): number => NAMES[text] ?? Number(text);

const inReference = existsSync(reference)
  ? readFileSync(reference, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [path = '', name = '', form = '', , repeat = ''] = line.split('\t');
        return [{ path: path === '/' ? '' : path, name, form, repeat }];
      })
  : [];

const withRange = inReference.flatMap(({ path, name, form }) => {
  const match = /^\[?(?:uint|int|dec\d|TIMER)~? ?\[?(-?[\d.]+?|-?\w+)\.\.([\w.]*)\]?/.exec(form);
  const row = blockTable(path).get(name);
  return match?.[1] === undefined || row === undefined || path.endsWith('<line>') || row.grammar.kind === 'words'
    ? []
    : [{ path, name, row, min: numberOf(match[1]), max: match[2] ? numberOf(match[2]) : undefined }];
});

const withRepeat = inReference.flatMap(({ path, name, repeat }) => {
  const row = blockTable(path).get(name);
  const rule = /^first\+err/.test(repeat)
    ? 'first'
    : /^last \(error on repeat\)/.test(repeat)
      ? 'last-reported'
      : undefined;
  return row === undefined || rule === undefined || path.endsWith('<line>') ? [] : [{ path, name, row, rule }];
});

describeWith(needs('reference'), 'as in the reference', () => {
  test('there are rows with ranges and with rules of repeating', () => {
    expect(withRange.length).toBeGreaterThan(150);
    expect(withRepeat.length).toBeGreaterThan(40);
  });

  test.each(withRange)('$path $name goes from $min to $max', ({ row, min, max }) => {
    const { grammar } = row;
    const range = grammar.kind === 'integer' || grammar.kind === 'decimal' ? grammar : undefined;
    expect(range?.min).toBe(min);
    if (max !== undefined) expect(range?.max).toBe(max);
  });

  test.each(withRepeat)('$path $name may be repeated: $rule', ({ row, rule }) => {
    expect(row.repeat).toBe(rule);
  });
});
