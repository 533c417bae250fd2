// What is said about the word under the mouse: from the keyword table, or where a name comes from.
import { basename } from 'node:path';
import { definedName, entryAt, locationOf, nameAt, type WordAt } from '@vipward/config/outline';
import { blockTable, describeKeyword } from '@vipward/config/reference';
import type { Hover, Position } from 'vscode-languageserver';
import { parameterAt } from './parameter.ts';
import { rangeOf } from './positions.ts';
import { entriesOf, type Project, type ProjectFile } from './project.ts';

/** Undefined where nothing is known. */
export const hoverAt = (project: Project, path: string, { line, character }: Position): Hover | undefined => {
  const file = project.files.get(path);
  if (file === undefined) return undefined;
  const parameter = parameterAt(file, { line, character });
  if (parameter !== undefined) {
    const values = parameterValues(project, parameter.name);
    return values.length === 0 ? undefined : { contents: markdown(values.join('\n\n')), range: parameter.range };
  }
  const word = entryAt(file.outline, line + 1, character + 1);
  const text = word && describeWord(project, word);
  return word === undefined || text === undefined ? undefined : { contents: markdown(text), range: rangeOf(word.word) };
};

const markdown = (value: string): { kind: 'markdown'; value: string } => ({ kind: 'markdown', value });

const describeWord = (project: Project, at: WordAt): string | undefined => {
  const name = nameAt(at);
  if (name !== undefined && definedName(at.entry)?.word !== at.word) {
    const places = entriesOf(project).flatMap((entry) => {
      const defined = definedName(entry);
      return defined?.kind === name.kind && defined.word.text === name.name ? [placeOf(locationOf(defined.word))] : [];
    });
    return places.length === 0
      ? `${name.kind} \`${name.name}\` is not defined`
      : `${name.kind} \`${name.name}\`, defined in ${places.join(', ')}`;
  }
  const { entry, word } = at;
  switch (entry.kind) {
    case 'keyword':
      return entry.row && describeKeyword(entry.frame.path, entry.row);
    case 'value': {
      const path = `${entry.frame.path}.<line>`;
      const row = blockTable(path).get(word.text);
      return row && describeKeyword(path, row);
    }
    case 'unknown':
      return undefined;
  }
};

const placeOf = ({ file, line }: { readonly file: string; readonly line: number }): string =>
  `${basename(file)}, line ${line}`;

const parameterValues = (project: Project, name: string): readonly string[] =>
  entriesOf(project).flatMap((entry) => {
    if (entry.kind !== 'definition' || entry.name !== name) return [];
    const text = lineOf(project.files.get(entry.at.file), entry.at.line).slice(entry.at.column - 1);
    return [`\`\`\`\n${text}\n\`\`\`\n${placeOf(entry.at)}`];
  });

const lineOf = (file: ProjectFile | undefined, line: number): string =>
  (file?.text.split('\n')[line - 1] ?? '').trimEnd();
