// Reads one file line by line without expanding anything: which block is open, and what each line is.
import { blockTable, childPath } from '../keywords/table.ts';
import { splitAtBrace } from '../source/braces.ts';
import { stripComment } from '../source/comment.ts';
import { applyCondition } from '../source/condition.ts';
import { readInclude } from '../source/include.ts';
import { type Line, locationAt, sliceLine, trimLine } from '../source/line.ts';
import { readDefinition } from '../source/parameters.ts';
import { splitWords, type Word } from '../source/words.ts';
import type { Entry, Frame } from './entry.ts';

const CONDITION = /^@\^?[^ \t]*[ \t]+/;
const REPETITION = /^~(?:SEQx?|LST)[ \t]*\([^)]*\)[ \t]*/;
const unknownFrame = (path: string): Frame => ({ path, body: 'unknown' });

/** Feeds on physical lines; `emit` gets every entry in order. Lines whose condition does not hold open and close nothing. */
export class Scanner {
  readonly #configId: string;
  readonly #emit: (entry: Entry) => void;
  readonly #stack: Frame[];
  /** The block that the keyword before opens when a `{` follows. */
  #pending: Frame | undefined;
  #inDefinition = false;

  constructor(base: Frame, configId: string, emit: (entry: Entry) => void) {
    this.#stack = [base];
    this.#configId = configId;
    this.#emit = emit;
  }

  /** The innermost open block; of a keyword whose `{` is missing, its contents. */
  get frame(): Frame {
    return (this.#pending?.body === 'unknown' ? undefined : this.#pending) ?? this.#top;
  }

  get #top(): Frame {
    return this.#stack.at(-1) ?? unknownFrame('');
  }

  /** One physical line. */
  line(physical: Line): void {
    const piece = this.#head(physical);
    if (piece === undefined) return;
    for (let rest: Line | undefined = piece.line; rest !== undefined; ) {
      const split = splitAtBrace(rest);
      this.#piece(split.head, piece.counts);
      rest = split.rest;
    }
  }

  /** The last logical line of an unfinished physical one: what is before it has been read, itself it has not. */
  unfinished(physical: Line): Line | undefined {
    const piece = this.#head(physical);
    if (piece === undefined) return undefined;
    for (let rest = piece.line; ; ) {
      const split = splitAtBrace(rest);
      if (split.rest === undefined) return split.head;
      this.#piece(split.head, piece.counts);
      rest = split.rest;
    }
  }

  // What is left when comment, condition, definition, repetition and include have had their say.
  #head(physical: Line): { readonly line: Line; readonly counts: boolean } | undefined {
    const { line } = stripComment(physical);
    if (this.#inDefinition) {
      this.#inDefinition = line.text.endsWith('\\');
      return undefined;
    }
    if (line.text === '') return undefined;
    const counts = applyCondition(line, this.#configId) !== undefined;
    const bare = without(line, CONDITION);
    const definition = readDefinition(bare);
    if (definition !== undefined) {
      this.#emit({ kind: 'definition', name: definition.name, at: locationAt(bare, 0) });
      this.#inDefinition = definition.value.text.endsWith('\\');
      return undefined;
    }
    const repeated = without(bare, REPETITION);
    const include = readInclude(repeated, new Set());
    if (include === undefined) return { line: repeated, counts };
    const { pattern, patternOffset } = include;
    this.#emit({ kind: 'include', frame: this.frame, pattern, at: locationAt(repeated, patternOffset) });
    return undefined;
  }

  #piece(line: Line, counts: boolean): void {
    if (line.text === '{') {
      if (counts) this.#open();
    } else if (line.text === '}') {
      if (counts) this.#close();
    } else if (line.text !== '') {
      this.#words(splitWords(line).words, counts);
    }
  }

  #open(): void {
    this.#stack.push(this.#pending ?? unknownFrame(this.#top.path));
    this.#pending = undefined;
  }

  // The frame that the file begins in stays: a surplus brace closes nothing here.
  #close(): void {
    if (this.#pending !== undefined && this.#pending.body !== 'unknown') this.#pending = undefined;
    else if (this.#stack.length > 1) this.#stack.pop();
    this.#pending = undefined;
  }

  #words(words: readonly Word[], counts: boolean): void {
    const [keyword] = words;
    if (keyword === undefined) return;
    if (this.#pending !== undefined && this.#pending.body !== 'unknown' && counts) this.#open();
    const frame = this.#top;
    if (frame.body === 'unknown') this.#emit({ kind: 'unknown', frame, words });
    else if (frame.body !== 'keywords') this.#emit({ kind: 'value', frame, words });
    else {
      const row = blockTable(frame.path).get(keyword.text);
      this.#emit({ kind: 'keyword', frame, words, ...(row === undefined ? {} : { row }) });
      if (counts) this.#pending = next(frame.path, keyword.text, row?.body);
    }
  }
}

const next = (path: string, keyword: string, body: Frame['body'] | undefined): Frame | undefined =>
  body === undefined ? undefined : { path: childPath(path, keyword), body };

const without = (line: Line, head: RegExp): Line => {
  const length = head.exec(line.text)?.[0].length ?? 0;
  return length === 0 ? line : trimLine(sliceLine(line, length));
};
