// Managed objects: scalars, and conceptual tables whose cells are computed when they are asked for.
import { compareOids, type Oid } from '../agentx/oid.ts';
import type { Value, VarBind } from '../agentx/value.ts';

/** What lies under one identifier; no other object of a view lies under the same. */
export interface ManagedObject {
  readonly root: Oid;
  /** `rest`: what stands behind the root. */
  get(rest: Oid): Value;
  /** The first variable behind `rest`, or at it with `include`. */
  next(rest: Oid, include: boolean): VarBind | undefined;
}

export const scalar = (root: Oid, value: Value): ManagedObject => ({
  root,
  get: (rest) => (rest.length === 1 && rest[0] === 0 ? value : noSuchInstance),
  next(rest, include) {
    const order = compareOids(rest, instanceZero);
    return order < 0 || (order === 0 && include) ? { name: [...root, 0], value } : undefined;
  },
});

export interface Row<T> {
  readonly index: Oid;
  readonly of: T;
}

/** A column by its number, with what it shows of a row; undefined where the row has no such thing. */
export type Columns<T> = Readonly<Record<number, (row: T) => Value | undefined>>;

/** `root` is of the entry; a name is root, column, index. */
export const table = <T>(root: Oid, columns: Columns<T>, given: readonly Row<T>[]): ManagedObject => {
  const rows = given.toSorted((a, b) => compareOids(a.index, b.index));
  const numbers = Object.keys(columns)
    .map(Number)
    .toSorted((a, b) => a - b);
  // The first row that is not before `index`.
  const placeOf = (index: Oid): number => {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = rows[middle];
      if (row !== undefined && compareOids(row.index, index) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const firstIn = (column: number, from: number): VarBind | undefined => {
    const cell = columns[column];
    if (cell === undefined) return undefined;
    for (let i = from; i < rows.length; i += 1) {
      const row = rows[i];
      const value = row && cell(row.of);
      if (row !== undefined && value !== undefined) return { name: [...root, column, ...row.index], value };
    }
    return undefined;
  };
  return {
    root,
    get([column, ...index]) {
      const cell = column === undefined ? undefined : columns[column];
      if (cell === undefined) return noSuchObject;
      const row = rows[placeOf(index)];
      return (row !== undefined && compareOids(row.index, index) === 0 ? cell(row.of) : undefined) ?? noSuchInstance;
    },
    next([column = 0, ...index], include) {
      for (const number of numbers) {
        if (number < column) continue;
        const place = number === column ? placeOf(index) : 0;
        const row = rows[place];
        const there = number === column && row !== undefined && compareOids(row.index, index) === 0;
        const found = firstIn(number, there && !include ? place + 1 : place);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
};

export const noSuchObject: Value = { type: 'no-such-object' };
export const noSuchInstance: Value = { type: 'no-such-instance' };

const instanceZero: Oid = [0];
