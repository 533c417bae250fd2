// enable_script_security: whether someone other than root could change a script that root would run. Pure.

/** The part of stat(2) that matters; `mode` with the file type bits. */
export interface FileFacts {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/**
 * The first part of an absolute path, without symbolic links, that others than root can change: `/opt/x` may be replaced
 * by whoever can write to `/opt`. Undefined when there is none. A part that is not there is no risk: it cannot run.
 */
export const unsafePart = (
  path: string,
  look: (path: string) => FileFacts | undefined,
): { readonly part: string; readonly why: string } | undefined => {
  for (const part of partsOf(path)) {
    const facts = look(part);
    const why = facts && whyChangeable(facts);
    if (why !== undefined) return { part, why };
  }
  return undefined;
};

const partsOf = (path: string): readonly string[] => {
  const words = path.split('/').filter((word) => word !== '');
  return ['/', ...words.map((_, i) => `/${words.slice(0, i + 1).join('/')}`)];
};

const whyChangeable = ({ uid, gid, mode }: FileFacts): string | undefined => {
  const bits = `mode ${(mode & ALL_BITS).toString(8).padStart(4, '0')}`;
  if (uid !== 0) return `owned by uid ${uid}`;
  // In a sticky directory such as /tmp nobody but its owner can rename or remove a file; the file is looked at by itself.
  if ((mode & S_IFMT) === S_IFDIR && (mode & S_ISVTX) !== 0) return undefined;
  if ((mode & S_IWOTH) !== 0) return `${bits}: o+w, everybody may write`;
  return (mode & S_IWGRP) !== 0 && gid !== 0 ? `${bits}: g+w, group ${gid} may write` : undefined;
};

// stat(2)
const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const S_ISVTX = 0o1000;
const S_IWGRP = 0o020;
const S_IWOTH = 0o002;
const ALL_BITS = 0o7777;
