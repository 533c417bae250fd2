// Gathers the findings of one parse, with the physical line of each, and keeps a flood of equal ones short.
import type { Diagnostic } from '../diagnostic.ts';
import type { SourceLocation } from '../model.ts';
import type { Line } from '../source/line.ts';
import type { Report } from '../source/report.ts';
import { foldConsequences } from './cascade.ts';
import { braceHint, REMEDIES } from './hints.ts';

/** Of one code at most this many are kept; the rest is counted. */
const MOST_OF_ONE_CODE = 200;

/** What the place is called where a multi-line parameter is used whose line a finding is about. */
export const USED_HERE = 'the parameter that brings this line in is used here';

export interface Collector {
  readonly report: Report;
  /** Remembers the text of a file, to quote from. */
  readonly addFile: (path: string, text: string) => void;
  /** Remembers where a line of a multi-line parameter is used: keepalived names that place, so it is told too. */
  readonly addUse: (line: Line, usedAt: SourceLocation) => void;
  /** In the order of the files read, and of lines within them. */
  readonly diagnostics: () => readonly Diagnostic[];
}

export const createCollector = (): Collector => {
  const texts = new Map<string, string>();
  const found: Diagnostic[] = [];
  const counts = new Map<string, { kept: number; dropped: number; last: SourceLocation }>();

  const uses = new Map<string, SourceLocation>();

  return {
    addFile: (path, text) => {
      texts.set(path, text);
    },
    addUse: ({ file, line }, usedAt) => {
      uses.set(`${line} ${file}`, usedAt);
    },
    report: (severity, code, message, at, more = {}) => {
      const count = counts.get(code) ?? { kept: 0, dropped: 0, last: at };
      counts.set(code, count);
      count.last = at;
      if (count.kept === MOST_OF_ONE_CODE) {
        count.dropped++;
        return;
      }
      count.kept++;
      const hint = (typeof more.hint === 'function' ? more.hint() : more.hint) ?? REMEDIES[code];
      const usedAt = uses.size === 0 ? undefined : uses.get(`${at.line} ${at.file}`);
      const related = [...(more.related ?? []), ...(usedAt === undefined ? [] : [{ at: usedAt, message: USED_HERE }])];
      found.push({
        severity,
        code,
        message,
        at,
        ...(hint === undefined ? {} : { hint }),
        ...(related.length === 0 ? {} : { related }),
      });
    },
    diagnostics: () => {
      const more = [...counts].flatMap(([code, { dropped, last }]): Diagnostic[] =>
        dropped === 0
          ? []
          : [
              {
                severity: 'note',
                code: 'more-of-the-same',
                message: `${dropped} more findings of ${code} are not shown`,
                at: last,
              },
            ],
      );
      const order = new Map([...texts.keys()].map((path, i) => [path, i]));
      const rank = ({ at }: Diagnostic): number => order.get(at.file) ?? -1;
      const sorted = [...found].sort((a, b) => rank(a) - rank(b) || a.at.line - b.at.line || a.at.column - b.at.column);
      const split = new Map<string, readonly string[]>();
      const linesOf = (file: string): readonly string[] => {
        const lines = split.get(file) ?? (texts.get(file) ?? '').split('\n');
        split.set(file, lines);
        return lines;
      };
      return [...withLines(foldConsequences(sorted, linesOf), texts), ...more];
    },
  };
};

// The findings of one file stand together and in the order of lines, so each text is gone through once.
const withLines = (sorted: readonly Diagnostic[], texts: ReadonlyMap<string, string>): readonly Diagnostic[] => {
  let file: string | undefined;
  let line = 1;
  let start = 0;
  return sorted.map((diagnostic) => {
    const { at } = diagnostic;
    const text = texts.get(at.file);
    if (text === undefined) return diagnostic;
    if (file !== at.file) {
      file = at.file;
      line = 1;
      start = 0;
    }
    for (; line < at.line && start <= text.length; line++) {
      const feed = text.indexOf('\n', start);
      start = feed < 0 ? text.length + 1 : feed + 1;
    }
    if (start > text.length) return diagnostic;
    const feed = text.indexOf('\n', start);
    const lineText = text.slice(start, feed < 0 ? text.length : feed).replace(/\r+$/, '');
    const hint =
      diagnostic.hint ?? (diagnostic.code === 'unexpected-open-brace' ? braceHint(lineText, at.column) : undefined);
    return { ...diagnostic, lineText, ...(hint === undefined ? {} : { hint }) };
  });
};
