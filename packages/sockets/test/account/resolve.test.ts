// Accounts of scripts: which one is meant, and what numbers it has.
import { expect, test } from '@jest/globals';
import { resolveAccount } from '../../src/index.ts';

const passwd = 'root:x:0:0:root:/root:/bin/bash\nweb:x:33:34::/:/bin/false\nbroken:x:abc:1\n';
const group = 'root:x:0:\nadm:x:4:web\n';
const files = { passwd, group };
const account = (uid: number, gid: number) => ({ kind: 'account', account: { uid, gid } });

test('a user without a group has its primary group', () => {
  expect(resolveAccount({ user: 'web' }, undefined, files)).toEqual(account(33, 34));
});

test('a group by name replaces the primary group', () => {
  expect(resolveAccount({ user: 'web', group: 'adm' }, undefined, files)).toEqual(account(33, 4));
});

test('the own user of a script goes before the default', () => {
  expect(resolveAccount({ user: 'web' }, { user: 'root' }, files)).toEqual(account(33, 34));
  expect(resolveAccount(undefined, { user: 'web' }, files)).toEqual(account(33, 34));
});

test('without both it is keepalived_script when that user exists, otherwise the own account', () => {
  const withUsual = { passwd: `${passwd}keepalived_script:x:500:501::/:/bin/false\n`, group };
  expect(resolveAccount(undefined, undefined, withUsual)).toEqual(account(500, 501));
  expect(resolveAccount(undefined, undefined, files)).toEqual({ kind: 'own' });
});

// keepalived 2.2.7 drops such a script.
test('with enable_script_security nothing runs as root because nobody named a user', () => {
  const withUsual = { passwd: `${passwd}keepalived_script:x:500:501::/:/bin/false\n`, group };
  expect(resolveAccount(undefined, undefined, withUsual, true)).toEqual(account(500, 501));
  expect(resolveAccount(undefined, { user: 'root' }, files, true)).toEqual(account(0, 0));
  expect(resolveAccount(undefined, undefined, files, true)).toMatchObject({ kind: 'unknown' });
});

test('numbers stand for a user and a group', () => {
  expect(resolveAccount({ user: '33', group: '77' }, undefined, files)).toEqual(account(33, 77));
});

test.each([
  [{ user: 'nosuch' }, 'user nosuch does not exist'],
  [{ user: 'broken' }, 'user broken does not exist'],
  [{ user: 'web', group: 'nosuch' }, 'group nosuch does not exist'],
])('%j is unknown', (user, message) => {
  expect(resolveAccount(user, undefined, files)).toEqual({ kind: 'unknown', message });
});
