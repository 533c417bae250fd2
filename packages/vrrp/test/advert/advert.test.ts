// Version 2 of the advert codec, and the IPv4 header, against captured bytes, round trips and damaged input.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AdvertV2 } from '../../src/index.ts';
import { decodeIpv4, decodeV2, encodeIpv4Header, encodeV2, passwordBytes } from '../../src/index.ts';
import { goldens, ip } from './golden.ts';

const adverts: fc.Arbitrary<AdvertV2> = fc.record({
  version: fc.constant(2 as const),
  vrid: fc.integer({ min: 1, max: 255 }),
  priority: fc.integer({ min: 0, max: 255 }),
  authType: fc.integer({ min: 0, max: 255 }),
  intervalSeconds: fc.integer({ min: 0, max: 255 }),
  addresses: fc.array(
    fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => ({ family: 4 as const, bytes })),
    { maxLength: 255 },
  ),
  authData: fc.uint8Array({ minLength: 8, maxLength: 8 }),
});

describe.each(goldens)('keepalived: $name', ({ packet, id, destination, advert }) => {
  test('is encoded to the same bytes, IP header included', () => {
    const message = encodeV2(advert);
    const path = { source: ip('10.77.0.1'), destination: ip(destination) };
    const header = encodeIpv4Header({ ...path, id, ttl: 255 }, message.length);
    expect(Buffer.concat([header, message]).toString('hex')).toBe(Buffer.from(packet).toString('hex'));
  });

  test('is decoded to what its configuration said', () => {
    const outer = decodeIpv4(packet);
    if (!('packet' in outer)) throw new Error('rejected');
    expect(outer.packet).toMatchObject({ source: ip('10.77.0.1'), destination: ip(destination), ttl: 255 });
    expect(decodeV2(outer.packet.payload)).toEqual({ advert });
  });

  test('is rejected at every shorter length', () => {
    for (let length = 0; length < packet.length; length++) {
      const cut = packet.slice(0, length);
      expect(decodeIpv4(cut)).toHaveProperty('rejected');
      if (length > 0) expect(decodeV2(packet.slice(20, 20 + Math.max(0, length - 20)))).toHaveProperty('rejected');
    }
  });

  test('is rejected with any one bit of the message turned, or still reads as what it says', () => {
    const message = packet.slice(20);
    for (let bit = 0; bit < message.length * 8; bit++) {
      const damaged = message.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeV2(damaged)).toHaveProperty('rejected');
    }
  });
});

test('every advert survives the round trip', () => {
  fc.assert(fc.property(adverts, (advert) => expect(decodeV2(encodeV2(advert))).toEqual({ advert })));
});

test('no bytes make the decoders throw or read outside', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
      const outer = decodeIpv4(noise);
      if ('packet' in outer) decodeV2(outer.packet.payload);
      decodeV2(noise);
    }),
    { numRuns: 2000 },
  );
});

test('a count that claims more addresses than came is a length error', () => {
  const lying = encodeV2({
    version: 2,
    vrid: 1,
    priority: 1,
    authType: 0,
    intervalSeconds: 1,
    addresses: [ip('10.0.0.1')],
    authData: new Uint8Array(8),
  });
  lying[3] = 200;
  expect(decodeV2(lying)).toEqual({ rejected: { kind: 'length', received: 20, expected: 816 } });
});

test('an IP header that lies about its length, its version or its own size is rejected', () => {
  const packet = goldens[0]?.packet ?? new Uint8Array();
  const change = (at: number, value: number): Uint8Array => packet.map((byte, i) => (i === at ? value : byte));
  expect(decodeIpv4(change(3, 0x31))).toEqual({ rejected: { kind: 'ip-length', claimed: 49, received: 48 } });
  expect(decodeIpv4(change(0, 0x65))).toEqual({ rejected: { kind: 'not-ipv4' } });
  expect(decodeIpv4(change(0, 0x44))).toEqual({ rejected: { kind: 'not-ipv4' } });
  expect(decodeIpv4(change(9, 17))).toEqual({ rejected: { kind: 'not-vrrp', protocol: 17 } });
  // IHL 15 says 60 bytes of header where 48 came.
  expect(decodeIpv4(change(0, 0x4f))).toEqual({ rejected: { kind: 'length', received: 48, expected: 60 } });
});

test('a password longer than eight bytes is cut', () => {
  expect(passwordBytes('longpassword')).toEqual(passwordBytes('longpass'));
  expect(passwordBytes('')).toEqual(new Uint8Array(8));
});
