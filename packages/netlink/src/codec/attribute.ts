// Attributes (struct nlattr) as tables: one row per attribute, one function to write and one to read them all.
import { DecodeError } from '../errors.ts';
import { align4, type ByteWriter, copyOf, hostIsLittleEndian, type Window } from './bytes.ts';
import type { Field } from './field.ts';

/** NLA_F_NESTED: the payload is attributes again. */
export const nestedFlag = 0x8000;
/** NLA_F_NET_BYTEORDER: the payload is in network order. */
export const netOrderFlag = 0x4000;
const typeMask = 0x3fff;

/** An attribute that no table names, kept as it came. */
export interface RawAttribute {
  readonly type: number;
  readonly flags: number;
  readonly value: Uint8Array;
}

/** Attribute name -> its number and how its payload is read and written. */
export type Table = { readonly [name: string]: readonly [type: number, field: Field<unknown>] };

/** The values of a table's attributes; `unknown` holds those that are not in the table, in their order. */
export type Values<T extends Table> = {
  readonly [Name in keyof T]?: T[Name][1] extends Field<infer Value> ? Value : never;
} & { readonly unknown?: readonly RawAttribute[] };

/** Appends the attributes that have a value, in the order of the table, then the unknown ones. */
export const writeAttributes = <T extends Table>(writer: ByteWriter, table: T, values: Values<T>): void => {
  const rows = rowsOf(table).inOrder;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const value: unknown = row && values[row.name];
    if (row === undefined || value === undefined || value === false) continue;
    const { type, field } = row;
    const start = beginAttribute(writer, type | field.flags);
    field.write(writer, value);
    endAttribute(writer, start);
  }
  for (const { type, flags, value } of values.unknown ?? []) {
    const start = beginAttribute(writer, type | flags);
    writer.put(value);
    endAttribute(writer, start);
  }
};

/** Reads all attributes of a window. A DecodeError when a length lies or a value has the wrong size. */
export const readAttributes = <T extends Table>(table: T, window: Window): Values<T> => {
  const rows = rowsOf(table).byType;
  const values: Record<string, unknown> = {};
  const unknown: RawAttribute[] = [];
  walkAttributes(window, (type, flags, payload) => {
    const row = rows.get(type);
    if (row === undefined) unknown.push({ type, flags, value: copyOf(payload) });
    else values[row.name] = row.field.read(payload, (flags & netOrderFlag) !== 0);
  });
  if (unknown.length > 0) values.unknown = unknown;
  return values as Values<T>; // every key was put there by its own row
};

/** Visits each attribute; `payload` is without header and padding, and holds good during the call: one object serves all. */
export const walkAttributes = (window: Window, visit: (type: number, flags: number, payload: Window) => void): void => {
  const { bytes, view, end } = window;
  const payload = { bytes, view, start: 0, end: 0 };
  let at = window.start;
  while (at < end) {
    if (end - at < 4) throw new DecodeError(`attribute header has ${end - at} of 4 bytes`, at);
    const length = view.getUint16(at, hostIsLittleEndian);
    const type = view.getUint16(at + 2, hostIsLittleEndian);
    if (length < 4) throw new DecodeError(`attribute ${type & typeMask} says ${length} bytes`, at);
    if (length > end - at)
      throw new DecodeError(`attribute ${type & typeMask} says ${length} bytes, ${end - at} are there`, at);
    payload.start = at + 4;
    payload.end = at + length;
    visit(type & typeMask, type & ~typeMask, payload);
    // The padding of the last attribute may be missing.
    at += align4(length);
  }
};

const beginAttribute = (writer: ByteWriter, typeAndFlags: number): number => {
  const start = writer.length;
  writer.u16(0);
  writer.u16(typeAndFlags);
  return start;
};

const endAttribute = (writer: ByteWriter, start: number): void => {
  const length = writer.length - start;
  if (length > 0xffff) throw new RangeError(`an attribute of ${length} bytes: at most 65535`);
  writer.patchU16(start, length);
  writer.align();
};

interface Row {
  readonly name: string;
  readonly type: number;
  readonly field: Field<unknown>;
}

interface Rows {
  readonly inOrder: readonly Row[];
  readonly byType: ReadonlyMap<number, Row>;
}

// Made once per table: ten thousand destinations go through here at once.
const rowsOf = (table: Table): Rows => {
  const known = rowsByTable.get(table);
  if (known !== undefined) return known;
  const inOrder = Object.entries(table).map(([name, [type, field]]) => ({ name, type, field }));
  const rows = { inOrder, byType: new Map(inOrder.map((row) => [row.type, row])) };
  rowsByTable.set(table, rows);
  return rows;
};
const rowsByTable = new WeakMap<Table, Rows>();
