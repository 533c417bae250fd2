// Accounts of scripts on this very machine, which has a root.
import { expect, test } from '@jest/globals';
import { systemAccounts } from '../../src/index.ts';

const root = { uid: 0, gid: 0 };

test('set_supplementary_groups: a script has all groups of its user, and otherwise the one alone', () => {
  const account = (setSupplementaryGroups?: boolean) =>
    systemAccounts(setSupplementaryGroups === undefined ? {} : { setSupplementaryGroups })({ user: 'root' });
  expect(account()).toEqual({ kind: 'account', account: root });
  expect(account(false)).toEqual({ kind: 'account', account: root });
  expect(account(true)).toEqual({ kind: 'account', account: { ...root, supplementary: true } });
});

test('script_user counts where a script names nobody, and a user that is not there is none', () => {
  expect(systemAccounts({ scriptUser: { user: 'root' } })(undefined)).toEqual({ kind: 'account', account: root });
  expect(systemAccounts({})({ user: 'no-such-user' })).toMatchObject({ kind: 'unknown' });
});
