// Version 3 of the advert codec against captured bytes of both families, round trips and damaged input.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AdvertV3, ChecksumFlavour, Expectation, Path, VrrpPacket } from '../../src/index.ts';
import {
  decodeV3,
  describeRejection,
  encodeNeighbourAdvertisement,
  encodeV3,
  receiveAdvert,
  VRRP_GROUP,
} from '../../src/index.ts';
import { ip } from './golden.ts';
import { goldens3, neighbourAdvertisement } from './golden3.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe.each(goldens3)('keepalived: $name', ({ message, path, flavour, advert }) => {
  test('is encoded to the same bytes', () => {
    expect(hex(encodeV3(advert, path, flavour))).toBe(hex(message));
  });

  test('is decoded to what its configuration said', () => {
    expect(decodeV3(message, path, flavour)).toEqual({ advert });
  });

  test('is rejected at every shorter length, and with any one bit turned', () => {
    for (let length = 0; length < message.length; length++)
      expect(decodeV3(message.slice(0, length), path, flavour)).toHaveProperty('rejected');
    for (let bit = 0; bit < message.length * 8; bit++) {
      const damaged = message.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeV3(damaged, path, flavour)).toHaveProperty('rejected');
    }
  });
});

test('the neighbour advertisement of an address equals the captured one', () => {
  const frame = encodeNeighbourAdvertisement(ip('fd00:78::100'), Uint8Array.of(2, 0, 0, 0, 0, 1));
  expect(hex(frame)).toBe(hex(neighbourAdvertisement));
});

const paths: fc.Arbitrary<Path> = fc.constantFrom(
  { source: ip('10.0.0.9'), destination: VRRP_GROUP },
  { source: ip('10.0.0.9'), destination: ip('10.0.0.8') },
  { source: ip('fe80::9'), destination: ip('ff02::12') },
  { source: ip('fd00::9'), destination: ip('fd00::8') },
);
const flavours = fc.constantFrom<ChecksumFlavour>('pseudo-header', 'no-pseudo-header', 'old-unicast');

test('every advert survives the round trip in every flavour', () => {
  const cases = paths.chain((path) => {
    const { family } = path.source;
    const length = family === 4 ? 4 : 16;
    const address = fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ({ family, bytes }));
    const advert: fc.Arbitrary<AdvertV3> = fc.record({
      version: fc.constant(3 as const),
      vrid: fc.integer({ min: 1, max: 255 }),
      priority: fc.integer({ min: 0, max: 255 }),
      intervalCentis: fc.integer({ min: 1, max: 4095 }),
      addresses: fc.array(address, { maxLength: 255 }),
    });
    return fc.tuple(fc.constant(path), advert, flavours);
  });
  fc.assert(
    fc.property(cases, ([path, advert, flavour]) =>
      expect(decodeV3(encodeV3(advert, path, flavour), path, flavour)).toEqual({ advert }),
    ),
  );
});

test('no bytes make the decoder throw or read outside', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), paths, flavours, (noise, path, flavour) => {
      decodeV3(noise, path, flavour);
      decodeV3(Uint8Array.from([0x31, ...noise]), path, flavour);
    }),
    { numRuns: 2000 },
  );
});

describe('received by an instance', () => {
  const expectation: Expectation = {
    version: 3,
    vrid: 51,
    intervalCentis: 100,
    addresses: [ip('10.0.0.1')],
    unicastPeers: [],
    checksum: 'pseudo-header',
  };
  const path = { source: ip('10.0.0.9'), destination: VRRP_GROUP };
  const advert: AdvertV3 = {
    version: 3,
    vrid: 51,
    priority: 100,
    intervalCentis: 100,
    addresses: expectation.addresses,
  };
  const packet = (change: Partial<AdvertV3>, flavour: ChecksumFlavour = 'pseudo-header'): VrrpPacket => ({
    ...path,
    ttl: 255,
    payload: encodeV3({ ...advert, ...change }, path, flavour),
  });
  const why = (received: VrrpPacket, expected: Expectation = expectation): string | undefined => {
    const verdict = receiveAdvert(received, expected);
    return 'rejected' in verdict ? describeRejection(verdict.rejected) : undefined;
  };

  test("the master's interval may differ, but not be zero", () => {
    expect(why(packet({}))).toBeUndefined();
    expect(why(packet({ intervalCentis: 4095 }))).toBeUndefined();
    expect(why(packet({ intervalCentis: 0 }))).toBe('received an advertisement interval of 0');
  });

  test('the bits before the interval are not looked at', () => {
    const reserved = packet({});
    const payload = reserved.payload.map((byte, i) => (i === 4 ? byte | 0x50 : byte));
    payload.set([0, 0], 6);
    const [high = 0, low = 0] = checksumFor(payload, path);
    payload.set([high, low], 6);
    expect(why({ ...reserved, payload })).toBeUndefined();
  });

  test('a checksum of another flavour is refused, and the setting of the sender is named', () => {
    expect(why(packet({}, 'no-pseudo-header'))).toBe(
      'Invalid VRRPv3 checksum: the sender leaves out the pseudo header (v3_checksum_as_v2)',
    );
    expect(why(packet({}), { ...expectation, checksum: 'no-pseudo-header' })).toContain(
      'the sender includes the pseudo header',
    );
    const damaged = packet({});
    expect(why({ ...damaged, payload: damaged.payload.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) })).toBe(
      'Invalid VRRPv3 checksum',
    );
  });

  test('version 2, another hop limit and other addresses are refused', () => {
    expect(why({ ...packet({}), payload: Uint8Array.from([0x21, 51, 100, 0, 0, 1, 0, 0]) })).toBe(
      'wrong version. Received 2 and expect 3',
    );
    expect(why({ ...packet({}), ttl: 64 })).toBe('invalid TTL/HL. Received 64 and expect 255');
    expect(why(packet({ addresses: [ip('10.0.0.2')] }))).toBe(
      'ip address associated with VRID 51 not present in MASTER advert: 10.0.0.1',
    );
  });

  test('check_unicast_src drops what comes from others than the peers', () => {
    const expected = { ...expectation, unicastPeers: [{ address: ip('10.0.0.7') }] };
    const direct = { source: ip('10.0.0.9'), destination: ip('10.0.0.8') };
    const received = { ...direct, ttl: 64, payload: encodeV3(advert, direct, 'pseudo-header') };
    expect(why(received, expected)).toBeUndefined();
    expect(why(received, { ...expected, checkUnicastSource: true })).toBe(
      'unicast source address 10.0.0.9 not a unicast peer',
    );
  });
});

// One's complement arithmetic written down a second time, as the RFC says it.
const checksumFor = (payload: Uint8Array, { source, destination }: Path): readonly number[] => {
  const words = [...source.bytes, ...destination.bytes, 0, 112, 0, payload.length, ...payload];
  let sum = 0;
  for (let i = 0; i < words.length; i += 2) {
    sum += (words[i] ?? 0) * 256 + (words[i + 1] ?? 0);
    sum = (sum % 65_536) + Math.floor(sum / 65_536);
  }
  return [(65_535 - sum) >> 8, (65_535 - sum) & 0xff];
};
