// The machine's own user and group files, read when a script is about to run: accounts may come and go.
import { readFileSync } from 'node:fs';
import type { ScriptUser } from '@vipward/config';
import { type AccountResult, resolveAccount } from './resolve.ts';

export type ResolveAccount = (user: ScriptUser | undefined) => AccountResult;

/** `defaultUser` is global_defs script_user. */
export const systemAccounts =
  (defaultUser: ScriptUser | undefined): ResolveAccount =>
  (user) =>
    resolveAccount(user, defaultUser, { passwd: read('/etc/passwd'), group: read('/etc/group') });

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such file means no such user, which is said where the name is used.
    return '';
  }
};
