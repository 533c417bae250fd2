// Cutting a line at braces: `{` and `}` outside double quotes are logical lines of their own (config-syntax section 4).
import { type Line, sliceLine, trimLine } from './line.ts';

export interface BraceSplit {
  readonly head: Line;
  readonly rest?: Line;
}

/** The first logical line of `line`, and what follows it. Only double quotes protect, and no backslash protects them. */
export const splitAtBrace = (line: Line): BraceSplit => splitAt(line, firstBrace(line.text));

/** The same where the offset of the first brace is known; -1 when there is none. */
export const splitAt = (line: Line, at: number): BraceSplit => {
  if (at < 0) return { head: line };
  if (line.text.length === 1) return { head: line };
  const end = at === 0 ? 1 : at;
  const head = trimLine(sliceLine(line, 0, end));
  const rest = trimLine(sliceLine(line, end));
  return rest.text === '' ? { head } : { head, rest };
};

// { is 123, } is 125, " is 34.
const firstBrace = (text: string): number => {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 123 || code === 125) return i;
    if (code === 34) {
      const close = text.indexOf('"', i + 1);
      if (close < 0) return -1;
      i = close;
    }
  }
  return -1;
};
