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

// keepalived skips directories, devices and files with an x bit: a script that was named by mistake is not configuration.
function readText(path: string): SourceText {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return { kind: 'refused', reason: 'is a directory' };
    if (!stat.isFile()) return { kind: 'refused', reason: 'is not a regular file' };
    if ((stat.mode & 0o111) !== 0) return { kind: 'refused', reason: 'is not a regular non-executable file' };
    return { kind: 'text', text: readFileSync(path, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'refused', reason: code === 'EACCES' ? 'may not be read by this user' : code };
  }
}
