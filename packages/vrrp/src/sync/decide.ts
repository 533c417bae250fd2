// What keeps the members of a sync group together: from their roles to what each must do now. Pure.
import type { State } from '../machine/model.ts';
import { faults } from '../machine/timing.ts';

/** The key under which a member tracks that all others can take part. */
export const groupKey = (name: string): string => `group ${name}`;

export type GroupState = 'MASTER' | 'BACKUP' | 'FAULT';

export type Order =
  /** Another member has (or no longer has) a fault of its own. */
  | { readonly kind: 'track'; readonly member: number; readonly up: boolean }
  | { readonly kind: 'sync'; readonly member: number; readonly to: 'MASTER' | 'BACKUP' };

/**
 * The next orders; none when all is as it should be. Everybody goes to FAULT with one who has a fault, to MASTER when
 * all want to (keepalived prefers backup, to avoid thrashing), and to BACKUP with one who has yielded.
 */
export const decide = (members: readonly State[], key: string): readonly Order[] => {
  const faulty = members.map((state) => isFaulty(state, key));
  const tracks = members.flatMap((state, member): readonly Order[] => {
    const up = !faulty.some((is, other) => is && other !== member);
    return up === state.down.has(key) ? [{ kind: 'track', member, up }] : [];
  });
  if (tracks.length > 0) return tracks;
  if (members.every((state) => state.role === 'master' || wants(state)))
    return members.flatMap((state, member) =>
      state.role === 'backup' ? [{ kind: 'sync', member, to: 'MASTER' }] : [],
    );
  if (members.some(({ role }) => role === 'backup'))
    return members.flatMap((state, member) =>
      state.role === 'master' ? [{ kind: 'sync', member, to: 'BACKUP' }] : [],
    );
  return [];
};

/** Where the orders take the whole group, if anywhere. */
export const aimOf = (orders: readonly Order[], members: readonly State[], key: string): GroupState | undefined => {
  const [first] = orders;
  if (first === undefined) return undefined;
  if (first.kind === 'sync') return first.to;
  if (orders.some((order) => order.kind === 'track' && !order.up)) return 'FAULT';
  return members.some((state) => isFaulty(state, key)) ? undefined : 'BACKUP';
};

/** Undefined while the members are on their way. */
export const groupState = (members: readonly State[]): GroupState | undefined => {
  if (members.some(({ role }) => role === 'fault')) return 'FAULT';
  if (members.every(({ role }) => role === 'master')) return 'MASTER';
  return members.every(({ role }) => role === 'backup') ? 'BACKUP' : undefined;
};

/** By something of its own. */
const isFaulty = (state: State, key: string): boolean => faults(state).some((reason) => !reason.startsWith(`${key} `));

const wants = (state: State): boolean => state.role === 'backup' && state.wantsMaster === true;
