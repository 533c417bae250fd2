// init_file: tracked files that are made as the daemon starts, before anybody reads them; never by a reload or a test.
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { TrackFile } from '@vipward/config';
import type { Logger } from '../log/logger.ts';

/** A file that cannot be made is said, and says 0. */
export const makeInitFiles = (files: readonly TrackFile[], log: Pick<Logger, 'error'>): void => {
  for (const { name, file, initFile } of files) {
    if (initFile === undefined) continue;
    try {
      write(file, initFile);
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
      if (code !== 'EEXIST') log.error(`Unable to create track file ${file} of track_file ${name}: ${code}`);
    }
  }
};

// Whoever may write in the directory must not lead the daemon to another file.
const write = (file: string, { value, overwrite }: { readonly value: number; readonly overwrite: boolean }): void => {
  const how = overwrite ? constants.O_TRUNC | constants.O_NOFOLLOW : constants.O_EXCL;
  const fd = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_NONBLOCK | how, 0o644);
  try {
    writeSync(fd, `${value}\n`);
  } finally {
    closeSync(fd);
  }
};
