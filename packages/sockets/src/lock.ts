// Pid files: an exclusive record lock says who runs, whatever the file's content claims.
import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { addon } from './addon.ts';
import { socketError } from './errno.ts';

export interface HeldLock {
  readonly held: true;
  /** Replaces the file's content. */
  write(text: string): void;
  /** Gives the lock up; with `remove`, takes the file away first, while nobody else can hold it. Twice is fine. */
  release(options?: { readonly remove?: boolean }): void;
}

export interface RefusedLock {
  readonly held: false;
  /** The holder's pid as the kernel knows it; 0 when it lives in a pid namespace that this process can't see. */
  readonly by: number;
}

/**
 * Creates the file (mode 0644 less the umask) if need be and locks it with fcntl(F_SETLK), without waiting and without
 * touching its content. Throws the file system's error (ENOENT, EACCES, EISDIR, EROFS) with its path.
 *
 * Such a lock goes when the process closes any descriptor of the file, so nothing else in it may open a file it holds;
 * lockFile and lockHolder themselves take care, within one thread. It is not inherited by children.
 */
export function lockFile(path: string): HeldLock | RefusedLock {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (holdsAlready(path)) return { held: false, by: process.pid };
    const result = tryLock(path);
    if (result !== undefined) return result;
  }
  throw new Error(`${path} was replaced or unlocked 100 times while it was being locked`);
}

/** The pid that holds the file's lock, this process included (0: one out of sight); undefined when nobody does or there is no file. */
export function lockHolder(path: string): number | undefined {
  if (holdsAlready(path)) return process.pid;
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return holderOf(fd);
  } finally {
    closeSync(fd);
  }
}

/** device:inode of the files that this thread holds. */
const heldFiles = new Set<string>();

const identity = (stat: { readonly dev: number; readonly ino: number }): string => `${stat.dev}:${stat.ino}`;

function identityOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : identity(stat);
}

function holdsAlready(path: string): boolean {
  const file = identityOf(path);
  return file !== undefined && heldFiles.has(file);
}

/** undefined: the file changed under our hands, try again. */
function tryLock(path: string): HeldLock | RefusedLock | undefined {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK, 0o644);
  let keep = false;
  try {
    const result = addon().lock(fd);
    if (result === -EAGAIN || result === -EACCES) {
      const by = holderOf(fd);
      return by === undefined ? undefined : { held: false, by };
    }
    if (result < 0) throw socketError('fcntl', -result);
    // The holder before us may have removed the file between our open and our lock: then we hold a file without a name.
    const file = identity(fstatSync(fd));
    if (identityOf(path) !== file) return undefined;
    keep = true;
    heldFiles.add(file);
    return heldLock(path, fd, file);
  } finally {
    if (!keep) closeSync(fd);
  }
}

const EACCES = 13;
const EAGAIN = 11;
const ESRCH = 3;

function holderOf(fd: number): number | undefined {
  const pid = addon().lockHolder(fd);
  if (pid === -ESRCH) return 0;
  if (pid < 0) throw socketError('fcntl', -pid);
  return pid === 0 ? undefined : pid;
}

function heldLock(path: string, fd: number, file: string): HeldLock {
  let released = false;
  return {
    held: true,
    write(text) {
      if (released) throw new Error(`the lock on ${path} has been released`);
      // Written before cut, so that a reader never finds the file empty.
      ftruncateSync(fd, writeSync(fd, text, 0));
    },
    release({ remove = false } = {}) {
      if (released) return;
      released = true;
      heldFiles.delete(file);
      try {
        if (remove && identityOf(path) === file) unlinkSync(path);
      } finally {
        closeSync(fd);
      }
    },
  };
}
