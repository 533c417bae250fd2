// Numbers in tracked files: what they make of the priority, and when they are a fault; all seen with keepalived 2.2.7.
import { describe, expect, test } from '@jest/globals';
import { effectivePriority, initialState, type State, step } from '../../src/index.ts';
import { judge } from '../../src/machine/measure.ts';
import { config, logs, now, own, said } from './make.ts';

const file = (name: string, weight = 1, reverse = false) => ({ key: `file ${name}`, weight, reverse, measured: true });
const begun = (priority: number, tracked: readonly ReturnType<typeof file>[], values: [string, number | undefined][]) =>
  step(initialState(config({ priority, tracked }), own, [], [], values), { kind: 'start' }, now);
const says = (state: State, name: string, value: number | undefined) =>
  step(state, { kind: 'measure', key: `file ${name}`, value }, now);

test.each([
  [5, 2, false, 10],
  [200, 2, false, 253],
  [2147483647, 254, false, 253],
  [-253, 1, false, -253],
  [-254, 1, false, 'fault'],
  [-127, 2, false, 'fault'],
  [-2147483648, 254, false, 'fault'],
  [3, 1, true, -3],
  [254, 1, true, 'fault'],
  [-3, -2, false, 6],
  [0, 0, false, 0],
  [1, 0, false, 'fault'],
  [-1, 0, false, 'fault'],
  [0, 0, true, 'fault'],
  [5, 0, true, 0],
] as const)('%d with weight %d (reverse: %s) means %s', (value, weight, reverse, means) => {
  expect(judge(value, { key: 'file f', weight, reverse, measured: true })).toBe(means);
});

describe('an instance of priority 50 with two files', () => {
  const both = [file('a'), file('b')];

  test('what each says is added, as far as one may go, and the sum stays within 1 and 254', () => {
    let { state, effects } = begun(50, both, [['file a', 7]]);
    expect(logs(effects)[0]).toBe('(VI_1) Changing effective priority from 50 to 57');
    expect(said(effects)[0]).toBe('notify BACKUP_PRIORITY');
    const expected = [
      ['a', 400, 254],
      ['b', -100, 203],
      ['a', 0, 1],
      ['b', 0, 50],
      ['b', undefined, 50],
      ['a', -30, 20],
    ] as const;
    for (const [name, value, priority] of expected) {
      const before = effectivePriority(state);
      ({ state, effects } = says(state, name, value));
      const line = `(VI_1) Changing effective priority from ${before} to ${priority}`;
      expect(logs(effects)).toEqual(before === priority ? [] : [line]);
    }
  });

  test('-254 or less is a fault that keeps the priority as it was; it is said on the way out', () => {
    const up = says(begun(50, both, []).state, 'b', 100).state;
    const fault = says(up, 'b', -254);
    expect(fault.state.role).toBe('fault');
    expect(effectivePriority(fault.state)).toBe(150);
    expect(logs(fault.effects)[0]).toBe('(VI_1): tracked file b now FAULT state');
    expect(says(fault.state, 'b', -300).effects).toEqual([]);
    const other = says(fault.state, 'a', 9);
    expect(said(other.effects)).toEqual(['notify BACKUP_PRIORITY']);
    const back = says(other.state, 'b', 3);
    expect(logs(back.effects)).toEqual([
      '(VI_1): tracked file b leaving FAULT state',
      '(VI_1) Setting effective priority to 62',
      '(VI_1) Entering BACKUP STATE',
    ]);
    expect(said(back.effects).slice(-1)).toEqual(['notify BACKUP']);
    const silent = says(fault.state, 'b', 0);
    expect(logs(silent.effects)).toEqual([
      '(VI_1): tracked file b leaving FAULT state',
      '(VI_1) Entering BACKUP STATE',
    ]);
  });

  test('a number that is a fault from the start is one', () => {
    const { state, effects } = begun(50, [file('a', 0, true)], [['file a', 0]]);
    expect(state.role).toBe('fault');
    expect(said(effects)).toContain('notify FAULT');
  });

  test('a reload with another weight counts the number anew', () => {
    const { state } = begun(50, both, [['file a', 7]]);
    const reloaded = step(state, { kind: 'config', config: config({ priority: 50, tracked: [file('a', 3)] }) }, now);
    expect(effectivePriority(reloaded.state)).toBe(71);
  });
});
