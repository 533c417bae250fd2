// Pid files: the lock says who runs, not the content; removed at the end.
import { statSync } from 'node:fs';
import { lockFile } from '@vipward/sockets';
import { DaemonError, exitStatus } from '../exit.ts';

export type PidFile = { readonly held: true; release(): void } | { readonly held: false; readonly by: number };

/** Takes the lock of `path` and writes this process's pid, or says which process has it. Throws PIDFILE_UNWRITABLE. */
export const takePidFile = (path: string): PidFile => {
  const lock = orUnwritable(path, () => lockFile(path));
  if (!lock.held) return lock;
  // Removed while still locked: nobody can mistake the dying file for a free one. A device such as /dev/null stays.
  const release = (): void => lock.release({ remove: isRegular(path) });
  try {
    orUnwritable(path, () => lock.write(`${process.pid}\n`));
  } catch (error) {
    release();
    throw error;
  }
  return { held: true, release };
};

const orUnwritable = <T>(path: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    const reason = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
    throw new DaemonError(
      'PIDFILE_UNWRITABLE',
      exitStatus.fatal,
      `cannot write the pid file ${path}: ${reason}`,
      error,
    );
  }
};

const isRegular = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
