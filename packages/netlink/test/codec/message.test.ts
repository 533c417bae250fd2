// nlmsghdr against bytes written by hand after linux/netlink.h (little-endian).
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteWriter, copyOf } from '../../src/codec/bytes.ts';
import { decodeMessages, writeMessage } from '../../src/codec/message.ts';
import { DecodeError } from '../../src/errors.ts';
import { bytesOf, hexOf } from '../hex.ts';

describe('messages', () => {
  test('a message is its header, its payload and padding to four bytes, which its length leaves out', () => {
    const writer = new ByteWriter(1);
    writeMessage(writer, { type: 0x10, flags: 5, sequence: 7 }, (w) => w.put(Uint8Array.of(1, 2, 3)));
    expect(hexOf(writer.written())).toBe(hexOf(bytesOf('13000000 1000 0500 07000000 00000000 010203 00')));
  });

  test('a datagram of several messages comes apart again', () => {
    const datagram = bytesOf('14000000 0200 0001 01000000 02000000 aabbccdd  10000000 0300 0200 01000000 02000000');
    const messages = decodeMessages(datagram);
    expect(messages.map(({ type, flags, sequence, port }) => ({ type, flags, sequence, port }))).toEqual([
      { type: 2, flags: 0x100, sequence: 1, port: 2 },
      { type: 3, flags: 2, sequence: 1, port: 2 },
    ]);
    expect(messages.map(({ payload }) => hexOf(copyOf(payload)))).toEqual(['aabbccdd', '']);
  });

  test('the padding of the last message may be missing', () => {
    expect(decodeMessages(bytesOf('11000000 1000 0000 01000000 00000000 aa'))).toHaveLength(1);
  });

  test.each([
    [
      'a length below the header',
      '0f000000 1000 0000 00000000 00000000',
      'message says 15 bytes, less than its header at byte 0',
    ],
    [
      'a length of zero',
      '00000000 1000 0000 00000000 00000000',
      'message says 0 bytes, less than its header at byte 0',
    ],
    [
      'a length beyond the datagram',
      '14000000 1000 0000 00000000 00000000',
      'message says 20 bytes, 16 are there at byte 0',
    ],
    [
      'the largest length',
      'ffffffff 1000 0000 00000000 00000000',
      'message says 4294967295 bytes, 16 are there at byte 0',
    ],
    [
      'a second header that is cut',
      '10000000 1000 0000 00000000 00000000 10000000',
      'message header has 4 of 16 bytes at byte 16',
    ],
  ])('%s is a DecodeError', (_what, hex, message) => {
    expect(() => decodeMessages(bytesOf(hex))).toThrow(
      new DecodeError(message.replace(/ at byte \d+$/, ''), Number(/\d+$/.exec(message)?.[0])),
    );
  });

  test('what is written is read, and a cut at any length is an error or whole messages', () => {
    const message = fc.record({
      type: fc.integer({ min: 0, max: 0xffff }),
      flags: fc.integer({ min: 0, max: 0xffff }),
      sequence: fc.integer({ min: 0, max: 0xffffffff }),
      body: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
        const writer = new ByteWriter();
        const ends = [0];
        for (const { body, ...header } of messages) {
          writeMessage(writer, header, (w) => w.put(body));
          ends.push(writer.length);
        }
        const datagram = writer.written();
        const read = decodeMessages(datagram).map(({ type, flags, sequence, payload }) => ({
          type,
          flags,
          sequence,
          body: copyOf(payload),
        }));
        expect(read).toEqual(messages);
        for (let length = 0; length < datagram.length; length++) {
          const whole = ends.indexOf(length);
          const cut = datagram.subarray(0, length);
          // A cut inside the last padding is no loss.
          const inPadding = ends.some(
            (end, i) => i > 0 && length < end && length >= end - padding(messages[i - 1]?.body),
          );
          if (whole >= 0 || inPadding) expect(decodeMessages(cut).length).toBeGreaterThanOrEqual(Math.max(whole, 0));
          else expect(() => decodeMessages(cut)).toThrow(DecodeError);
        }
      }),
    );
  });

  test('no datagram of any bytes makes anything but messages or a DecodeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (datagram) => {
        try {
          for (const { payload } of decodeMessages(datagram)) expect(payload.end).toBeLessThanOrEqual(datagram.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});

const padding = (body: Uint8Array | undefined): number => (4 - ((body?.length ?? 0) % 4)) % 4;
