// Gathers the findings of one parse, with the physical line of each, and keeps a flood of equal ones short.
import type { Diagnostic } from '../diagnostic.ts';
import type { SourceLocation } from '../model.ts';
import type { Report } from '../source/report.ts';

/** Of one code at most this many are kept; the rest is counted. */
const MOST_OF_ONE_CODE = 200;

export interface Collector {
  readonly report: Report;
  /** Remembers the text of a file, to quote from. */
  readonly addFile: (path: string, text: string) => void;
  /** In the order of the files read, and of lines within them. */
  readonly diagnostics: () => readonly Diagnostic[];
}

export const createCollector = (): Collector => {
  const texts = new Map<string, string>();
  const lines = new Map<string, readonly string[]>();
  const found: Diagnostic[] = [];
  const counts = new Map<string, { kept: number; dropped: number; last: SourceLocation }>();

  const lineText = ({ file, line }: SourceLocation): string | undefined => {
    const split = lines.get(file) ?? texts.get(file)?.split('\n');
    if (split === undefined) return undefined;
    lines.set(file, split);
    return split[line - 1]?.replace(/\r+$/, '');
  };

  return {
    addFile: (path, text) => {
      texts.set(path, text);
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
      const text = lineText(at);
      found.push({ severity, code, message, at, ...(text === undefined ? {} : { lineText: text }), ...more });
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
      return [...found]
        .sort((a, b) => rank(a) - rank(b) || a.at.line - b.at.line || a.at.column - b.at.column)
        .concat(more);
    },
  };
};
