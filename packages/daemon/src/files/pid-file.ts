// Pid files: the lock says who runs, not the content; removed at the end.
import { rmSync } from 'node:fs';
import { lockFile } from '@vipward/sockets';

export type PidFile = { readonly held: true; release(): void } | { readonly held: false; readonly by: number };

/** Takes the lock of `path` and writes this process's pid, or says which process has it. Errors of open(2) are thrown. */
export const takePidFile = (path: string): PidFile => {
  const lock = lockFile(path);
  if (!lock.held) return lock;
  lock.write(`${process.pid}\n`);
  return {
    held: true,
    release() {
      // Removed while still locked: nobody can mistake the dying file for a free one.
      rmSync(path, { force: true });
      lock.release();
    },
  };
};
