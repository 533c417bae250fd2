// Names of users and groups to numbers, from the text of /etc/passwd and /etc/group. Pure.

/** As a configuration names it: a user and, when it is not the primary one, a group. */
export interface AccountName {
  readonly user: string;
  readonly group?: string;
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** With the supplementary groups of the user (set_supplementary_groups). */
  readonly supplementary?: boolean;
}

export type AccountResult =
  | { readonly kind: 'account'; readonly account: Account }
  /** Nothing was asked for: the daemon's own account. */
  | { readonly kind: 'own' }
  | { readonly kind: 'unknown'; readonly message: string };

export interface AccountFiles {
  readonly passwd: string;
  readonly group: string;
}

/**
 * The account of a script: its own user, or the default (script_user), or the user keepalived_script when there is one,
 * as keepalived does, or the daemon's own. Without a group it is the user's primary group. Numbers are taken as they are
 * when no such name exists and a group is clear. `ownRefused`: the daemon's own account is not taken for want of another.
 */
export const resolveAccount = (
  user: AccountName | undefined,
  defaultUser: AccountName | undefined,
  files: AccountFiles,
  ownRefused = false,
): AccountResult => {
  const wanted = user ?? defaultUser;
  if (wanted === undefined) {
    const usual = findUser(files.passwd, 'keepalived_script');
    if (usual !== undefined) return { kind: 'account', account: usual };
    return ownRefused ? { kind: 'unknown', message: NO_DEFAULT } : { kind: 'own' };
  }
  const found = findUser(files.passwd, wanted.user);
  if (found === undefined) return { kind: 'unknown', message: `user ${wanted.user} does not exist` };
  if (wanted.group === undefined) return { kind: 'account', account: found };
  const gid = findGroup(files.group, wanted.group);
  if (gid === undefined) return { kind: 'unknown', message: `group ${wanted.group} does not exist` };
  return { kind: 'account', account: { uid: found.uid, gid } };
};

const NO_DEFAULT =
  'it has no user, there is no script_user, and the user keepalived_script does not exist (enable_script_security)';

// passwd(5): name:password:uid:gid:comment:home:shell
const findUser = (passwd: string, name: string): Account | undefined => {
  const row = rows(passwd).find(([login]) => login === name) ?? rows(passwd).find(([, , uid]) => uid === name);
  const uid = number(row?.[2]);
  const gid = number(row?.[3]);
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
};

// group(5): name:password:gid:members
const findGroup = (group: string, name: string): number | undefined => {
  const row = rows(group).find(([title]) => title === name);
  return number(row?.[2]) ?? number(name);
};

const rows = (text: string): readonly (readonly string[])[] => text.split('\n').map((line) => line.split(':'));

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
