// What a line says of another virtual router, whatever its packet looks like.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeStranger } from '../../src/advert/stranger.ts';
import { ip } from './golden.ts';

const packet = (payload: Uint8Array, source = '10.0.0.9') => ({
  source: ip(source),
  destination: ip('224.0.0.18'),
  ttl: 255,
  payload,
});

test('addresses of version 2 come before the password', () => {
  const payload = Uint8Array.of(0x21, 254, 100, 2, 1, 1, 0, 0, 10, 0, 0, 5, 10, 0, 0, 6, 0x70, 0x77, 0, 0, 0, 0, 0, 0);
  expect(describeStranger(packet(payload), new Set([254, 1]))).toBe(
    '; it speaks for 10.0.0.5, 10.0.0.6; free VRIDs there are 255, 2, 3, 4, 5',
  );
});

test('of version 3 over IPv6 they are long', () => {
  const payload = Uint8Array.of(0x31, 7, 100, 1, 0, 100, 0, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5);
  expect(describeStranger(packet(payload, 'fe80::9'), new Set([7]))).toMatch(/^; it speaks for fe80::5; free/);
});

test('when all are taken that is said', () => {
  const all = new Set(Array.from({ length: 255 }, (_, i) => i + 1));
  expect(describeStranger(packet(Uint8Array.of(0x21, 7)), all)).toBe('; no VRID is free there');
});

test('any bytes give a line of bounded length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1100 }), (payload) => {
      expect(describeStranger(packet(payload), new Set()).length).toBeLessThan(400);
    }),
  );
});
