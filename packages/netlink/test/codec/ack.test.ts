// NLMSG_ERROR and NLMSG_DONE: with and without the echoed request, with and without the kernel's own words.
import { describe, expect, test } from '@jest/globals';
import { decodeAck, decodeDone } from '../../src/codec/ack.ts';
import { decodeMessages, type Message } from '../../src/codec/message.ts';
import { DecodeError } from '../../src/errors.ts';
import { bytesOf } from '../hex.ts';

const words = '0a00 0100 6e6f 7420 6900 0000'; // NLMSGERR_ATTR_MSG "not i"
const offset = '0800 0200 18000000'; // NLMSGERR_ATTR_OFFS 24
const request = '14000000 1400 0506 07000000 00000000';

describe('the end of a request', () => {
  test('an ACK is error number 0', () => {
    expect(decodeAck(message(2, 0x100, `00000000 ${request}`))).toEqual({ errno: 0, extended: {} });
  });

  test('an error with its capped request carries words and offset right after the header', () => {
    const ack = decodeAck(message(2, 0x300, `efffffff ${request} ${words} ${offset}`));
    expect(ack).toEqual({ errno: 17, extended: { message: 'not i', offset: 24 } });
  });

  test('an error with its request echoed in full carries them after the request', () => {
    const ack = decodeAck(message(2, 0x200, `efffffff ${request} aabbccdd ${words}`));
    expect(ack).toEqual({ errno: 17, extended: { message: 'not i' } });
  });

  test('a success never echoes, though it may carry words (a warning)', () => {
    const ack = decodeAck(message(2, 0x200, `00000000 ${request} ${words}`));
    expect(ack).toEqual({ errno: 0, extended: { message: 'not i' } });
  });

  test('attributes are read only when the flag says they are there', () => {
    expect(decodeAck(message(2, 0x100, `ffffffff ${request} ff`))).toEqual({ errno: 1, extended: {} });
  });

  test('a missing attribute is named by its number', () => {
    const ack = decodeAck(message(2, 0x300, `eaffffff ${request} 0800 0500 03000000 0800 0700 01000000`));
    expect(ack.extended).toEqual({
      missingType: 3,
      unknown: [{ type: 7, flags: 0, value: Uint8Array.of(1, 0, 0, 0) }],
    });
  });

  test.each([
    ['an echoed length below a header', `efffffff 0f000000 1400 0506 07000000 00000000`],
    ['an echoed length beyond the message', `efffffff 18000000 1400 0506 07000000 00000000 aabbccdd`],
  ])('%s is a DecodeError', (_what, hex) => {
    expect(() => decodeAck(message(2, 0x200, hex))).toThrow(DecodeError);
  });

  test('an error message cut at any length is a DecodeError, or has lost whole attributes', () => {
    const full = bytesOf(`efffffff ${request} ${words} ${offset}`);
    for (let length = 0; length < full.length; length++) {
      const cut = (): unknown => decodeAck(messageOf(2, 0x300, full.subarray(0, length)));
      // The header alone, or the first attribute with or without its two bytes of padding.
      if ([20, 30, 31, 32].includes(length)) expect(cut()).toMatchObject({ errno: 17 });
      else expect(cut).toThrow(DecodeError);
    }
  });

  test('the end of a dump carries an error number, perhaps with words', () => {
    expect(decodeDone(message(3, 2, '00000000'))).toEqual({ errno: 0, extended: {} });
    expect(decodeDone(message(3, 0x202, `f4ffffff ${words}`))).toEqual({ errno: 12, extended: { message: 'not i' } });
    expect(decodeDone(message(3, 2, ''))).toEqual({ errno: 0, extended: {} });
    expect(() => decodeDone(message(3, 2, 'f4ffff'))).toThrow(DecodeError);
  });

  test('a positive number at the end of a dump is no error', () => {
    expect(decodeDone(message(3, 2, '10000000')).errno).toBe(0);
  });
});

const message = (type: number, flags: number, payload: string): Message => messageOf(type, flags, bytesOf(payload));

const messageOf = (type: number, flags: number, payload: Uint8Array): Message => {
  const datagram = new Uint8Array(16 + payload.length);
  const view = new DataView(datagram.buffer);
  view.setUint32(0, datagram.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  datagram.set(payload, 16);
  const [first] = decodeMessages(datagram);
  if (first === undefined) throw new Error('no message');
  return first;
};
