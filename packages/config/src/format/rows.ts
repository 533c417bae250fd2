// Physical lines to rows of the formatted file: what may be taken apart is, what may not stays in one piece.
import { commentStart } from '../source/comment.ts';

export type Row =
  | { readonly kind: 'blank' }
  /** Lines of a multi-line definition: every character counts. */
  | { readonly kind: 'verbatim'; readonly text: string }
  | LineRow;

export interface LineRow {
  readonly kind: 'line';
  /** Without blanks at its ends and without the comment; empty for a line that is all comment. */
  readonly text: string;
  /** With the blank before it, if there was one. */
  readonly comment: string;
  /** Nothing in it but words, quotes and braces, so that it may be joined with a `{` below. */
  readonly plain: boolean;
  /** The id of the condition it starts with. */
  readonly condition: string | undefined;
  /** As it stood, for a line that indentation would make too long. */
  readonly written: string;
}

const DEFINITION = /(?:^|[{}]\s*|@\S+\s+)\$[A-Za-z_][A-Za-z0-9_]*=/;

/** Blank lines come one at a time, and never first or last. */
export const readRows = (text: string): readonly Row[] => {
  const rows: Row[] = [];
  let inDefinition = false;
  for (const physical of text.split('\n')) {
    const line = physical.replace(/\r+$/, '');
    const content = codeOf(line);
    if (inDefinition) {
      rows.push(line === '' ? { kind: 'blank' } : { kind: 'verbatim', text: line });
      inDefinition = line !== '' && (content === '' || content.endsWith('\\'));
      continue;
    }
    if (trim(line) === '') {
      if (rows.length > 0 && rows.at(-1)?.kind !== 'blank') rows.push({ kind: 'blank' });
      continue;
    }
    inDefinition = content.endsWith('\\') && DEFINITION.test(content);
    rows.push(...rowsOf(line));
  }
  while (rows.at(-1)?.kind === 'blank') rows.pop();
  return joinBraces(rows);
};

const codeOf = (line: string): string => trim(line.slice(0, commentStart(line)));

const rowsOf = (line: string): readonly LineRow[] => {
  const at = commentStart(line);
  const code = trim(line.slice(0, at));
  const comment = trimEnd(line.slice(at));
  const gap = comment !== '' && code !== '' && /[ \t]$/.test(line.slice(0, at)) ? ' ' : '';
  const pieces = isPlain(code) ? splitPieces(code) : [code];
  return pieces.map((text, i) => ({
    kind: 'line',
    text: isPlain(text) && !/["']/.test(text) ? text.replace(/[ \t]+/g, ' ') : text,
    comment: i === pieces.length - 1 ? gap + comment : '',
    plain: isPlain(text),
    condition: /^@(\^?\S+)/.exec(text)?.[1],
    written: line,
  }));
};

/**
 * Conditions, repetitions and includes take all that follows on their line; parameters are put in before braces are looked
 * for; a backslash means one thing to comments and another to braces.
 */
const isPlain = (text: string): boolean => !/^[@~]|^include|[$\\]/.test(text);

// `a { b } c {` is `a {`, `b`, `}`, `c {`. What follows a brace may be a condition or an include, which ends the taking apart.
const splitPieces = (code: string): readonly string[] => {
  const pieces: string[] = [];
  let rest = code;
  while (rest !== '' && isPlain(rest)) {
    const at = braceStart(rest);
    if (at < 0) break;
    const closes = rest[at] === '}';
    const head = trim(rest.slice(0, at));
    if (closes) pieces.push(...(head === '' ? [] : [head]), '}');
    else pieces.push(head === '' ? '{' : `${head} {`);
    rest = trim(rest.slice(at + 1));
  }
  return rest === '' && pieces.length > 0 ? pieces : [...pieces, rest];
};

const braceStart = (text: string): number => {
  const match = /^(?:[^{}"]|"[^"]*")*[{}]/.exec(text);
  return match === null ? -1 : match[0].length - 1;
};

// A `{` that follows on a line of its own goes to the end of its keyword's line, when nothing stands between them.
const joinBraces = (rows: readonly Row[]): readonly Row[] => {
  const joined: Row[] = [];
  for (const row of rows) {
    const before = joined.at(-1);
    if (row.kind === 'line' && row.text === '{' && before?.kind === 'line' && takesBrace(before)) {
      joined[joined.length - 1] = { ...row, text: `${before.text} {`, written: `${trimEnd(before.written)} {` };
    } else joined.push(row);
  }
  return joined;
};

const takesBrace = ({ text, comment, plain }: LineRow): boolean =>
  plain &&
  text !== '' &&
  comment === '' &&
  !text.endsWith('{') &&
  text !== '}' &&
  !/"[^"]*$/.test(text.replace(/"[^"]*"/g, ''));

const trim = (text: string): string => trimEnd(text).replace(/^[ \t]+/, '');
// A carriage return at the end would be taken for part of the line end.
const trimEnd = (text: string): string => text.replace(/[ \t\r]+$/, '');
