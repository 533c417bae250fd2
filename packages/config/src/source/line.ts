// A piece of text that still knows where every character of it was written, through cutting and replacing.
import type { SourceLocation } from '../model.ts';

/** `columns` is the 1-based column of the first character, or the column of each character once something was replaced. */
export interface Line {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly columns: number | readonly number[];
}

/** Where the character at `offset` was written. */
export const locationAt = (line: Line, offset: number): SourceLocation => ({
  file: line.file,
  line: line.line,
  column: columnAt(line, offset),
});

const columnAt = (line: Line, offset: number): number => {
  if (typeof line.columns === 'number') return line.columns + offset;
  return line.columns[offset] ?? (line.columns.at(-1) ?? 0) + 1;
};

/** The part of the line from `start` up to `end`. */
export const sliceLine = (line: Line, start: number, end: number = line.text.length): Line =>
  start === 0 && end === line.text.length
    ? line
    : {
        text: line.text.slice(start, end),
        file: line.file,
        line: line.line,
        columns: typeof line.columns === 'number' ? line.columns + start : line.columns.slice(start, end),
      };

/** The line with `start`..`end` exchanged for `text`; the new characters stand where the old ones began. */
export const replaceInLine = (line: Line, start: number, end: number, text: string): Line => {
  const before = columnsOf(line, 0, start);
  const after = columnsOf(line, end, line.text.length);
  const here = columnAt(line, start);
  return {
    text: line.text.slice(0, start) + text + line.text.slice(end),
    file: line.file,
    line: line.line,
    columns: [...before, ...new Array<number>(text.length).fill(here), ...after],
  };
};

/** A stretch `start`..`end` of a new text that stands in place of `from`..`to` of the old one. */
export interface ReplacedSpan {
  readonly start: number;
  end: number;
  readonly from: number;
  to: number;
}

/** The line with a new text, of which `spans`, in ascending order, are new; their characters stand where the old ones began. */
export const replacedLine = (line: Line, text: string, spans: readonly ReplacedSpan[]): Line => {
  const columns: number[] = [];
  let old = 0;
  for (const { start, end, from, to } of spans) {
    for (; columns.length < start; old++) columns.push(columnAt(line, old));
    const here = columnAt(line, from);
    while (columns.length < end) columns.push(here);
    old = to;
  }
  for (; columns.length < text.length; old++) columns.push(columnAt(line, old));
  return { text, file: line.file, line: line.line, columns };
};

/** The line without the characters at these offsets, in ascending order. */
export const dropFromLine = (line: Line, offsets: readonly number[]): Line => {
  if (offsets.length === 0) return line;
  const columns = columnsOf(line, 0, line.text.length);
  const dropped = new Set(offsets);
  return {
    text: Array.from({ length: line.text.length }, (_, i) => (dropped.has(i) ? '' : line.text.charAt(i))).join(''),
    file: line.file,
    line: line.line,
    columns: columns.filter((_, i) => !dropped.has(i)),
  };
};

const columnsOf = (line: Line, start: number, end: number): number[] => {
  const { columns } = line;
  if (typeof columns !== 'number') return columns.slice(start, end);
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => columns + start + i);
};

/** The line without blanks and tabs at both ends. */
export const trimLine = (line: Line): Line => {
  const { text } = line;
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return sliceLine(line, start, end);
};

const isBlank = (code: number): boolean => code === 32 || code === 9;
