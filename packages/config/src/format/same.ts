// Whether two texts are read as the same logical lines: what formatting must not change.
import { LogicalLines } from '../source/logical-lines.ts';
import type { SourceReader } from '../source/reader.ts';

const FILE = '/fmt';

/** Blanks between words may differ in number; where a line stands may differ too. */
export const sameLogicalLines = (before: string, after: string, configId: string): boolean => {
  const a = linesOf(before, configId);
  const b = linesOf(after, configId);
  for (;;) {
    const left = a.next();
    const right = b.next();
    if (left === undefined || right === undefined) return left === right;
    if (left.text !== right.text && spaced(left.text) !== spaced(right.text)) return false;
  }
};

// Random numbers are the same for both, and an include is no file.
const linesOf = (text: string, configId: string): LogicalLines => {
  const lines = new LogicalLines({
    reader: readerOf(text),
    surroundings: { configId, random: (min) => min },
    report: () => {},
  });
  lines.open([FILE], () => {});
  return lines;
};

const readerOf = (text: string): SourceReader => ({
  text: (path) => (path === FILE ? { kind: 'text', text } : { kind: 'missing' }),
  glob: () => [],
});

const spaced = (text: string): string => (/["'\\]/.test(text) ? text : text.replace(/[ \t\r]+/g, ' ').trimEnd());
