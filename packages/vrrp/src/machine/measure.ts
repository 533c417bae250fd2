// What the number in a tracked file means to a virtual router: a part of its priority, or a fault. Pure.
import type { Common, Tracked } from './model.ts';

/** As far as one file moves a priority; what would move it further down is a fault (keepalived). */
const MOST = 253;
const FAULT = -254;

/** 'fault', or what is added to the priority. */
export const judge = (value: number, { weight, reverse }: Tracked): number | 'fault' => {
  if (weight === 0) return (value !== 0) === reverse ? 0 : 'fault';
  const product = value * weight * (reverse ? -1 : 1);
  return product <= FAULT ? 'fault' : Math.min(product, MOST);
};

/** What one file adds. The last number counts that was no fault, as keepalived shows it in FAULT. */
export const measuredShare = (item: Tracked, measures: Common['measures']): number => {
  const value = measures?.get(item.key);
  const by = value === undefined ? 0 : judge(value, item);
  return by === 'fault' ? 0 : by;
};

/** What is down and what counts with these numbers; undefined = there is none, and the file has no say. */
export const withMeasures = <S extends Pick<Common, 'config' | 'down' | 'measures'>>(
  state: S,
  values: Iterable<readonly [string, number | undefined]>,
): S => {
  const down = new Set(state.down);
  const measures = new Map(state.measures);
  for (const [key, value] of values) {
    const item = state.config.tracked.find((tracked) => tracked.key === key);
    const by = item === undefined || value === undefined ? undefined : judge(value, item);
    if (by === 'fault') down.add(key);
    else {
      down.delete(key);
      if (value === undefined) measures.delete(key);
      else measures.set(key, value);
    }
  }
  return { ...state, down, measures };
};
