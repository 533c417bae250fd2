// The machine's own user and group files, read when a script is about to run: accounts may come and go.
import { readFileSync } from 'node:fs';
import { type AccountName, type AccountResult, resolveAccount } from './resolve.ts';

export type ResolveAccount = (user: AccountName | undefined) => AccountResult;

/** What the global definitions say of accounts. */
export interface AccountRules {
  readonly scriptUser?: AccountName;
  readonly setSupplementaryGroups?: boolean;
  /** Without a user, and without keepalived_script, nothing runs as root. */
  readonly enableScriptSecurity?: boolean;
}

export const systemAccounts =
  ({ scriptUser, setSupplementaryGroups, enableScriptSecurity }: AccountRules): ResolveAccount =>
  (user) => {
    const files = { passwd: read('/etc/passwd'), group: read('/etc/group') };
    const found = resolveAccount(user, scriptUser, files, enableScriptSecurity === true && process.getuid?.() === 0);
    return found.kind === 'account' && setSupplementaryGroups === true
      ? { kind: 'account', account: { ...found.account, supplementary: true } }
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
