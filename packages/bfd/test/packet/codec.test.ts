// The codec against captured bytes, round trips, damaged input, and every reason of RFC 5880 section 6.8.6 to refuse a packet.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ControlPacket, decodePacket, describeRejection, encodePacket, SESSION_STATES } from '../../src/index.ts';
import { bytes, goldens, packet } from './golden.ts';

const uint32 = fc.integer({ min: 0, max: 0xffffffff });

const packets: fc.Arbitrary<ControlPacket> = fc
  .record({
    diagnostic: fc.integer({ min: 0, max: 31 }),
    state: fc.constantFrom(...SESSION_STATES),
    poll: fc.boolean(),
    final: fc.boolean(),
    controlPlaneIndependent: fc.boolean(),
    demand: fc.boolean(),
    detectMultiplier: fc.integer({ min: 1, max: 255 }),
    myDiscriminator: fc.integer({ min: 1, max: 0xffffffff }),
    yourDiscriminator: uint32,
    desiredMinTx: uint32,
    requiredMinRx: uint32,
    requiredMinEchoRx: uint32,
  })
  .filter(({ poll, final }) => !(poll && final))
  .filter(({ yourDiscriminator: yours, state }) => yours !== 0 || state === 'Down' || state === 'AdminDown');

describe.each(goldens)('$name', ({ payload, packet: meant }) => {
  test('is decoded to what it says, and encoded to the same bytes', () => {
    expect(decodePacket(payload)).toEqual({ packet: meant });
    expect(Buffer.from(encodePacket(meant)).toString('hex')).toBe(Buffer.from(payload).toString('hex'));
  });

  test('is refused at every shorter length', () => {
    for (let length = 0; length < payload.length; length++)
      expect(decodePacket(payload.slice(0, length))).toEqual({ rejected: { kind: 'too-short', received: length } });
  });
});

test('every packet survives the round trip', () => {
  fc.assert(fc.property(packets, (one) => expect(decodePacket(encodePacket(one))).toEqual({ packet: one })));
});

test('what follows the packet is not looked at', () => {
  const tail = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(packets, tail, (one, more) =>
      expect(decodePacket(Uint8Array.from([...encodePacket(one), ...more]))).toEqual({ packet: one }),
    ),
  );
});

test('any bytes give a packet that is encoded to the same bytes again, or a reason in words', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
      const decoded = decodePacket(input);
      if ('rejected' in decoded) expect(describeRejection(decoded.rejected, '[10.0.0.2]:49152').join('')).not.toBe('');
      else expect([...encodePacket(decoded.packet)].slice(4)).toEqual([...input.subarray(4, 24)]);
    }),
    { numRuns: 20_000, seed: 5880 },
  );
});

test('a recorded packet with bits turned is refused, or reads as another packet that is whole', () => {
  const turned = fc.array(fc.integer({ min: 0, max: 191 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...goldens), turned, ({ payload }, bits) => {
      const damaged = payload.slice();
      for (const bit of bits) damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const decoded = decodePacket(damaged);
      if ('packet' in decoded) {
        expect(decoded.packet.detectMultiplier).toBeGreaterThan(0);
        expect(decoded.packet.myDiscriminator).toBeGreaterThan(0);
      }
    }),
    { numRuns: 20_000, seed: 5881 },
  );
});

const good = Buffer.from(encodePacket(packet())).toString('hex');
const changed = (at: number, byte: number): Uint8Array => {
  const copy = bytes(good);
  copy[at] = byte;
  return copy;
};

describe('a packet is refused (RFC 5880 section 6.8.6)', () => {
  const cases: readonly (readonly [string, Uint8Array, unknown, readonly string[]])[] = [
    [
      'of another version',
      changed(0, 0x00),
      { kind: 'version', received: 0 },
      ['Packet is of unsupported version: 0', 'Discarding bogus packet from [10.9.0.2]:50000'],
    ],
    [
      'that says it is shorter than a packet is',
      changed(3, 20),
      { kind: 'length', claimed: 20, received: 24 },
      [
        'Packet size mismatch: length field: 20 bytes, buffer size: 24 bytes',
        'Discarding bogus packet from [10.9.0.2]:50000',
      ],
    ],
    [
      'that says it is longer than what came',
      changed(3, 40),
      { kind: 'length', claimed: 40, received: 24 },
      [
        'Packet size mismatch: length field: 40 bytes, buffer size: 24 bytes',
        'Discarding bogus packet from [10.9.0.2]:50000',
      ],
    ],
    [
      'cut off',
      bytes(good).slice(0, 20),
      { kind: 'too-short', received: 20 },
      ['Packet is too small: 20 bytes', 'Discarding bogus packet from [10.9.0.2]:50000'],
    ],
    [
      'with a multiplier of 0',
      changed(2, 0),
      { kind: 'multiplier-zero' },
      ["Packet 'detection multiplier' field is zero", 'Discarding bogus packet from [10.9.0.2]:50000'],
    ],
    [
      'to many',
      changed(1, 0x41),
      { kind: 'multipoint' },
      ["Packet has 'multipoint' flag", 'Discarding bogus packet from [10.9.0.2]:50000'],
    ],
    [
      'without a discriminator of its own',
      encodePacket(packet({ myDiscriminator: 0 })),
      { kind: 'my-discriminator-zero' },
      ["Packet 'my discriminator' field is zero", 'Discarding bogus packet from [10.9.0.2]:50000'],
    ],
    [
      'that is up and names no session',
      encodePacket(packet({ state: 'Up' })),
      { kind: 'your-discriminator-zero' },
      [
        "Packet 'your discriminator' field is zero and 'state' field is not Down or AdminDown",
        'Discarding bogus packet from [10.9.0.2]:50000',
      ],
    ],
    [
      'that is authenticated',
      Uint8Array.from([...changed(1, 0x44), 0, 0]).map((byte, i) => (i === 3 ? 26 : byte)),
      { kind: 'authentication' },
      ['Discarding packet from [10.9.0.2]:50000 (auth bit is set, but no authentication  is in use)'],
    ],
    [
      'that is authenticated, without room for it',
      changed(1, 0x44),
      { kind: 'length', claimed: 24, received: 24 },
      [
        'Packet size mismatch: length field: 24 bytes, buffer size: 24 bytes',
        'Discarding bogus packet from [10.9.0.2]:50000',
      ],
    ],
    [
      'that asks and answers at once (section 6.5)',
      changed(1, 0x70),
      { kind: 'poll-and-final' },
      ["Packet has both 'poll' and 'final' flags", 'Discarding bogus packet from [10.9.0.2]:50000'],
    ],
  ];
  test.each(cases)('%s', (_, payload, rejected, lines) => {
    const decoded = decodePacket(payload);
    expect(decoded).toEqual({ rejected });
    if ('rejected' in decoded) expect(describeRejection(decoded.rejected, '[10.9.0.2]:50000')).toEqual(lines);
  });
});
