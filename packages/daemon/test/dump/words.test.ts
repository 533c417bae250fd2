// Single values of the dumps, as keepalived 2.2.7 was seen to write them.
import { expect, test } from '@jest/globals';
import type { VirtualAddress } from '@vipward/config';
import { parseIp } from '@vipward/config/address';
import { groupState } from '../../src/dump/state-words.ts';
import { errorsOf } from '../../src/dump/vrrp-statistics.ts';
import { addressText, momentText, scriptText } from '../../src/dump/words.ts';

const virtual = (address: string, prefixLength: number, more: Partial<VirtualAddress> = {}): VirtualAddress => {
  const parsed = parseIp(address);
  if (parsed === undefined) throw new Error(`${address} is no address`);
  return { address: parsed, prefixLength, at: { file: 'f', line: 1, column: 1 }, ...more };
};

test('an address has its prefix unless it is that of a host, its label, and whether it is here', () => {
  expect(addressText(virtual('10.9.9.9', 24, { dev: 'pc1', label: 'pc1:x' }), 'pc0', true)).toBe(
    '10.9.9.9/24 dev pc1 scope global label pc1:x set',
  );
  expect(addressText(virtual('10.9.10.9', 32, { scope: 253 }), 'pc0', false)).toBe('10.9.10.9 dev pc0 scope link');
  expect(addressText(virtual('fe80::9', 128), 'pc0', true)).toBe('fe80::9 dev pc0 scope global deprecated set');
  expect(addressText(virtual('2001:db8::9', 64), 'pc0', true)).toBe(
    '2001:db8::9/64 dev pc0 scope global preferred_lft forever set',
  );
});

test('a script is its words in quotes', () => {
  expect(scriptText({ argv: ['/bin/a', 'b c'] })).toBe("'/bin/a' 'b c'");
});

test('a moment is seconds and the words of ctime with microseconds', () => {
  expect(momentText(1_795_383_191_417)).toMatch(
    /^1795383191\.417000 \(\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d\.417000 2026\)$/,
  );
});

test('a group is in fault with one member, and master with all of them', () => {
  expect(groupState(['master', 'fault'])).toBe('FAULT');
  expect(groupState(['master', 'master'])).toBe('MASTER');
  expect(groupState(['master', 'backup'])).toBe('BACKUP');
  expect(groupState(['initialize', 'backup'])).toBe('INIT');
});

test('refused adverts stand under the headings of keepalived', () => {
  expect(
    errorsOf({ 'ip-length': 1, length: 2, ttl: 3, 'auth-type': 4, 'auth-pass': 5, 'ah-replay': 6, 'hmac-key': 7 }),
  ).toMatchObject({ length: 3, ttl: 3, otherAuthentication: 4, failedAuthentication: 18, addresses: 0 });
});
