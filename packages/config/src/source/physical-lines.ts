// The physical lines of one text: at most 1023 bytes each, without line ends (config-syntax section 2, steps 1 and 2).
import type { Line } from './line.ts';

/** What one line of a file is before anything is understood of it. */
export type PhysicalLine =
  | { readonly kind: 'line'; readonly line: Line }
  | { readonly kind: 'too-long'; readonly line: Line }
  | { readonly kind: 'nul'; readonly line: Line };

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
