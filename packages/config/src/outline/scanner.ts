// Reads one file line by line: which block is open, and what each line is. Of parameters only those of several lines are
// followed, since they hold blocks; their lines are read where they are used, each with the place where it is written.
import type { KeywordRow } from '../keywords/row.ts';
import { blockTable, childPath } from '../keywords/table.ts';
import { splitAtBrace } from '../source/braces.ts';
import { stripComment } from '../source/comment.ts';
import { applyCondition } from '../source/condition.ts';
import { Definitions } from '../source/definitions.ts';
import { readInclude } from '../source/include.ts';
import { type Line, locationAt, replaceInLine, sliceLine, trimLine } from '../source/line.ts';
import { readDefinition } from '../source/parameters.ts';
import { splitWords, type Word } from '../source/words.ts';
import type { Entry, Frame } from './entry.ts';

const CONDITION = /^@\^?[^ \t]*[ \t]+/;
const REPETITION = /^~(?:SEQx?|LST)[ \t]*\([^)]*\)[ \t]*/;
/** A parameter at the end of a line, where one of several lines may stand. */
const LAST_USE = /\$(?:\{([A-Za-z_]\w*)[ \t]*\}|([A-Za-z_]\w*))$/;
/** Lines that come out of parameters at most: an editor asks at every key. */
const MOST_MADE_LINES = 5000;
const unknownFrame = (path: string): Frame => ({ path, body: 'unknown' });

/** Feeds on physical lines; `emit` gets every entry in order. Lines whose condition does not hold open and close nothing. */
export class Scanner {
  readonly #configId: string;
  readonly #emit: (entry: Entry) => void;
  readonly #stack: Frame[];
  /** The block that the keyword before opens when a `{` follows. */
  #pending: Frame | undefined;
  readonly #definitions = new Definitions();
  /** The parameters that the present line comes out of. */
  readonly #using: string[] = [];
  #made = 0;

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
    const { line } = stripComment(physical);
    if (!this.#definitions.isOpen) this.#read(line);
    else if (physical.text === '') this.#definitions.end();
    else if (line.text !== '') this.#definitions.goOn(line);
  }

  /** The last logical line of an unfinished physical one: what is before it has been read, itself it has not. */
  unfinished(physical: Line): Line | undefined {
    const piece = this.#definitions.isOpen ? undefined : this.#head(stripComment(physical).line);
    if (piece === undefined) return undefined;
    for (let rest = guarded(piece.line); ; ) {
      const split = splitAtBrace(rest);
      if (split.rest === undefined) return split.head;
      this.#piece(split.head, piece.counts);
      rest = split.rest;
    }
  }

  #read(line: Line): void {
    const piece = this.#head(line);
    if (piece === undefined) return;
    const use = piece.counts ? this.#useIn(piece.line) : undefined;
    if (use !== undefined) {
      this.#using.push(use.name);
      for (const made of use.lines) this.#read(made);
      this.#using.pop();
      return;
    }
    for (let rest: Line | undefined = guarded(piece.line); rest !== undefined; ) {
      const split = splitAtBrace(rest);
      this.#piece(split.head, piece.counts);
      rest = split.rest;
    }
  }

  // The lines that a parameter of several lines makes of a line that it ends.
  #useIn(line: Line): { readonly name: string; readonly lines: readonly Line[] } | undefined {
    const match = LAST_USE.exec(line.text);
    const name = match?.[1] ?? match?.[2] ?? '';
    const parameter = this.#definitions.parameters.get(name);
    if (match === null || parameter?.kind !== 'lines' || this.#using.includes(name)) return undefined;
    this.#made += parameter.lines.length;
    const [first, ...others] = parameter.lines;
    if (first === undefined || this.#made > MOST_MADE_LINES) return undefined;
    const completed = match.index === 0 ? first : replaceInLine(line, match.index, line.text.length, first.text);
    return { name, lines: [completed, ...others] };
  }

  // What is left when condition, definition, repetition and include have had their say.
  #head(line: Line): { readonly line: Line; readonly counts: boolean } | undefined {
    if (line.text === '') return undefined;
    const counts = applyCondition(line, this.#configId) !== undefined;
    const bare = without(line, CONDITION);
    const definition = readDefinition(bare);
    if (definition !== undefined) {
      this.#emit({ kind: 'definition', name: definition.name, at: locationAt(bare, 0) });
      this.#definitions.define(counts ? definition.name : '', definition.value);
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
      this.#words(splitWords(line).words.map(unguarded), counts);
    }
  }

  // A { that follows no keyword for it is ignored, as the parser does; its } will close the block around it.
  #open(): void {
    const top = this.#top;
    const frame = this.#pending ?? (top.body === 'unknown' ? top : undefined);
    if (frame !== undefined) this.#stack.push(frame);
    this.#pending = undefined;
  }

  // The frame that the file begins in stays: a surplus brace closes nothing here.
  #close(): void {
    if (this.#pending !== undefined && this.#pending.body !== 'unknown') this.#pending = undefined;
    else if (this.#stack.length > 1) this.#stack.pop();
    this.#pending = undefined;
  }

  #words(all: readonly Word[], counts: boolean): void {
    const words = this.frame.body === 'keywords' ? withoutParameters(all) : all;
    const [keyword] = words;
    if (keyword === undefined) return;
    if (this.#pending !== undefined && this.#pending.body !== 'unknown' && counts) this.#open();
    const frame = this.#top;
    if (frame.body === 'unknown') this.#emit({ kind: 'unknown', frame, words });
    else if (frame.body !== 'keywords') this.#emit({ kind: 'value', frame, words });
    else {
      const row = blockTable(frame.path).get(keyword.text);
      this.#emit({ kind: 'keyword', frame, words, ...(row === undefined ? {} : { row }) });
      if (counts) this.#pending = opened(frame.path, row);
    }
  }
}

// The braces of ${NAME} are no braces of blocks; other characters stand for them until the line has been cut.
const OPEN = '\ue001';
const CLOSE = '\ue002';
const guarded = (line: Line): Line =>
  line.text.includes('${') ? { ...line, text: line.text.replace(/\$\{([^{}]*)\}/g, `$$${OPEN}$1${CLOSE}`) } : line;

/** The word as it is written. */
export const unguarded = (word: Word): Word =>
  word.text.includes(OPEN) ? { ...word, text: word.text.replaceAll(OPEN, '{').replaceAll(CLOSE, '}') } : word;

/** A parameter before a keyword holds a condition, or nothing, or whole lines: none of it is the keyword. */
export const withoutParameters = <W extends { readonly text: string }>(words: readonly W[]): readonly W[] => {
  const first = words.findIndex(({ text }) => !text.startsWith('$'));
  return first < 0 ? [] : words.slice(first);
};

/** What a { after the row begins; the block of an unknown keyword is skipped whole. */
const opened = (path: string, row: KeywordRow | undefined): Frame | undefined => {
  if (row === undefined) return unknownFrame(path);
  return row.body === undefined ? undefined : { path: childPath(path, row.name), body: row.body };
};

const without = (line: Line, head: RegExp): Line => {
  const length = head.exec(line.text)?.[0].length ?? 0;
  return length === 0 ? line : trimLine(sliceLine(line, length));
};
