// Plain data as columns of JSON: ten thousand real servers that differ in two fields are two lists, and quick to read.
// v8.serialize writes every name and value of every one, and reading that was half of a worker's start.
import type { IpAddress } from '@vipward/config/address';

/**
 * A text that fromColumns() reads: of objects, arrays, byte arrays, strings, finite numbers, booleans, null and undefined.
 * Throws TypeError for anything else.
 */
export const toColumns = <T>(value: T): Columns<T> => {
  const pool: Pool = new Map();
  const root = columnOf([value], pool);
  const text = JSON.stringify({ addresses: [...pool.keys()].map(numbersOf), root } satisfies Packed);
  return { text };
};

/**
 * What toColumns() was given. Equal parts may be one object, so the result is for reading only. Reads what this program
 * wrote, never what came from outside.
 */
export const fromColumns = <T>(columns: Columns<T>): T => {
  const { addresses, root }: Packed = JSON.parse(columns.text);
  const pool = addresses.map(addressOf);
  // What a T was written from is read as a T: the tests hold it to that for every configuration there is.
  return valuesOf(root, 1, pool)[0] as T;
};

/** `of` is never there: it says what the text was made of. */
export interface Columns<T> {
  readonly text: string;
  readonly of?: T;
}

interface Packed {
  /** IPv4 as a number, IPv6 as its bytes. A list of their own, since most are used twice: for the real server and for its check. */
  readonly addresses: readonly (number | readonly number[])[];
  readonly root: Column;
}

type Pool = Map<IpAddress, number>;

/** The values that stand in one place of many objects. */
type Column =
  /** All the same: a column of one. */
  | { readonly same: Column }
  | { readonly absent: true }
  | { readonly plain: readonly unknown[] }
  | { readonly bytes: readonly (readonly number[])[] }
  | { readonly addresses: readonly number[] }
  /** Of arrays: how long each is, and what is in all of them. */
  | { readonly lengths: readonly number[]; readonly items: Column }
  /** Of objects with the same keys in the same order. */
  | { readonly fields: readonly (readonly [key: string, column: Column])[] }
  /** Of several kinds: which kind each is, and the column of each kind. */
  | { readonly kinds: readonly number[]; readonly columns: readonly Column[] };

const columnOf = (values: readonly unknown[], pool: Pool): Column => {
  const [first] = values;
  if (values.length > 1 && values.every((value) => value === first)) return { same: columnOf([first], pool) };
  const kind = kindOf(first);
  const keys = kind === 'object' && isRecord(first) ? Object.keys(first) : [];
  for (let i = 1; i < values.length; i += 1) {
    if (kindOf(values[i]) !== kind || (kind === 'object' && !hasKeys(values[i], keys)))
      return mixedColumn(values, pool);
  }
  switch (kind) {
    case 'absent':
      return { absent: true };
    case 'plain':
      return { plain: values };
    case 'bytes':
      return { bytes: values.filter(isBytes).map((bytes) => [...bytes]) };
    case 'address':
      return { addresses: values.filter(isAddress).map((address) => placeIn(pool, address)) };
    case 'array': {
      const arrays = values.filter(isArray);
      return { lengths: arrays.map(({ length }) => length), items: columnOf(arrays.flat(), pool) };
    }
    case 'object': {
      const objects = values.filter(isRecord);
      return {
        fields: keys.map((key) => [
          key,
          columnOf(
            objects.map((object) => object[key]),
            pool,
          ),
        ]),
      };
    }
  }
};

const mixedColumn = (values: readonly unknown[], pool: Pool): Column => {
  const byKind = Map.groupBy(values, shapeOf);
  const numbers = new Map([...byKind.keys()].map((kind, i) => [kind, i]));
  return {
    kinds: values.map((value) => numbers.get(shapeOf(value)) ?? 0),
    columns: [...byKind.values()].map((of) => columnOf(of, pool)),
  };
};

type Kind = 'absent' | 'plain' | 'array' | 'bytes' | 'address' | 'object';

const shapeOf = (value: unknown): string => {
  const kind = kindOf(value);
  return kind === 'object' && isRecord(value) ? `object ${Object.keys(value).join('\0')}` : kind;
};

const hasKeys = (value: unknown, keys: readonly string[]): boolean => {
  if (!isRecord(value)) return false;
  let i = 0;
  for (const key in value) if (keys[i++] !== key) return false;
  return i === keys.length;
};

const kindOf = (value: unknown): Kind => {
  switch (typeof value) {
    case 'undefined':
      return 'absent';
    case 'string':
    case 'boolean':
      return 'plain';
    case 'number':
      if (Number.isFinite(value)) return 'plain';
      break;
    case 'object':
      if (value === null) return 'plain';
      if (isArray(value)) return 'array';
      if (isBytes(value)) return 'bytes';
      if (isAddress(value)) return 'address';
      if (Object.getPrototypeOf(value) === Object.prototype) return 'object';
      break;
    case 'bigint':
    case 'function':
    case 'symbol':
      break;
  }
  throw new TypeError(`a worker cannot be sent ${String(value)}`);
};

const placeIn = (pool: Pool, address: IpAddress): number => {
  const known = pool.get(address);
  if (known !== undefined) return known;
  pool.set(address, pool.size);
  return pool.size - 1;
};

const valuesOf = (column: Column, length: number, pool: readonly unknown[]): unknown[] => {
  if ('same' in column) return new Array<unknown>(length).fill(valuesOf(column.same, 1, pool)[0]);
  if ('absent' in column) return new Array<unknown>(length).fill(undefined);
  if ('plain' in column) return [...column.plain];
  if ('bytes' in column) return column.bytes.map((bytes) => Uint8Array.from(bytes));
  if ('addresses' in column) return column.addresses.map((place) => pool[place]);
  if ('lengths' in column) return arraysOf(column, pool);
  if ('fields' in column) return objectsOf(column.fields, length, pool);
  const { kinds, columns } = column;
  const rows = columns.map((of, kind) => valuesOf(of, kinds.filter((each) => each === kind).length, pool).values());
  return kinds.map((kind) => rows[kind]?.next().value);
};

const arraysOf = ({ lengths, items }: Extract<Column, { lengths: unknown }>, pool: readonly unknown[]): unknown[] => {
  const all = valuesOf(
    items,
    lengths.reduce((sum, length) => sum + length, 0),
    pool,
  );
  let from = 0;
  return lengths.map((length) => {
    from += length;
    return all.slice(from - length, from);
  });
};

/** Copies of one object that has what is common; only what differs is then written into each. */
const objectsOf = (
  fields: Extract<Column, { fields: unknown }>['fields'],
  length: number,
  pool: readonly unknown[],
): unknown[] => {
  const common: Record<string, unknown> = {};
  for (const [key, column] of fields) common[key] = 'same' in column ? valuesOf(column.same, 1, pool)[0] : undefined;
  const objects = Array.from({ length }, () => ({ ...common }));
  for (const [key, column] of fields) {
    if ('same' in column || 'absent' in column) continue;
    const values = valuesOf(column, length, pool);
    for (let i = 0; i < length; i += 1) {
      const object = objects[i];
      if (object !== undefined) object[key] = values[i];
    }
  }
  return objects;
};

const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const numbersOf = ({ bytes }: IpAddress): number | readonly number[] => {
  if (bytes.length !== 4) return [...bytes];
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
};

const addressOf = (numbers: number | readonly number[]): IpAddress => {
  if (typeof numbers !== 'number') return { family: 6, bytes: Uint8Array.from(numbers) };
  const bytes = new Uint8Array(4);
  bytes[0] = numbers >>> 24;
  bytes[1] = numbers >>> 16;
  bytes[2] = numbers >>> 8;
  bytes[3] = numbers;
  return { family: 4, bytes };
};

/** An IpAddress and nothing else. */
const isAddress = (value: unknown): value is IpAddress => {
  if (!isRecord(value) || !isBytes(value.bytes)) return false;
  if (!(value.family === 4 && value.bytes.length === 4) && !(value.family === 6 && value.bytes.length === 16))
    return false;
  const keys = Object.keys(value);
  return keys.length === 2 && keys[0] === 'family';
};
