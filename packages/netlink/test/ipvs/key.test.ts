// Keys as text: equal exactly for equal keys.

import { expect, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import fc from 'fast-check';
import { destinationKeyId, serviceKeyId } from '../../src/ipvs/key.ts';
import { anyDestination, anyServiceKey } from './arbitrary.ts';

test('keys read as people write them', () => {
  const address = parseIp('10.0.0.1') ?? { family: 4, bytes: new Uint8Array(4) };
  const address6 = parseIp('2001:db8::1') ?? { family: 6, bytes: new Uint8Array(16) };
  expect(serviceKeyId({ kind: 'address', protocol: 6, address, port: 80 })).toBe('tcp 10.0.0.1:80');
  expect(serviceKeyId({ kind: 'address', protocol: 17, address: address6, port: 53 })).toBe('udp [2001:db8::1]:53');
  expect(serviceKeyId({ kind: 'address', protocol: 132, address, port: 0 })).toBe('sctp 10.0.0.1:0');
  expect(serviceKeyId({ kind: 'fwmark', mark: 4294967295, family: 4 })).toBe('fwmark 4294967295 ipv4');
  expect(destinationKeyId({ address, port: 8080 })).toBe('10.0.0.1:8080');
  expect(destinationKeyId({ address: address6, port: 80 })).toBe('[2001:db8::1]:80');
});

test('two keys have the same text exactly when they are equal', () => {
  fc.assert(
    fc.property(anyServiceKey, anyServiceKey, (a, b) => {
      expect(serviceKeyId(a) === serviceKeyId(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      expect(serviceKeyId(structuredClone(a))).toBe(serviceKeyId(a));
    }),
  );
  fc.assert(
    fc.property(anyDestination, anyDestination, ({ key: a }, { key: b }) => {
      expect(destinationKeyId(a) === destinationKeyId(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});
