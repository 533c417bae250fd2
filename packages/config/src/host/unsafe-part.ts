// enable_script_security: whether someone other than root could change a script that root would run. Pure.
import type { FileInfo } from './host.ts';

/** What was found: the part of the path, and what stat(2) says of it. */
export interface UnsafePart {
  readonly part: string;
  readonly why: string;
}

/**
 * The first part of an absolute path, without symbolic links, that others than root can change: `/opt/x` may be replaced
 * by whoever can write to `/opt`. Undefined when there is none. A part that is not there is no risk: it cannot run.
 */
export const unsafePart = (path: string, look: (path: string) => FileInfo | undefined): UnsafePart | undefined => {
  for (const part of partsOf(path)) {
    const info = look(part);
    const why = info && whyChangeable(info);
    if (why !== undefined) return { part, why };
  }
  return undefined;
};

/** From node:fs: what matters of a file. */
export const fileInfoOf = (stat: {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  isFile(): boolean;
  isDirectory(): boolean;
}): FileInfo => {
  const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other';
  return { kind, mode: stat.mode & ALL_BITS, uid: stat.uid, gid: stat.gid };
};

const partsOf = (path: string): readonly string[] => {
  const words = path.split('/').filter((word) => word !== '');
  return ['/', ...words.map((_, i) => `/${words.slice(0, i + 1).join('/')}`)];
};

const whyChangeable = ({ kind, uid, gid, mode }: FileInfo): string | undefined => {
  const bits = `mode ${mode.toString(8).padStart(4, '0')}`;
  if (uid !== 0) return `owned by uid ${uid}`;
  // In a sticky directory such as /tmp nobody but its owner can rename or remove a file; the file is looked at by itself.
  if (kind === 'directory' && (mode & S_ISVTX) !== 0) return undefined;
  if ((mode & S_IWOTH) !== 0) return `${bits}: o+w, everybody may write`;
  return (mode & S_IWGRP) !== 0 && gid !== 0 ? `${bits}: g+w, group ${gid} may write` : undefined;
};

// stat(2)
const S_ISVTX = 0o1000;
const S_IWGRP = 0o020;
const S_IWOTH = 0o002;
const ALL_BITS = 0o7777;
