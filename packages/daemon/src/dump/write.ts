// The edge where a dump becomes a file: new and whole, so that nobody leads the daemon elsewhere or reads half of it.
import { closeSync, constants, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import type { Logger } from '../log/logger.ts';

/** TMPDIR when it names a directory from the root on, otherwise /tmp, as keepalived has it. */
export const dumpFolder = (temporary: string | undefined): string =>
  temporary?.startsWith('/') && statSync(temporary, { throwIfNoEntry: false })?.isDirectory() ? temporary : '/tmp';

/** `mode`: 0600 when the file says no umask. What goes wrong is one line. */
export const writeDump = (path: string, text: string, mode: number, log: Pick<Logger, 'error'>): void => {
  // Beside it, and never through a name that somebody has put there: /tmp belongs to everybody.
  const fresh = `${path}.${process.pid}`;
  try {
    rmSync(fresh, { force: true });
    const fd = openSync(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, mode);
    try {
      writeSync(fd, text);
    } finally {
      closeSync(fd);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    log.error(`Cannot write dump file ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
};
