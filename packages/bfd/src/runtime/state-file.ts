// What a predecessor left: the sessions that were up a moment ago. One small JSON file on a tmpfs, renewed while they are.
import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Millis } from '@vipward/sockets';
import type { Remote } from '../machine/model.ts';
import { SESSION_STATES } from '../packet/packet.ts';

export interface SavedSession {
  readonly name: string;
  /** Neighbour, source, port and TTL: another one is another session. */
  readonly identity: string;
  readonly discriminator: number;
  /** The source port, which must stay the same for the life of a session (RFC 5881 section 4). */
  readonly port: number;
  readonly remote: Remote;
  /** How long the neighbour believes our silence, ms. */
  readonly believed: Millis;
}

export interface SavedState {
  readonly bootId: string;
  /** CLOCK_MONOTONIC, ms: comparable within one boot only. */
  readonly savedAt: Millis;
  readonly sessions: readonly SavedSession[];
}

/** How often the file is renewed. */
export const RENEW_EVERY: Millis = 1000;

/** Sessions whose neighbour may not have noticed yet; none when there is no file, or it makes no sense. */
export const readSaved = (path: string, bootId: string, now: Millis): readonly SavedSession[] => {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isSavedState(content) || content.bootId !== bootId || content.savedAt > now) return [];
    return content.sessions.filter(({ believed }) => now - content.savedAt < RENEW_EVERY + believed);
  } catch {
    return [];
  }
};

/** Written beside and renamed over; throws what the file system throws. */
export const writeSaved = (path: string, content: SavedState): void => {
  const fresh = `${path}.new`;
  writeFileSync(fresh, JSON.stringify(content), { mode: 0o600 });
  renameSync(fresh, path);
};

export const removeSaved = (path: string): void => rmSync(path, { force: true });

export const currentBootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Without one nothing can be adopted: an id that no file has.
    return randomUUID();
  }
};

const isSavedState = (content: unknown): content is SavedState =>
  isRecord(content) &&
  typeof content.bootId === 'string' &&
  isNumber(content.savedAt) &&
  Array.isArray(content.sessions) &&
  content.sessions.every(isSavedSession);

const isSavedSession = (item: unknown): boolean =>
  isRecord(item) &&
  typeof item.name === 'string' &&
  typeof item.identity === 'string' &&
  isDiscriminator(item.discriminator) &&
  isNumber(item.port) &&
  isNumber(item.believed) &&
  isRemote(item.remote);

const isRemote = (item: unknown): boolean =>
  isRecord(item) &&
  isDiscriminator(item.discriminator) &&
  SESSION_STATES.some((state) => state === item.state) &&
  [item.diagnostic, item.minTx, item.minRx, item.multiplier].every(isNumber) &&
  typeof item.demand === 'boolean';

const isDiscriminator = (value: unknown): value is number =>
  Number.isInteger(value) && isNumber(value) && value > 0 && value <= 0xffffffff;

const isNumber = (value: unknown): value is number => typeof value === 'number' && value >= 0;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
