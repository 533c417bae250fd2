// Configuration files from the disk, for the parser that itself never touches one.
import { globSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SourceReader, SourceText } from '@vipward/config';

export const diskReader: SourceReader = {
  text: readText,
  glob: (pattern, directory) =>
    globSync(pattern, { cwd: directory })
      .map((path) => resolve(directory, path))
      .sort(),
};

/**
 * The disk for a command that reads once and ends: a pipe that the user names, such as `<(program)`, is read as well. A daemon
 * must not: at a reload the pipe would be empty, or hold it up.
 */
export const readerWithPipe = (named: string): SourceReader => {
  let piped: SourceText | undefined;
  const readPipe = (): SourceText => ({ kind: 'text', text: readFileSync(named, 'utf8') });
  return {
    ...diskReader,
    text: (path) => {
      if (path !== named || !isPipe(path)) return readText(path);
      piped ??= readPipe();
      return piped;
    },
  };
};

/** The reason of a refusal: permissions of the file, or of a directory above it. */
export const notPermitted = 'may not be read by this user';

function isPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO();
  } catch {
    return false;
  }
}

// keepalived skips directories, devices and files with an x bit: a script that was named by mistake is not configuration.
function readText(path: string): SourceText {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return { kind: 'refused', reason: 'is a directory' };
    if (!stat.isFile()) return { kind: 'refused', reason: 'is not a regular file' };
    if ((stat.mode & 0o111) !== 0) return { kind: 'refused', reason: 'is not a regular non-executable file' };
    return { kind: 'text', text: readFileSync(path, 'utf8') };
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'refused', reason: code === 'EACCES' ? notPermitted : `cannot be read (${code})` };
  }
}
