// What can be written at a place of an unfinished file: the block, the words before the cursor, and the beginning of the next.
import { stripComment } from '../source/comment.ts';
import type { Line } from '../source/line.ts';
import { splitWords } from '../source/words.ts';
import { type Frame, topFrame } from './entry.ts';
import type { OutlineOptions } from './outline.ts';
import { Scanner, unguarded, withoutParameters } from './scanner.ts';

export type CursorContext =
  /** In a comment, a definition, or where nothing can follow. */
  | { readonly kind: 'nothing' }
  /** Behind a `$` or `${`. */
  | { readonly kind: 'parameter'; readonly partial: string }
  | { readonly kind: 'include'; readonly partial: string; readonly frame: Frame }
  /** A word: the first of its logical line when `words` is empty. */
  | {
      readonly kind: 'word';
      readonly frame: Frame;
      readonly words: readonly string[];
      readonly partial: string;
    };

/** A character that no file holds stands for the cursor: whatever word it ends up in is the one being written. */
const MARK = '\ue000';

/** `line` is 0-based, `character` counts UTF-16 units from 0. */
export const cursorContext = (
  text: string,
  line: number,
  character: number,
  { configId, base = topFrame }: OutlineOptions,
): CursorContext => {
  const lines = text.split(/\r*\n/);
  let include: { readonly pattern: string; readonly frame: Frame } | undefined;
  const scanner = new Scanner(base, configId, (entry) => {
    if (entry.kind === 'include') include = entry;
  });
  lines.slice(0, line).forEach((before, number) => {
    scanner.line(lineOf(before, number));
  });
  include = undefined;
  const marked = lineOf((lines[line] ?? '').slice(0, character) + MARK, line);
  if (!stripComment(marked).line.text.includes(MARK)) return { kind: 'nothing' };
  const parameter = /\$\{?([A-Za-z_]\w*)?\ue000$/.exec(marked.text);
  if (parameter !== null) return { kind: 'parameter', partial: parameter[1] ?? '' };
  const rest = scanner.unfinished(marked);
  if (rest !== undefined) return wordContext(rest, scanner.frame);
  return partialInclude(include);
};

const partialInclude = (include: { readonly pattern: string; readonly frame: Frame } | undefined): CursorContext =>
  include === undefined
    ? { kind: 'nothing' }
    : { kind: 'include', partial: include.pattern.replace(MARK, ''), frame: include.frame };

const wordContext = (rest: Line, frame: Frame): CursorContext => {
  const { words: all, openQuote } = splitWords(rest);
  const written = all.map(unguarded);
  const words = frame.body === 'keywords' ? withoutParameters(written) : written;
  const before = words.map(({ text }) => text);
  const quoted = openQuote === undefined ? undefined : rest.text.slice(openQuote + 1);
  const partial = (quoted ?? before.pop() ?? '').replace(MARK, '');
  if (/^@/.test(before[0] ?? partial)) return { kind: 'nothing' };
  return { kind: 'word', frame, words: before, partial };
};

const lineOf = (text: string, number: number): Line => ({ text, file: '', line: number + 1, columns: 1 });
