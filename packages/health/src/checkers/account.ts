// Looks up the numbers of a user and group, for scripts that run as somebody else.
import { readFile } from 'node:fs/promises';
import type { ScriptUser } from '@vipward/config';

export interface Account {
  readonly uid?: number;
  readonly gid?: number;
  /** With the supplementary groups of the user. */
  readonly supplementary?: boolean;
}

/** Numbers are taken as they are, names from /etc/passwd and /etc/group; undefined when a name is not there. */
export const findAccount = async ({ user, group }: ScriptUser): Promise<Account | undefined> => {
  const entry = isNumber(user) ? [user, '', user, user] : await lookUp('/etc/passwd', user);
  const uid = entry?.[2];
  const gid = group === undefined || isNumber(group) ? (group ?? entry?.[3]) : (await lookUp('/etc/group', group))?.[2];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
};

const isNumber = (text: string): boolean => /^\d+$/.test(text);

const lookUp = async (file: string, name: string): Promise<readonly string[] | undefined> => {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.map((line) => line.split(':')).find(([first]) => first === name);
};
