// The physical lines of one text: at most 1023 bytes each, without line ends (config-syntax section 2, steps 1 and 2).
import type { Line } from './line.ts';

/** What one line of a file is before anything is understood of it. */
export type PhysicalLine =
  | { readonly kind: 'line'; readonly line: Line }
  | { readonly kind: 'too-long'; readonly line: Line }
  | { readonly kind: 'nul'; readonly line: Line };

/** A line that holds nothing but words, blanks and braces; `brace` is the offset of its first brace, or -1. */
export interface PlainLine {
  readonly line: Line;
  readonly brace: number;
}

const LIMIT = 1023;

/** Reads a text line by line; a line that is too long is reported, and what follows its first 1023 bytes is the next line. */
export class PhysicalLines {
  readonly #text: string;
  readonly #file: string;
  #position = 0;
  #number = 0;
  #remainder: Line | undefined;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  next(): PhysicalLine | undefined {
    const line = this.#remainder ?? this.#read();
    this.#remainder = undefined;
    if (line === undefined) return undefined;
    const cut = line.text.length * 3 <= LIMIT ? -1 : characterAfterBytes(line.text, LIMIT);
    if (cut >= 0) {
      this.#remainder = { ...line, text: line.text.slice(cut), columns: firstColumn(line) + cut };
      return { kind: 'too-long', line };
    }
    return line.text.includes('\0') ? { kind: 'nul', line } : { kind: 'line', line };
  }

  /**
   * The next line that is not blank, without the blanks at its ends, when it is a plain one, which nearly all are: one
   * pass over its characters then takes the place of steps 1 to 9. Undefined for any other, and at the end; then `next`
   * reads it.
   */
  takePlain(): PlainLine | undefined {
    const text = this.#text;
    const { length } = text;
    for (let position = this.#position; position < length && this.#remainder === undefined; ) {
      let first = -1;
      let last = -1;
      let brace = -1;
      let i = position;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        const kind = code < 128 ? KINDS[code] : SPECIAL;
        if (kind === FEED) break;
        if (kind === BLANK) continue;
        if (kind === SPECIAL || (first < 0 && kind === START)) return undefined;
        if (first < 0) first = i;
        if (kind === BRACE && brace < 0) brace = i;
        last = i;
      }
      if (i - position > LIMIT || (first >= 0 && text.startsWith('include', first))) return undefined;
      this.#position = i + 1;
      this.#number++;
      if (first >= 0) {
        const line = {
          text: text.slice(first, last + 1),
          file: this.#file,
          line: this.#number,
          columns: first - position + 1,
        };
        return { line, brace: brace < 0 ? -1 : brace - first };
      }
      position = this.#position;
    }
    return undefined;
  }

  #read(): Line | undefined {
    if (this.#position >= this.#text.length) return undefined;
    const feed = this.#text.indexOf('\n', this.#position);
    const stop = feed < 0 ? this.#text.length : feed;
    let end = stop;
    while (end > this.#position && this.#text.charCodeAt(end - 1) === 13) end--;
    const text = this.#text.slice(this.#position, end);
    this.#position = stop + 1;
    this.#number++;
    return { text, file: this.#file, line: this.#number, columns: 1 };
  }
}

const ORDINARY = 0;
const BLANK = 1;
const FEED = 2;
const BRACE = 3;
/** Means something at the start of a line only: a condition or a repetition. */
const START = 4;
/** Comments, quotes, escapes, parameters, control characters, and all beyond ASCII, whose bytes must be counted. */
const SPECIAL = 5;

const kindOf = (code: number): number => {
  const character = String.fromCharCode(code);
  if (character === ' ' || character === '\t') return BLANK;
  if (character === '\n') return FEED;
  if (code < 32 || '#!"\\$'.includes(character)) return SPECIAL;
  if ('{}'.includes(character)) return BRACE;
  return '@~'.includes(character) ? START : ORDINARY;
};

const KINDS = Uint8Array.from({ length: 128 }, (_, code) => kindOf(code));

const firstColumn = (line: Line): number => (typeof line.columns === 'number' ? line.columns : 1);

// The offset of the first character that lies beyond `limit` bytes of UTF-8, or -1 when all fit.
const characterAfterBytes = (text: string, limit: number): number => {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const surrogate = code >= 0xd800 && code <= 0xdbff;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : surrogate ? 4 : 3;
    if (bytes > limit) return i;
    if (surrogate) i++;
  }
  return -1;
};
