// struct nlattr: bytes written by hand, round trips, and every way to cut or lie.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAttributes, type Table, type Values, writeAttributes } from '../../src/codec/attribute.ts';
import { ByteWriter, windowOf } from '../../src/codec/bytes.ts';
import {
  binary,
  flag,
  flaggedNetOrder,
  nested,
  s32,
  text,
  u8,
  u16,
  u16be,
  u32,
  u32be,
  u64,
} from '../../src/codec/field.ts';
import { DecodeError } from '../../src/errors.ts';
import { bytesOf, hexOf } from '../hex.ts';

const inner = { name: [1, text], weight: [2, s32] } as const;
const table = {
  byte: [1, u8],
  short: [2, u16],
  port: [3, u16be],
  word: [4, u32],
  mask: [5, u32be],
  signed: [6, s32],
  long: [7, u64],
  name: [8, text],
  bytes: [9, binary],
  present: [10, flag],
  inside: [11, nested(inner)],
  flagged: [12, flaggedNetOrder(u32be)],
} as const;

describe('attributes', () => {
  test('each field has the bytes that the kernel reads', () => {
    const written = write(table, {
      byte: 1,
      short: 0x0102,
      port: 80,
      word: 0x01020304,
      mask: 0xffffff00,
      signed: -1,
      long: 0x0102030405060708n,
      name: 'rr',
      bytes: Uint8Array.of(9),
      present: true,
      inside: { name: '', weight: -2 },
      flagged: 1,
    });
    expect(hexOf(written)).toBe(
      hexOf(
        bytesOf(`
          0500 0100 01 000000
          0600 0200 0201 0000
          0600 0300 0050 0000
          0800 0400 04030201
          0800 0500 ffffff00
          0800 0600 ffffffff
          0c00 0700 0807060504030201
          0700 0800 727200 00
          0500 0900 09 000000
          0400 0a00
          1400 0b80 0500 0100 00 000000 0800 0200 feffffff
          0800 0c40 00000001`),
      ),
    );
  });

  test('what is in no table is kept with its flags, and written back', () => {
    const bytes = bytesOf('0500 ff80 07 000000 0800 0400 01000000 0600 fe40 0102 0000');
    const values = read(table, bytes);
    expect(values).toEqual({
      word: 1,
      unknown: [
        { type: 0xff, flags: 0x8000, value: Uint8Array.of(7) },
        { type: 0xfe, flags: 0x4000, value: Uint8Array.of(1, 2) },
      ],
    });
    expect(hexOf(write(table, values))).toBe(
      hexOf(bytesOf('0800 0400 01000000 0500 ff80 07 000000 0600 fe40 0102 0000')),
    );
  });

  test('an integer that says it is in network order is read so, whatever its row says', () => {
    expect(read(table, bytesOf('0800 0440 00000001'))).toEqual({ word: 1 });
    expect(read(table, bytesOf('0600 0240 0102 0000'))).toEqual({ short: 0x0102 });
  });

  test('text ends at its first NUL, or at its end when it has none', () => {
    expect(read(table, bytesOf('0a00 0800 7272 0072 7200 0000'))).toEqual({ name: 'rr' });
    expect(read(table, bytesOf('0600 0800 7272 0000'))).toEqual({ name: 'rr' });
    expect(read(table, bytesOf('0400 0800'))).toEqual({ name: '' });
  });

  test('bytes are copied: the datagram may be overwritten afterwards', () => {
    const datagram = bytesOf('0500 0900 2a 000000');
    const values = read(table, datagram);
    datagram.fill(0);
    expect(values.bytes).toEqual(Uint8Array.of(42));
  });

  test.each([
    ['a header that is cut', '0800 04'],
    ['a length below the header', '0300 0400'],
    ['a length of zero', '0000 0400 01000000'],
    ['a length beyond the end', '0900 0400 01000000'],
    ['an integer that is too short', '0700 0400 010000 00'],
    ['an integer that is too long', '0c00 0400 0100000000000000'],
    ['a cut inside a nest', '0c00 0b80 0900 0200 fe000000'],
  ])('%s is a DecodeError', (_what, hex) => {
    expect(() => read(table, bytesOf(hex))).toThrow(DecodeError);
  });

  test('what is written is read again, and a cut at any length is an error or a shorter list', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const written = write(table, values);
        const whole = read(table, written);
        expect(whole).toEqual(values);
        for (let length = 0; length < written.length; length++) {
          try {
            const count = Object.keys(read(table, written.subarray(0, length))).length;
            expect(count).toBeLessThanOrEqual(Object.keys(values).length);
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
        }
      }),
    );
  });

  test('one changed byte gives other values or a DecodeError, never anything else', () => {
    fc.assert(
      fc.property(anyValues, fc.nat(), fc.integer({ min: 0, max: 255 }), (values, place, byte) => {
        const written = Uint8Array.from(write(table, values));
        if (written.length > 0) written[place % written.length] = byte;
        try {
          read(table, written);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });

  test('an attribute beyond 65,535 bytes is refused when it is written', () => {
    expect(() => write(table, { bytes: new Uint8Array(65_532) })).toThrow(RangeError);
    expect(write(table, { bytes: new Uint8Array(65_531) })).toHaveLength(65_536);
  });
});

const read = <T extends Table>(rows: T, bytes: Uint8Array): Values<T> => readAttributes(rows, windowOf(bytes));

const write = <T extends Table>(rows: T, values: Values<T>): Uint8Array => {
  const writer = new ByteWriter(16);
  writeAttributes(writer, rows, values);
  return writer.written();
};

const anyText = fc.string({ maxLength: 12 }).map((value) => value.replaceAll('\0', ''));
const word = fc.integer({ min: 0, max: 0xffffffff });
const signed = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const anyValues = fc.record(
  {
    byte: fc.integer({ min: 0, max: 255 }),
    short: fc.integer({ min: 0, max: 65_535 }),
    port: fc.integer({ min: 0, max: 65_535 }),
    word,
    mask: word,
    signed,
    long: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    name: anyText,
    bytes: fc.uint8Array({ maxLength: 20 }),
    present: fc.constant(true),
    inside: fc.record({ name: anyText, weight: signed }, { requiredKeys: [] }),
    flagged: word,
  },
  { requiredKeys: [] },
);
