// What may be written at a place: keywords, fixed words, names that are defined, parameters, files.
import {
  type CursorContext,
  cursorContext,
  definedName,
  type Frame,
  type NameKind,
  referencesOf,
} from '@vipward/config/outline';
import { argumentsText, argumentWords, blockTable, describeKeyword } from '@vipward/config/reference';
import { type CompletionItem, CompletionItemKind, CompletionItemTag, type Position } from 'vscode-languageserver';
import { completedFiles } from './include-completion.ts';
import { entriesOf, outlineOptions, type Project } from './project.ts';

/** The proposals at a position of a file of the project; the client keeps those that fit what is typed. */
export const completionsAt = (project: Project, path: string, position: Position): CompletionItem[] => {
  const file = project.files.get(path);
  if (file === undefined) return [];
  const context = cursorContext(file.text, position.line, position.character, outlineOptions(project, file));
  if (context.kind === 'nothing') return [];
  const start = { line: position.line, character: position.character - context.partial.length };
  const quoted = file.text.split('\n')[start.line]?.charAt(start.character - 1) === '"';
  // The place is said, since editors differ in what they take for one word: `sh-port`, `parts/a.conf`.
  return itemsFor(project, path, context).map(({ insertText, ...item }) => ({
    ...item,
    textEdit: { range: { start, end: position }, newText: quoted ? item.label : (insertText ?? item.label) },
  }));
};

const itemsFor = (
  project: Project,
  path: string,
  context: Exclude<CursorContext, { kind: 'nothing' }>,
): CompletionItem[] => {
  switch (context.kind) {
    case 'parameter':
      return parameterItems(project);
    case 'include':
      return completedFiles(project.read, path, context.partial).map((label) => ({
        label,
        kind: CompletionItemKind.File,
      }));
    case 'word':
      return wordItems(project, context);
  }
};

const wordItems = (project: Project, { frame, words }: CursorContext & { kind: 'word' }): CompletionItem[] => {
  const kind = referencesOf(frame, words);
  const names = kind === undefined ? [] : nameItems(project, kind);
  switch (frame.body) {
    case 'unknown':
      return [];
    case 'keywords':
      return [...names, ...(words.length === 0 ? keywordItems(frame) : argumentItems(frame.path, words))];
    case 'words':
      return names;
    case 'lines':
      return [...names, ...lineItems(frame.path, words)];
  }
};

const keywordItems = ({ path }: Frame): CompletionItem[] => [
  ...rowItems(path, CompletionItemKind.Keyword),
  { label: 'include', kind: CompletionItemKind.Keyword, detail: 'FILE...', documentation: 'read other files here' },
];

const rowItems = (path: string, kind: CompletionItemKind): CompletionItem[] =>
  [...blockTable(path).values()]
    .filter((row) => !row.name.startsWith('<'))
    .map((row) => ({
      label: row.name,
      kind: row.body === 'keywords' ? CompletionItemKind.Module : kind,
      detail: argumentsText(row),
      documentation: { kind: 'markdown', value: describeKeyword(path, row) },
      ...(row.deprecated === undefined ? {} : { tags: [CompletionItemTag.Deprecated] }),
      // Out of date goes last.
      sortText: `${row.deprecated === undefined ? 0 : 1}${row.name}`,
    }));

const argumentItems = (path: string, [keyword = '', ...before]: readonly string[]): CompletionItem[] =>
  wordList(argumentWords(blockTable(path).get(keyword)?.grammar ?? { kind: 'flag' }, before));

const wordList = (words: readonly string[]): CompletionItem[] =>
  words.map((label) => ({ label, kind: CompletionItemKind.EnumMember }));

/** In the lines of a value block: the words of the option before the cursor, else the options that are not there yet. */
const lineItems = (path: string, words: readonly string[]): CompletionItem[] => {
  const options = `${path}.<line>`;
  const table = blockTable(options);
  const last = table.get(words.at(-1) ?? '');
  if (last !== undefined && last.grammar.kind !== 'flag') return wordList(argumentWords(last.grammar, []));
  const startsWithAddress = [...table.keys()].some((name) => name.startsWith('<'));
  if (words.length === 0 && startsWithAddress) return [];
  if (table.size === 0 && /(?:^|\.)track_\w+$/.test(path)) return wordList(weightWords(words));
  return rowItems(options, CompletionItemKind.Property).filter(({ label }) => !words.includes(label));
};

// Lines of tracked things: NAME weight NUMBER [reverse|noreverse].
const weightWords = (words: readonly string[]): readonly string[] => {
  if (words.length === 1) return ['weight'];
  return words.length === 3 && words[1] === 'weight' ? ['reverse', 'noreverse'] : [];
};

const nameItems = (project: Project, kind: NameKind): CompletionItem[] => {
  const names = entriesOf(project).flatMap((entry) => {
    const defined = definedName(entry);
    return defined?.kind === kind ? [defined.word.text] : [];
  });
  return [...new Set(names)].map((name) => ({
    label: name,
    kind: CompletionItemKind.Reference,
    detail: kind,
    ...(/[\s"{}]/.test(name) ? { insertText: `"${name}"` } : {}),
    sortText: ` ${name}`,
  }));
};

const PREDEFINED: Readonly<Record<string, string>> = {
  _PWD: 'folder of this file',
  _INSTANCE: 'the config id',
  _ENV: 'a variable of the environment, named behind it',
  _RANDOM: 'a random number, from MIN to MAX behind it',
  _HASH: 'the character #',
  _BANG: 'the character !',
};

const parameterItems = (project: Project): CompletionItem[] => {
  const names = entriesOf(project).flatMap((entry) => (entry.kind === 'definition' ? [entry.name] : []));
  return [
    ...[...new Set(names)].map((label) => ({ label, kind: CompletionItemKind.Variable })),
    ...Object.entries(PREDEFINED).map(([label, detail]) => ({ label, kind: CompletionItemKind.Constant, detail })),
  ];
};
