// Where the text of configuration files comes from: an interface, so that parsing never touches a file system itself.

/** What a path holds. `refused` is a file that exists but must not be read (directory, executable, no permission). */
export type SourceText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly reason: string };

export interface SourceReader {
  /** The text of one file; never throws. */
  readonly text: (path: string) => SourceText;
  /** The paths a pattern with `*`, `?` or `[...]` matches, sorted as glob(3) does; relative patterns start in `directory`. */
  readonly glob: (pattern: string, directory: string) => readonly string[];
}

/** A reader over texts held in memory; `*` and `?` work within a directory, and a backslash takes their meaning away. */
export const memoryReader = (files: Readonly<Record<string, string>>): SourceReader => ({
  text: (path) => {
    const text = Object.hasOwn(files, path) ? files[path] : undefined;
    if (text !== undefined) return { kind: 'text', text };
    const isDirectory = Object.keys(files).some((file) => file.startsWith(path.endsWith('/') ? path : `${path}/`));
    return isDirectory ? { kind: 'refused', reason: 'is a directory' } : { kind: 'missing' };
  },
  glob: (pattern, directory) => {
    const absolute = resolvePath(directory, pattern);
    const expression = new RegExp(`^${absolute.replace(/\\.|[.+^$(){}|\\*?]/g, asExpression)}$`);
    return Object.keys(files)
      .filter((path) => expression.test(path))
      .sort();
  },
});

const asExpression = (part: string): string => {
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  return part.length > 1 ? `\\${part.charAt(1)}`.replace(/^\\(?=\w)/, '') : `\\${part}`;
};

/** The directory part of a path; `.` when there is none. */
export const directoryOf = (path: string): string => {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return '.';
  return slash === 0 ? '/' : path.slice(0, slash);
};

/** `path` as seen from `directory`. */
export const resolvePath = (directory: string, path: string): string => {
  if (path.startsWith('/') || directory === '.') return path;
  return directory === '/' ? `/${path}` : `${directory}/${path}`;
};
