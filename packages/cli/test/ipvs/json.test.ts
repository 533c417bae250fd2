// JSON of counters: every digit, as numbers.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonText } from '../../src/ipvs/json.ts';

test('64-bit counters keep all their digits', () => {
  expect(jsonText({ bytesIn: 2n ** 64n - 1n, rate: 1.5 })).toBe('{"bytesIn":18446744073709551615,"rate":1.5}');
  expect(jsonText([0n], 2)).toBe('[\n  0\n]');
});

test('what has no such counters is as JSON.stringify() writes it', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => expect(jsonText(value)).toBe(JSON.stringify(value))));
});
