// Which configurations the open files belong to: a file that another one includes is not a configuration of its own.
import { dirname, join, normalize } from 'node:path';
import type { Project } from './project.ts';

const USUAL_NAME = 'keepalived.conf';
const USUAL_FILE = '/etc/keepalived/keepalived.conf';

/** Main files that may include `path`: the one that was named, keepalived.conf in the folders above, the usual one. */
export const candidateRoots = (path: string, named: string | undefined): readonly string[] => {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === dirname(folder)) break;
  }
  const near = folders.map((folder) => join(folder, USUAL_NAME));
  return [...new Set([...(named === undefined ? [] : [normalize(named)]), ...near, USUAL_FILE])];
};

/**
 * The project of each open file: the first that includes it from another file, else the one that begins with it.
 * `project` reads a main file; undefined when there is none. It is asked at most once for each path.
 */
export const projectsOf = (
  open: readonly string[],
  named: string | undefined,
  project: (root: string) => Project | undefined,
): ReadonlyMap<string, Project> => {
  const known = new Map<string, Project | undefined>();
  const read = (root: string): Project | undefined => {
    if (!known.has(root)) known.set(root, project(root));
    return known.get(root);
  };
  return new Map(
    open.flatMap((path): [string, Project][] => {
      const others = [...candidateRoots(path, named), ...open].filter((root) => root !== path);
      const including = others.map(read).find((candidate) => candidate?.files.has(path));
      const own = including ?? read(path);
      return own === undefined ? [] : [[path, own]];
    }),
  );
};
