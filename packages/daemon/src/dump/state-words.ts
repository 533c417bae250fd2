// The states of VRRP in keepalived's words and numbers. Pure.
import type { Role } from '@vipward/vrrp';

const words = { initialize: 'INIT', backup: 'BACKUP', master: 'MASTER', fault: 'FAULT' } as const;
const numbers = { initialize: 0, backup: 1, master: 2, fault: 3 } as const;

export const stateWord = (role: Role): (typeof words)[Role] => words[role];

/** As in the JSON dump. */
export const stateNumber = (role: Role): number => numbers[role];

/** A group is where its members are; one in fault is enough for all of it. */
export const groupState = (members: readonly Role[]): string => {
  if (members.includes('fault')) return words.fault;
  if (members.length > 0 && members.every((role) => role === 'master')) return words.master;
  return words[members.includes('initialize') || members.length === 0 ? 'initialize' : 'backup'];
};
