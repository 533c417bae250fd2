// Ancillary data: the bytes of cmsghdr, and back.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type ControlMessage,
  controlInt,
  decodeControl,
  encodeControl,
  IPPROTO_IPV6,
  IPV6_HOPLIMIT,
  in6Pktinfo,
  inPktinfo,
  parsePktinfo,
  readControlInt,
} from '../src/index.ts';

const messages = fc.array(
  fc.record({ level: fc.integer(), type: fc.integer(), data: fc.uint8Array({ maxLength: 40 }) }),
  { maxLength: 5 },
);
const plain = (list: readonly ControlMessage[]): unknown =>
  list.map(({ level, type, data }) => ({ level, type, data: [...data] }));

test('a hop limit of 255 is laid out as CMSG_DATA would be', () => {
  const bytes = encodeControl([{ level: IPPROTO_IPV6, type: IPV6_HOPLIMIT, data: controlInt(255) }]);
  expect(Buffer.from(bytes).toString('hex')).toBe('14000000000000002900000034000000ff00000000000000');
});

test('a round trip keeps every message', () => {
  fc.assert(fc.property(messages, (list) => expect(plain(decodeControl(encodeControl(list)))).toEqual(plain(list))));
});

test('bytes cut anywhere give the messages before the cut and never throw', () => {
  fc.assert(
    fc.property(messages, fc.nat({ max: 300 }), (list, cut) => {
      const found = decodeControl(encodeControl(list).subarray(0, cut));
      expect(plain(found)).toEqual(plain(list.slice(0, found.length)));
    }),
  );
});

test('any bytes are read without an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expect(decodeControl(bytes).length).toBeLessThan(13)),
  );
  expect(decodeControl(new Uint8Array(64))).toEqual([]);
  expect(decodeControl(new Uint8Array(64).fill(0xff))).toEqual([]);
});

test('packet information is written for sending and read on arrival', () => {
  const source = Uint8Array.from({ length: 16 }, (_, i) => i);
  expect(parsePktinfo(in6Pktinfo(source, 3))).toEqual({ ifIndex: 3, destination: source });
  expect([...inPktinfo(4, Uint8Array.of(10, 0, 0, 1))]).toEqual([4, 0, 0, 0, 10, 0, 0, 1, 0, 0, 0, 0]);
  expect(parsePktinfo(Uint8Array.of(4, 0, 0, 0, 10, 0, 0, 1, 224, 0, 0, 18))).toEqual({
    ifIndex: 4,
    destination: Uint8Array.of(224, 0, 0, 18),
  });
  expect(parsePktinfo(new Uint8Array(8))).toBeUndefined();
  expect(() => inPktinfo(1, new Uint8Array(16))).toThrow(RangeError);
  expect(() => in6Pktinfo(new Uint8Array(4), 1)).toThrow(RangeError);
});

test('an int that is too short is undefined', () => {
  expect(readControlInt(controlInt(-2))).toBe(-2);
  expect(readControlInt(new Uint8Array(3))).toBeUndefined();
});
