// The machine's own user and group files, read when a script is about to run: accounts may come and go.
import { readFileSync } from 'node:fs';
import { type AccountName, type AccountResult, resolveAccount } from './resolve.ts';

export type ResolveAccount = (user: AccountName | undefined) => AccountResult;

/** `defaultUser` is global_defs script_user, `supplementary` is set_supplementary_groups. */
export const systemAccounts =
  (defaultUser: AccountName | undefined, supplementary = false): ResolveAccount =>
  (user) => {
    const found = resolveAccount(user, defaultUser, { passwd: read('/etc/passwd'), group: read('/etc/group') });
    return found.kind === 'account' && supplementary
      ? { kind: 'account', account: { ...found.account, supplementary } }
      : found;
  };

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such file means no such user, which is said where the name is used.
    return '';
  }
};
