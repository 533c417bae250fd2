// The logical lines of blocks: one may be looked at before it is taken, and blocks without keywords are read whole.
import { type Line, locationAt } from '../source/line.ts';
import type { LogicalLines } from '../source/logical-lines.ts';
import type { Report } from '../source/report.ts';
import { locationOf, splitWords, type Word } from '../source/words.ts';

export class BlockLines {
  readonly #lines: LogicalLines;
  readonly #report: Report;
  #peeked: Line | undefined;

  constructor(lines: LogicalLines, report: Report) {
    this.#lines = lines;
    this.#report = report;
  }

  take(): Line | undefined {
    const line = this.#peeked ?? this.#lines.next();
    this.#peeked = undefined;
    return line;
  }

  peek(): Line | undefined {
    this.#peeked ??= this.#lines.next();
    return this.#peeked;
  }

  /** The words of each line of the value block of `keyword`, whose `{` has been taken, up to its `}`. */
  takeValues(keyword: Word): readonly (readonly Word[])[] {
    const lines: (readonly Word[])[] = [];
    for (let line = this.take(); ; line = this.take()) {
      if (line === undefined) {
        this.reportUnclosed(keyword);
        return lines;
      }
      if (line.text === '}') return lines;
      if (line.text === '{') {
        this.#report('error', 'unexpected-open-brace', `a { inside ${keyword.text} is ignored`, locationAt(line, 0));
        continue;
      }
      const { words } = splitWords(line);
      if (words.length > 0) lines.push(words);
    }
  }

  /** Takes the whole block of `keyword` from its `{` on, and gives the line of the closing brace. */
  skipBlock(keyword: Word): Line | undefined {
    let depth = 0;
    for (let line = this.take(); ; line = this.take()) {
      if (line === undefined) {
        this.reportUnclosed(keyword);
        return undefined;
      }
      if (line.text === '{') depth++;
      else if (line.text === '}') depth--;
      if (depth === 0) return line;
    }
  }

  /** Says that the files end inside the block of `keyword`. */
  reportUnclosed(keyword: Word): void {
    const message = `${keyword.text} is not closed: a } is missing before the end of the file`;
    this.#report('error', 'missing-close-brace', message, locationOf(keyword), {
      hint: 'count the braces of the blocks inside it: each { needs its }',
    });
  }
}
