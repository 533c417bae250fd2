// The edge where a path becomes a named pipe: made when it is missing, opened so that a write never waits.
import { execFileSync } from 'node:child_process';
import { chownSync, closeSync, constants, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import type { Account } from '@vipward/sockets';

export interface OpenedPipe {
  /** False when nobody has read for so long that the pipe is full (64 kB): the line is lost. Other errors are thrown. */
  write(line: string): boolean;
  /** Removes the pipe when it was made here. */
  close(): void;
}

/** Throws what the system says when the path cannot be a pipe. */
export type OpenPipe = (path: string, account: Account | undefined) => OpenedPipe;

export const openSystemPipe: OpenPipe = (path, account) => {
  const made = makePipe(path, account);
  // For reading too, as keepalived does: it can be opened, and keeps its lines, while no reader is there.
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  return {
    write(line) {
      try {
        // A line is shorter than PIPE_BUF: it goes in whole or not at all.
        writeSync(fd, line);
        return true;
      } catch (error) {
        if (codeOf(error) === 'EAGAIN') return false;
        throw error;
      }
    },
    close() {
      closeSync(fd);
      if (made) unlinkSync(path);
    },
  };
};

const makePipe = (path: string, account: Account | undefined): boolean => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFIFO()) return false;
  if (found !== undefined) throw new Error('something that is no named pipe has this name');
  // Node has no mkfifo(3).
  execFileSync('mkfifo', ['-m', '600', '--', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  if (account !== undefined) chownSync(path, account.uid, account.gid);
  return true;
};

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
