// Output gathered into large pieces is what was written, in its order.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Output } from '../../src/ipvsadm/lines.ts';

const capacity = 24;

test('texts of any length and bytes come out whole, in pieces no longer than the room or alone', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  const bytes = fc.uint8Array({ maxLength: capacity });
  fc.assert(
    fc.property(fc.array(fc.oneof(text, bytes)), (written) => {
      const pieces: Buffer[] = [];
      const output = new Output((piece) => void pieces.push(Buffer.from(piece)), capacity);
      for (const one of written) {
        if (typeof one === 'string') output.write(one);
        else {
          const at = output.reserve(one.length);
          output.bytes.set(one, at);
          output.advance(at + one.length);
        }
      }
      output.end();
      expect(Buffer.concat(pieces)).toEqual(Buffer.concat(written.map((one) => Buffer.from(one))));
      const alone = written
        .filter((one) => 3 * one.length > capacity)
        .map((one) => Buffer.byteLength(Buffer.from(one)));
      for (const { length } of pieces) expect(length <= capacity || alone.includes(length)).toBe(true);
    }),
  );
});
