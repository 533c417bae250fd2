// Text to bytes and back: what inet_pton takes and inet_ntop prints.
import { isIP } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Address4, Address6 } from 'ip-address';
import { formatIp, ipEqual, parseIp } from '../src/address.ts';

const roundTrip = (text: string): string | undefined => {
  const ip = parseIp(text);
  return ip && formatIp(ip);
};

describe('addresses', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0003', '2001:db8::3'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
    ['::10.0.0.1', '::10.0.0.1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ])('%s prints as inet_ntop prints it', (text, printed) => {
    expect(roundTrip(text)).toBe(printed);
  });

  test.each([
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '1.2.3.4/24',
    ' 1.2.3.4',
    '2001:db8',
    'fe80::1%eth0',
    '[::1]',
    '',
    'host',
  ])('%j is no address', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  test('any bytes survive printing and reading', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.array(fc.constantFrom(0, 0, 0, 255, 18), { minLength: 16, maxLength: 16 }).map((a) => Uint8Array.from(a)),
    );
    fc.assert(
      fc.property(bytes, (raw) => {
        const ip = { family: raw.length === 4 ? 4 : 6, bytes: raw } as const;
        const back = parseIp(formatIp(ip));
        expect(back && ipEqual(back, ip)).toBe(true);
      }),
    );
  });
});

// Near to addresses: the pieces they are made of, in any order.
const nearly = fc
  .array(fc.constantFrom(':', '::', '.', '0', '1', 'ff', '255', '256', '01', '10.0.0.1', 'abcd', '12345', 'g', ' '), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));
const written = fc.oneof(nearly, fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 8 }));

test('what is an address is what the system takes for one, zones aside', () => {
  fc.assert(
    fc.property(written, (text) => {
      expect(parseIp(text)?.family ?? 0).toBe(text.includes('%') ? 0 : isIP(text));
    }),
    { numRuns: 2000 },
  );
});

test('the bytes are those that the library ip-address finds', () => {
  fc.assert(
    fc.property(fc.ipV4(), (text) => {
      expect([...(parseIp(text)?.bytes ?? [])]).toEqual(new Address4(text).toArray());
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      expect([...(parseIp(text)?.bytes ?? [])]).toEqual([
        ...new Uint8Array(16 - new Address6(text).toUnsignedByteArray().length),
        ...new Address6(text).toUnsignedByteArray(),
      ]);
    }),
  );
});
