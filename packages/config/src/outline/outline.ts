// A whole file as entries, and the word at a place of it.
import { PhysicalLines } from '../source/physical-lines.ts';
import { locationOf, type Word } from '../source/words.ts';
import { type Entry, type Frame, topFrame } from './entry.ts';
import { Scanner } from './scanner.ts';

export interface Outline {
  readonly entries: readonly Entry[];
}

export interface OutlineOptions {
  /** Lines whose condition does not hold for it are listed, and open no block. */
  readonly configId: string;
  /** The block that the file is included into; the top level otherwise. */
  readonly base?: Frame;
}

export const outlineOf = (file: string, text: string, { configId, base = topFrame }: OutlineOptions): Outline => {
  const entries: Entry[] = [];
  const scanner = new Scanner(base, configId, (entry) => entries.push(entry));
  const lines = new PhysicalLines(file, text);
  for (let next = lines.next(); next !== undefined; next = lines.next())
    if (next.kind === 'line') scanner.line(next.line);
  return { entries };
};

/** A word of an entry; `index` counts from its keyword, which is 0. */
export interface WordAt {
  readonly entry: Extract<Entry, { readonly words: readonly Word[] }>;
  readonly index: number;
  readonly word: Word;
}

/** The word that covers a 1-based line and column, quotes and the place just behind it included. */
export const entryAt = ({ entries }: Outline, line: number, column: number): WordAt | undefined => {
  for (const entry of entries) {
    if (!('words' in entry)) continue;
    const index = entry.words.findIndex((word) => covers(word, line, column));
    const word = entry.words[index];
    if (word !== undefined) return { entry, index, word };
  }
  return undefined;
};

const covers = (word: Word, line: number, column: number): boolean => {
  const at = locationOf(word);
  return at.line === line && column >= at.column && column <= at.column + lengthOf(word);
};

/** The characters that a word takes in its line, quotes included. */
export const lengthOf = (word: Word): number =>
  word.line.text.charAt(word.offset) === '"' ? word.text.length + 2 : word.text.length;
