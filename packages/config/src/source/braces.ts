// Cutting a line at braces: `{` and `}` outside double quotes are logical lines of their own (config-syntax section 4).
import { type Line, sliceLine, trimLine } from './line.ts';

export interface BraceSplit {
  readonly head: Line;
  readonly rest?: Line;
}

/** The first logical line of `line`, and what follows it. Only double quotes protect, and no backslash protects them. */
export const splitAtBrace = (line: Line): BraceSplit => {
  const at = firstBrace(line.text);
  if (at < 0) return { head: line };
  const end = at === 0 ? 1 : at;
  const head = trimLine(sliceLine(line, 0, end));
  const rest = trimLine(sliceLine(line, end));
  return rest.text === '' ? { head } : { head, rest };
};

const firstBrace = (text: string): number => {
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{' || character === '}') return i;
    if (character === '"') {
      const close = text.indexOf('"', i + 1);
      if (close < 0) return -1;
      i = close;
    }
  }
  return -1;
};
