// Payloads of attributes: integers, text, bytes, flags, nested tables.
import { DecodeError } from '../errors.ts';
import { nestedFlag, netOrderFlag, readAttributes, type Table, type Values, writeAttributes } from './attribute.ts';
import { type ByteWriter, copyOf, hostIsLittleEndian, type Window } from './bytes.ts';

/** How one attribute's payload is written and read. Methods, so that a table can hold fields of all types. */
export interface Field<T> {
  /** Flag bits that go into the attribute's type when writing. */
  readonly flags: number;
  write(writer: ByteWriter, value: T): void;
  /** `netOrder` when the attribute carries NLA_F_NET_BYTEORDER. */
  read(payload: Window, netOrder: boolean): T;
}

export const u8: Field<number> = {
  flags: 0,
  write: (writer, value) => writer.u8(value),
  read: (payload) => sized(payload, 1).view.getUint8(payload.start),
};

const integer16 = (little: boolean): Field<number> => ({
  flags: 0,
  write: (writer, value) => writer.u16(value, little),
  read: (payload, netOrder) => sized(payload, 2).view.getUint16(payload.start, little && !netOrder),
});

const integer32 = (little: boolean): Field<number> => ({
  flags: 0,
  write: (writer, value) => writer.u32(value, little),
  read: (payload, netOrder) => sized(payload, 4).view.getUint32(payload.start, little && !netOrder),
});

export const u16 = integer16(hostIsLittleEndian);
export const u32 = integer32(hostIsLittleEndian);
/** Network order without the flag, as IPVS has its ports and masks. */
export const u16be = integer16(false);
export const u32be = integer32(false);

export const s32: Field<number> = {
  flags: 0,
  write: (writer, value) => writer.u32(value >>> 0),
  read: (payload, netOrder) => sized(payload, 4).view.getInt32(payload.start, hostIsLittleEndian && !netOrder),
};

export const u64: Field<bigint> = {
  flags: 0,
  write: (writer, value) => writer.u64(value),
  read: (payload, netOrder) => sized(payload, 8).view.getBigUint64(payload.start, hostIsLittleEndian && !netOrder),
};

/** An integer in network order that says so (NLA_F_NET_BYTEORDER). */
export const flaggedNetOrder = (field: typeof u16be | typeof u32be): Field<number> => ({
  ...field,
  flags: netOrderFlag,
});

/** UTF-8 with a closing NUL; read up to the first NUL, which may be missing. */
export const text: Field<string> = {
  flags: 0,
  write: (writer, value) => {
    writer.put(encoder.encode(value));
    writer.u8(0);
  },
  read: ({ bytes, start, end }) => {
    const nul = bytes.indexOf(0, start);
    return decoder.decode(bytes.subarray(start, nul >= start && nul < end ? nul : end));
  },
};

/** Any bytes, copied. */
export const binary: Field<Uint8Array> = { flags: 0, write: (writer, value) => writer.put(value), read: copyOf };

/** Bytes that fill a room of fixed length, zeros behind them: a C union. Read whole. */
export const padded = (room: number): Field<Uint8Array> => ({
  flags: 0,
  write: (writer, value) => {
    writer.put(value);
    if (value.length < room) writer.zeros(room - value.length);
  },
  read: copyOf,
});

/**
 * Bytes left in the datagram, to be read later or never; valid only while the datagram is. For what is large and seldom
 * wanted.
 */
export const unread: Field<Window> = {
  flags: 0,
  write: (writer, { bytes, start, end }) => writer.put(bytes.subarray(start, end)),
  read: (payload) => ({ ...payload }),
};

/** An attribute without payload: there or not there. */
export const flag: Field<boolean> = { flags: 0, write: () => undefined, read: () => true };

/** Attributes within the attribute. */
export const nested = <T extends Table>(table: T): Field<Values<T>> => ({
  flags: nestedFlag,
  write: (writer, values) => writeAttributes(writer, table, values),
  read: (payload) => readAttributes(table, payload),
});

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const sized = (payload: Window, length: number): Window => {
  const there = payload.end - payload.start;
  if (there !== length) throw new DecodeError(`integer of ${length} bytes has ${there}`, payload.start);
  return payload;
};
