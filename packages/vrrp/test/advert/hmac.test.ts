// auth_hmac: the trailer against the images of the draft, and what is done with clocks and numbers.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  appendTrailer,
  clockSequence,
  decodeTrailer,
  decodeV3,
  encodeTrailer,
  encodeV3,
  isAfter,
  isSigned,
  nextSequence,
  Senders,
  skewOf,
  splitTrailer,
} from '../../src/index.ts';
import { bytes, ip } from './golden.ts';

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const sequence = 0x6800000080000000n;

// draft-cassen-vrrp-auth-hmac, appendix: version 3, VRID 51, priority 200, key 1 = 00..1f.
const images = [
  {
    name: 'IPv4, checksum of the message alone',
    path: { source: ip('198.51.100.10'), destination: ip('192.0.2.10') },
    addresses: [ip('192.0.2.100')],
    flavour: 'no-pseudo-header',
    image: bytes('3133c80100644402c0000264 010100006800000080000000 1b84bc4e8e43892dc6d98448f8ee2265'),
  },
  {
    name: 'IPv6, checksum of message and trailer',
    path: { source: ip('fe80::10'), destination: ip('fe80::20') },
    addresses: [ip('fe80::100')],
    flavour: 'pseudo-header',
    image: bytes(
      '3133c8010064a2e9 fe800000000000000000000000000100 010100006800000080000000 c8c56146ebfd66ee10ec4d8186461b78',
    ),
  },
] as const;

describe.each(images)('$name', ({ path, addresses, flavour, image }) => {
  const advert = { version: 3 as const, vrid: 51, priority: 200, intervalCentis: 100, addresses };

  const judge = (payload: Uint8Array, from = path.source): string => {
    const split = splitTrailer(payload, { ...path, source: from });
    if (split === undefined) return 'no trailer';
    if ('rejected' in split) return split.rejected.kind;
    const { keyId } = decodeTrailer(split.trailer);
    if (keyId !== 1) return 'another key';
    return isSigned(split.message, split.trailer, from, key) ? 'signed' : 'not signed';
  };

  test('is made to the same bytes', () => {
    const message = encodeV3(advert, path, flavour);
    const trailer = encodeTrailer(message, path.source, { id: 1, bytes: key }, sequence);
    expect(Buffer.from(appendTrailer(message, trailer, path)).toString('hex')).toBe(Buffer.from(image).toString('hex'));
  });

  test('is verified, and read as if it had no trailer', () => {
    expect(judge(image)).toBe('signed');
    const split = splitTrailer(image, path);
    if (split === undefined || 'rejected' in split) throw new Error('no trailer');
    expect(decodeTrailer(split.trailer)).toEqual({ keyId: 1, sequence });
    expect(decodeV3(split.message, path, flavour)).toEqual({ advert });
  });

  test('is refused with any bit turned, or from another source', () => {
    for (let bit = 0; bit < image.length * 8; bit++) {
      const at = bit >> 3;
      // The checksum is no part of what is signed; it is checked with the message.
      if (path.source.family === 4 && (at === 6 || at === 7)) continue;
      const damaged = image.slice();
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit & 7));
      expect(judge(damaged)).not.toBe('signed');
    }
    const other = path.source.bytes.slice();
    other[3] = (other[3] ?? 0) ^ 1;
    expect(judge(image, { ...path.source, bytes: other })).not.toBe('signed');
  });

  test('is no trailer at any other length', () => {
    for (let length = 0; length < image.length; length++) expect(judge(image.slice(0, length))).not.toBe('signed');
    expect(judge(Uint8Array.of(...image, 0))).not.toBe('signed');
  });
});

test('no bytes make the trailer reader throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
      for (const { path } of images) {
        const split = splitTrailer(noise, path);
        if (split !== undefined && 'message' in split) {
          decodeTrailer(split.trailer);
          isSigned(split.message, split.trailer, path.source, key);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

describe('numbers', () => {
  const time = { antiReplay: 'time', window: 5000 } as const;
  const monotonic = { antiReplay: 'monotonic', window: 5000 } as const;
  const noon = 1_800_000_000_500;

  test('are the clock: seconds and a binary fraction', () => {
    expect(clockSequence(noon)).toBe((1_800_000_000n << 32n) | (0x8000n << 16n));
  });

  test('grow, though the clock stands still or is set back a little', () => {
    const first = nextSequence(0n, noon, time);
    expect(nextSequence(first, noon, time)).toBe(first + 1n);
    expect(nextSequence(first, noon - 2000, time)).toBe(first + 1n);
    expect(nextSequence(first, noon + 1, time)).toBe(clockSequence(noon + 1));
  });

  test('begin again after a clock was set back by more than the window, but for monotonic ones', () => {
    const first = nextSequence(0n, noon, time);
    expect(nextSequence(first, noon - 60_000, time)).toBe(clockSequence(noon - 60_000));
    expect(nextSequence(first, noon - 60_000, monotonic)).toBe(first + 1n);
  });

  test('are compared over the wrap', () => {
    expect(isAfter(1n, 2n ** 64n - 1n)).toBe(true);
    expect(isAfter(2n ** 64n - 1n, 1n)).toBe(false);
    // 2106, where the seconds begin anew.
    const [before, after] = [2 ** 32 * 1000 - 500, 2 ** 32 * 1000 + 500];
    expect(isAfter(BigInt.asUintN(64, clockSequence(after)), clockSequence(before))).toBe(true);
    const trailer = { keyId: 1, sequence: clockSequence(before) };
    expect(skewOf(trailer, after)).toBe(1);
  });

  test('are believed once of each sender, and no old one of any', () => {
    const senders = new Senders();
    const hear = (from: string, at: number, now = noon, rules: typeof time | typeof monotonic = time) =>
      senders.check(ip(from), { keyId: 1, sequence: clockSequence(at) }, now, rules);
    expect(hear('10.0.0.1', noon)).toBeUndefined();
    expect(hear('10.0.0.1', noon)).toEqual({ kind: 'hmac-replay' });
    expect(hear('10.0.0.1', noon - 1000)).toEqual({ kind: 'hmac-replay' });
    expect(hear('10.0.0.2', noon - 1000)).toBeUndefined();
    expect(hear('10.0.0.1', noon + 1000)).toBeUndefined();
  });

  test('of a sender whose clock was set back are believed again in time mode, once the window has passed', () => {
    const back = noon - 60_000;
    for (const [rules, expected] of [
      [time, undefined],
      [monotonic, { kind: 'hmac-replay' }],
    ] as const) {
      const senders = new Senders();
      const hear = (at: number, now: number) =>
        senders.check(ip('10.0.0.1'), { keyId: 1, sequence: clockSequence(at) }, now, rules);
      expect(hear(noon, noon)).toBeUndefined();
      expect(hear(back, back)).toEqual(expected);
    }
  });

  test('are remembered of the latest four senders, and of all peers', () => {
    const hear = (senders: Senders, last: number, known?: number) =>
      senders.check(ip(`10.0.0.${last}`), { keyId: 1, sequence: clockSequence(noon) }, noon, time, known);
    const [few, many] = [new Senders(), new Senders()];
    for (let i = 1; i <= 5; i++) expect(hear(few, i)).toBeUndefined();
    expect(hear(few, 5)).toEqual({ kind: 'hmac-replay' });
    expect(hear(few, 1)).toBeUndefined();
    for (let i = 1; i <= 5; i++) expect(hear(many, i, 5)).toBeUndefined();
    expect(hear(many, 1, 5)).toEqual({ kind: 'hmac-replay' });
  });
});
