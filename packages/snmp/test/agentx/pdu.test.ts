// AgentX messages: every one survives the way to bytes and back, and no bytes make the reader throw.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodePdu, messageLength } from '../../src/agentx/decode.ts';
import { encodePdu } from '../../src/agentx/encode.ts';
import type { Body, Pdu } from '../../src/agentx/pdu.ts';
import type { Value } from '../../src/agentx/value.ts';

const word = fc.nat({ max: 0xffffffff });
const half = fc.nat({ max: 0xffff });
const byte = fc.nat({ max: 255 });
const oids = fc.array(word, { maxLength: 20 });
const octets = fc.uint8Array({ maxLength: 40 });

const values: fc.Arbitrary<Value> = fc.oneof(
  fc.record({ type: fc.constant('integer'), value: fc.integer() }),
  fc.record({ type: fc.constantFrom('octets', 'opaque'), bytes: octets }),
  fc.record({ type: fc.constant('oid'), oid: oids }),
  fc.record({ type: fc.constant('ip-address'), bytes: fc.uint8Array({ minLength: 4, maxLength: 4 }) }),
  fc.record({ type: fc.constantFrom('counter', 'gauge', 'ticks'), value: word }),
  fc.record({ type: fc.constant('counter64'), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
  fc.record({ type: fc.constantFrom('null', 'no-such-object', 'no-such-instance', 'end-of-view') }),
);
const variables = fc.array(fc.record({ name: oids, value: values }), { maxLength: 4 });
const ranges = fc.array(fc.record({ start: oids, include: fc.boolean(), end: oids }), { maxLength: 4 });

const bodies: fc.Arbitrary<Body> = fc.oneof(
  fc.record({ kind: fc.constant('open'), timeout: byte, id: oids, description: fc.string({ unit: 'grapheme' }) }),
  fc.record({ kind: fc.constant('close'), reason: byte }),
  fc.record({ kind: fc.constant('register'), timeout: byte, priority: byte, subtree: oids }),
  fc.record({ kind: fc.constantFrom('get', 'get-next'), ranges }),
  fc.record({ kind: fc.constant('get-bulk'), nonRepeaters: half, maxRepetitions: half, ranges }),
  fc.record({ kind: fc.constantFrom('test-set', 'notify'), variables }),
  fc.record({ kind: fc.constantFrom('commit-set', 'undo-set', 'cleanup-set', 'ping') }),
  fc.record({ kind: fc.constant('add-caps'), id: oids, description: fc.string() }),
  fc.record({ kind: fc.constant('response'), upTime: word, error: half, index: half, variables }),
);
const pdus: fc.Arbitrary<Pdu> = fc
  .tuple(fc.record({ session: word, transaction: word, packet: word }), bodies, fc.option(octets, { nil: undefined }))
  .map(([session, body, context]) => ({ ...session, ...body, ...(context && { context }) }));

describe('AgentX messages', () => {
  test('are the same after the way to bytes and back', () => {
    fc.assert(
      fc.property(pdus, (pdu) => {
        const bytes = encodePdu(pdu);
        expect(bytes.length % 4).toBe(0);
        expect(messageLength(bytes)).toBe(bytes.length);
        expect(decodePdu(bytes)).toEqual(pdu);
      }),
    );
  });

  test('cut at any length are unreadable, and nothing else happens', () => {
    fc.assert(
      fc.property(pdus, (pdu) => {
        const bytes = encodePdu(pdu);
        for (let length = 0; length < bytes.length; length += 1) {
          expect(decodePdu(bytes.subarray(0, length))).toHaveProperty('unreadable');
        }
      }),
      { numRuns: 30 },
    );
  });

  test('with any bytes behind a header are read or unreadable, without a throw', () => {
    const payloads = fc.uint8Array({ maxLength: 200 }).map((bytes) => bytes.subarray(0, bytes.length & ~3));
    fc.assert(
      fc.property(fc.nat({ max: 20 }), byte, payloads, (type, flags, payload) => {
        const bytes = new Uint8Array(20 + payload.length);
        bytes.set([1, type, flags | 0x10]);
        new DataView(bytes.buffer).setUint32(16, payload.length);
        bytes.set(payload, 20);
        expect(typeof decodePdu(bytes)).toBe('object');
      }),
    );
  });

  test('of another version, or longer than any master sends, are unreadable at their header', () => {
    const header = encodePdu({ kind: 'ping', session: 1, transaction: 0, packet: 1 });
    expect(messageLength(header.with(0, 2))).toEqual({ unreadable: 'version 2 instead of 1' });
    expect(messageLength(header.with(16, 0x7f))).toHaveProperty('unreadable');
    expect(messageLength(header.subarray(0, 19))).toBeUndefined();
  });

  // RFC 2741, section 5.1: 1.3.6.1.2.1.1.7 with the prefix 2; in the byte order of a master on a PC.
  test('of a little-endian master are read, with the short form of internet', () => {
    const bytes = Uint8Array.from([
      ...[1, 6, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 24, 0, 0, 0],
      ...[3, 2, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0],
      ...[0, 2, 0, 0, 0, 0, 0, 0],
    ]);
    expect(decodePdu(bytes.with(16, 20).subarray(0, 40))).toEqual({
      session: 7,
      transaction: 0,
      packet: 9,
      kind: 'get-next',
      ranges: [{ start: [1, 3, 6, 1, 2, 1, 1, 7], include: true, end: [1, 3, 6, 1, 2] }],
    });
  });
});
