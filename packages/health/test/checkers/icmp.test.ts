// ICMP echo messages: checksums, what counts as the answer, and the kernel's filters.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { echoRequest, isEchoReply, onlyEchoReplies4, onlyEchoReplies6 } from '../../src/checkers/icmp.ts';

const data = Uint8Array.from([1, 2, 3, 4, 5]);
const id = Uint8Array.from([0x12, 0x34]);
const reply = (family: 4 | 6): Uint8Array => echoRequest(family, id, data).with(0, family === 4 ? 0 : 129);

test('an IPv4 request sums up to nothing, as every receiver checks', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ minLength: 2, maxLength: 2 }), (bytes, some) => {
      const words = [...echoRequest(4, some, bytes)];
      let sum = 0;
      for (const [i, byte] of words.entries()) sum += i % 2 === 0 ? byte * 256 : byte;
      expect(sum % 0xffff).toBe(0);
    }),
  );
});

test('only an echo reply with the same data is the answer', () => {
  expect(isEchoReply(4, reply(4), data)).toBe(true);
  expect(isEchoReply(6, reply(6), data)).toBe(true);
  expect(isEchoReply(4, echoRequest(4, id, data), data)).toBe(false);
  expect(isEchoReply(4, reply(4).with(12, 6), data)).toBe(false);
  expect(isEchoReply(4, reply(4).subarray(0, 12), data)).toBe(false);
});

test('the IPv4 header that a raw socket gives is skipped, with its options', () => {
  const header = (words: number): Uint8Array => new Uint8Array(words * 4).with(0, 0x40 + words);
  for (const words of [5, 8, 15]) {
    expect(isEchoReply(4, Uint8Array.from([...header(words), ...reply(4)]), data)).toBe(true);
  }
});

test('the filters have one bit that lets through', () => {
  const bits = (bytes: Uint8Array): number =>
    [...bytes].reduce((sum, byte) => sum + [...byte.toString(2)].filter((bit) => bit === '1').length, 0);
  expect(bits(onlyEchoReplies4())).toBe(31);
  expect(bits(onlyEchoReplies6())).toBe(255);
});
