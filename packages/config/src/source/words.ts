// Words of a logical line: separated by blanks, or held together by double quotes (config-syntax section 5).
import type { SourceLocation } from '../model.ts';
import { type Line, locationAt } from './line.ts';

/** One word and where it stands: `offset` counts into `line.text` and names the quote of a quoted word. */
export interface Word {
  readonly text: string;
  readonly line: Line;
  readonly offset: number;
}

export const locationOf = (word: Word): SourceLocation => locationAt(word.line, word.offset);

/** The words; `openQuote` is the offset of a double quote without its partner, where reading of the line ended. */
export interface Words {
  readonly words: readonly Word[];
  readonly openQuote?: number;
}

/** Splits a line. A double quote inside a word ends it: `ab"c d"ef` is the three words `ab`, `c d`, `ef`. */
export const splitWords = (line: Line): Words => {
  const { text } = line;
  const { length } = text;
  const words: Word[] = [];
  let i = 0;
  while (i < length) {
    const code = text.charCodeAt(i);
    if (isSeparator(code)) {
      i++;
    } else if (code === QUOTE) {
      const close = text.indexOf('"', i + 1);
      if (close < 0) return { words, openQuote: i };
      words.push({ text: text.slice(i + 1, close), line, offset: i });
      i = close + 1;
    } else {
      const start = i;
      i = endOfWord(text, start);
      words.push({ text: text.slice(start, i), line, offset: start });
    }
  }
  return { words };
};

const endOfWord = (text: string, start: number): number => {
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isSeparator(code) || code === QUOTE) return i;
  }
  return text.length;
};

const QUOTE = 34;

// Blank, tab, LF, VT, FF, CR.
const isSeparator = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
