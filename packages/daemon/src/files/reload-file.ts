// reload_file: there while the configuration is read, so that whoever writes it can wait for the end of reading.
import { rmSync, writeFileSync } from 'node:fs';
import type { Logger } from '../log/logger.ts';

/** Makes the file, or empties it, and takes it away when `read` is through. One that cannot be made is said. */
export const whileReading = async <T>(
  file: string | undefined,
  log: Pick<Logger, 'error'>,
  read: () => Promise<T>,
): Promise<T> => {
  if (file === undefined) return read();
  try {
    writeFileSync(file, '');
  } catch (error) {
    log.error(`reload_file ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return await read();
  } finally {
    rmSync(file, { force: true });
  }
};
