// What a worker leaves for its successor: one JSON file, replaced whole, so that a reader never sees half of it.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** The parsed content, or undefined when there is none or it makes no sense. */
export const readStateFile = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

/** Written beside and renamed over; the directory is a tmpfs, so no fsync. */
export const writeStateFile = (path: string, content: unknown): void => {
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, JSON.stringify(content), { mode: 0o600 });
  renameSync(fresh, path);
};

export const removeStateFile = (path: string): void => rmSync(path, { force: true });
