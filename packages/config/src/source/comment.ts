// Comments and blanks: what is left of a physical line (config-syntax section 3).
import { dropFromLine, type Line, sliceLine, trimLine } from './line.ts';

/** `openQuote` is the offset of a double quote that the line leaves open. */
export interface Stripped {
  readonly line: Line;
  readonly openQuote?: number;
}

/**
 * Cuts the comment and the blanks around the rest. `#` and `!` start a comment anywhere outside double quotes, also inside
 * a word; `\#` and `\!` stand for the character. Inside quotes a backslash hides the character after it from this search only.
 */
export const stripComment = (line: Line): Stripped => {
  const { text } = line;
  if (!/[#!"\\]/.test(text)) return { line: trimLine(line) };
  const backslashes: number[] = [];
  let quote = -1;
  let end = 0;
  for (; end < text.length; end++) {
    const character = text[end];
    if (character === '"') quote = quote < 0 ? end - backslashes.length : -1;
    else if (character === '\\') {
      const next = text[end + 1];
      if (quote < 0 && (next === '#' || next === '!')) backslashes.push(end);
      end++;
    } else if (quote < 0 && (character === '#' || character === '!')) break;
  }
  const rest = dropFromLine(sliceLine(line, 0, Math.min(end, text.length)), backslashes);
  const trimmed = trimLine(rest);
  if (quote < 0) return { line: trimmed };
  const cut = rest.text.length - rest.text.trimStart().length;
  return { line: trimmed, openQuote: Math.max(0, quote - cut) };
};

/** The offset of the `#` or `!` that starts the comment, or the length of the text when there is none. */
export const commentStart = (text: string): number => {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') quoted = !quoted;
    else if (character === '\\') i++;
    else if (!quoted && (character === '#' || character === '!')) return i;
  }
  return text.length;
};
