// One configuration as an editor sees it: the main file and all it includes, each with its outline and its findings.
import { normalize } from 'node:path';
import { type Diagnostic, parseConfig, type SourceReader } from '@vipward/config';
import {
  directoryOf,
  type Entry,
  type Frame,
  matchInclude,
  type Outline,
  type OutlineOptions,
  outlineOf,
  topFrame,
} from '@vipward/config/outline';

export interface ProjectFile {
  readonly path: string;
  readonly text: string;
  readonly outline: Outline;
  /** The block that the file is included into. */
  readonly base: Frame;
}

export interface Project {
  readonly root: string;
  readonly configId: string;
  readonly read: SourceReader;
  /** By normalized path, the main file first. */
  readonly files: ReadonlyMap<string, ProjectFile>;
  /** By normalized path; files without findings are not in it. */
  readonly findings: ReadonlyMap<string, readonly Diagnostic[]>;
}

export interface ProjectOptions {
  /** Absolute path of the main file. */
  readonly root: string;
  readonly read: SourceReader;
  readonly configId: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Reads everything anew; nothing is kept from the last time. */
export const readProject = ({ root, read, configId, environment }: ProjectOptions): Project => {
  const parsed = parseConfig({
    file: root,
    read,
    configId,
    random: (min) => min,
    ...(environment === undefined ? {} : { environment }),
  });
  const files = new Map<string, ProjectFile>();
  outlineInto(files, root, topFrame, { read, configId });
  // Files that only a parameter names are not seen by the outline.
  for (const path of parsed.files) outlineInto(files, path, topFrame, { read, configId });
  return { root, configId, read, files, findings: byFile(parsed.diagnostics) };
};

/** What outlining and the cursor need to know of a file. */
export const outlineOptions = (project: Project, file: ProjectFile): OutlineOptions => ({
  configId: project.configId,
  base: file.base,
});

const outlineInto = (
  files: Map<string, ProjectFile>,
  named: string,
  base: Frame,
  { read, configId }: { readonly read: SourceReader; readonly configId: string },
): void => {
  const path = normalize(named);
  if (files.has(path)) return;
  const source = read.text(path);
  if (source.kind !== 'text') return;
  const outline = outlineOf(path, source.text, { configId, base });
  files.set(path, { path, text: source.text, outline, base });
  for (const entry of outline.entries)
    if (entry.kind === 'include')
      for (const included of includedFiles(path, entry.pattern, read))
        outlineInto(files, included, entry.frame, { read, configId });
};

/** The files that an include in `path` names, as they are there. */
export const includedFiles = (path: string, pattern: string, read: SourceReader): readonly string[] =>
  matchInclude(pattern, directoryOf(path), read).flatMap((match) => (match.kind === 'path' ? [match.path] : []));

const byFile = (findings: readonly Diagnostic[]): ReadonlyMap<string, readonly Diagnostic[]> =>
  Map.groupBy(findings, ({ at }) => normalize(at.file));

/** Every entry of every file. */
export const entriesOf = (project: Project): readonly Entry[] =>
  [...project.files.values()].flatMap(({ outline }) => outline.entries);
