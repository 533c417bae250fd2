// The files and folders that an unfinished include pattern may go on with.
import { relative } from 'node:path';
import type { SourceReader } from '@vipward/config';
import { directoryOf } from '@vipward/config/outline';

/** Relative to the including file unless the pattern begins at the root. */
export const completedFiles = (read: SourceReader, path: string, partial: string): readonly string[] => {
  if (/[*?[{]/.test(partial)) return [];
  const directory = directoryOf(path);
  const absolute = partial.startsWith('/');
  return read
    .glob(`${partial}*`, directory)
    .filter((found) => found !== path)
    .map((found) => (absolute ? found : relative(directory, found)));
};
