// Where the thing under the cursor is defined: a block, a parameter, an included file, a script.
import { normalize } from 'node:path';
import { definedName, type Entry, entryAt, locationOf, nameAt } from '@vipward/config/outline';
import type { Location, Position } from 'vscode-languageserver';
import { parameterAt } from './parameter.ts';
import { locationIn, rangeAt, rangeOf } from './positions.ts';
import { entriesOf, includedFiles, type Project, type ProjectFile } from './project.ts';

/** All of them, since a name may be defined under several conditions. */
export const definitionsAt = (project: Project, path: string, { line, character }: Position): Location[] => {
  const file = project.files.get(path);
  if (file === undefined) return [];
  const parameter = parameterAt(file, { line, character });
  if (parameter !== undefined) return parameterDefinitions(project, parameter.name);
  const include = file.outline.entries.find((entry) => isIncludeAt(entry, line + 1, character + 1));
  if (include?.kind === 'include')
    return includedFiles(path, include.pattern, project.read).map((included) => beginning(included));
  return wordDefinitions(project, file, { line, character });
};

const beginning = (path: string): Location =>
  locationIn(normalize(path), rangeAt({ file: path, line: 1, column: 1 }, 0));

const isIncludeAt = (entry: Entry, line: number, column: number): boolean =>
  entry.kind === 'include' &&
  entry.at.line === line &&
  column >= entry.at.column &&
  column <= entry.at.column + entry.pattern.length;

const parameterDefinitions = (project: Project, name: string): Location[] =>
  entriesOf(project).flatMap((entry) =>
    entry.kind === 'definition' && entry.name === name
      ? [locationIn(entry.at.file, rangeAt(entry.at, name.length + 1))]
      : [],
  );

const wordDefinitions = (project: Project, file: ProjectFile, { line, character }: Position): Location[] => {
  const at = entryAt(file.outline, line + 1, character + 1);
  if (at === undefined) return [];
  const name = nameAt(at);
  if (name !== undefined)
    return entriesOf(project).flatMap((entry) => {
      const defined = definedName(entry);
      if (defined?.kind !== name.kind || defined.word.text !== name.name) return [];
      return [locationIn(locationOf(defined.word).file, rangeOf(defined.word))];
    });
  // A script or another file by its whole path.
  const named = at.index === 0 ? undefined : /^\/[^\s"']+/.exec(at.word.text)?.[0];
  return named === undefined || project.read.text(named).kind === 'missing' ? [] : [beginning(named)];
};
