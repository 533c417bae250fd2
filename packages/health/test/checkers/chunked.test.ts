// The chunk decoder: every way to cut a body, every way to break it.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createChunkDecoder } from '../../src/checkers/chunked.ts';

/** The body of `pieces`, pushed one after the other, and how it ended. */
const decode = (pieces: readonly Uint8Array[]): { body: string; end: string } => {
  const decoder = createChunkDecoder();
  let body = '';
  let end = 'more';
  for (const piece of pieces) {
    end = decoder.push(piece, (part) => {
      body += Buffer.from(part).toString('latin1');
    });
  }
  return { body, end };
};

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const whole = '5\r\nhello\r\nA;name="x"\r\n, my world\r\n0\r\nX: y\r\n\r\n';

test('a body is the same however it is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: whole.length })), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
      const pieces = places.slice(1).map((end, i) => bytes(whole.slice(places[i], end)));
      expect(decode(pieces)).toEqual({ body: 'hello, my world', end: 'done' });
    }),
  );
});

test('a body that is cut short is not done, wherever that is', () => {
  for (let length = 0; length < whole.length; length += 1) {
    const { body, end } = decode([bytes(whole.slice(0, length))]);
    expect(end).toBe('more');
    expect('hello, my world'.startsWith(body)).toBe(true);
  }
});

test('what follows the last chunk is no part of the body', () => {
  expect(decode([bytes('1\r\na\r\n0\r\n\r\nHTTP/1.1 500')])).toEqual({ body: 'a', end: 'done' });
});

describe('is malformed', () => {
  test.each([
    ['a size that is no number', 'xyz\r\n'],
    ['a negative size', '-1\r\n'],
    ['no size', '\r\n'],
    ['a size of more digits than anything has', '1234567890abcdef\r\n'],
    ['data that is longer than its size', '1\r\nab\r\n'],
    ['a size line that goes on and on', `1;${'x'.repeat(5000)}`],
    ['a trailer that goes on and on', `0\r\n${'X: y\r\n'.repeat(5000)}`],
  ])('%s', (_name, text) => {
    expect(decode([bytes(text)]).end).toBe('malformed');
  });
});

test('no bytes at all make it throw or give out more than came in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
      expect(decode([garbage]).body.length).toBeLessThanOrEqual(garbage.length);
    }),
  );
});
