// The stack of what is being read: files, files still to be opened, lines of parameters, repetitions.
import type { SourceLocation } from '../model.ts';
import type { IncludeCheck } from './include.ts';
import { type Line, locationAt } from './line.ts';
import type { PhysicalLines } from './physical-lines.ts';
import type { Assignment } from './repetition.ts';
import type { Report } from './report.ts';

/** Where further text comes from; the last of the stack speaks first. */
export type Frame =
  | FileFrame
  /** Files still to be opened, in order. */
  | { readonly kind: 'paths'; readonly paths: Iterator<string>; readonly open: (path: string) => void }
  /** The further lines of a parameter, and where it stands in a file. */
  | { readonly kind: 'lines'; readonly name: string; readonly usedAt: SourceLocation; readonly lines: Iterator<Line> }
  | { readonly kind: 'repeat'; readonly line: Line; readonly rounds: Iterator<readonly Assignment[]> };

export interface FileFrame {
  readonly kind: 'file';
  readonly path: string;
  readonly directory: string;
  readonly lines: PhysicalLines;
  /** include_check holds until the file that changed it ends. */
  readonly checksBefore: ReadonlySet<IncludeCheck>;
}

/** Frames that stand on each other at most. */
const DEEPEST = 256;
/** Lines that repetitions and multi-line parameters may make in all: a few characters must not grow without end. */
const MOST_MADE_LINES = 250_000;

export class Frames {
  readonly #stack: Frame[] = [];
  readonly #report: Report;
  #made = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  get top(): Frame | undefined {
    return this.#stack.at(-1);
  }

  /** The directory of the innermost file. */
  get directory(): string {
    const file = this.#stack.findLast((frame) => frame.kind === 'file');
    return file?.directory ?? '.';
  }

  /** The files that are open, the main file first. */
  get files(): readonly string[] {
    return this.#stack.flatMap((frame) => (frame.kind === 'file' ? [frame.path] : []));
  }

  pop(): void {
    this.#stack.pop();
  }

  push(frame: Frame): void {
    this.#stack.push(frame);
  }

  /** Puts the further lines of a parameter on the stack; false, and an error, when it is inside itself or too deep. */
  pushLines(name: string, lines: readonly Line[], line: Line): boolean {
    const names = this.#stack.flatMap((frame) => (frame.kind === 'lines' ? [frame.name] : []));
    if (names.includes(name)) {
      const chain = [...names, name].map((one) => `$${one}`).join(' -> ');
      const message = `the lines of $${name} contain themselves: ${chain}`;
      this.#report('error', 'parameter-cycle', message, locationAt(line, 0));
      return false;
    }
    const around = this.#stack.findLast((frame) => frame.kind === 'lines' || frame.kind === 'file');
    const usedAt = around?.kind === 'lines' ? around.usedAt : locationAt(line, 0);
    return this.pushMade({ kind: 'lines', name, usedAt, lines: lines.values() }, line);
  }

  /** Puts something that makes lines on the stack; false, and an error, when it is too deep. */
  pushMade(frame: Frame, line: Line): boolean {
    if (this.#stack.length < DEEPEST) {
      this.#stack.push(frame);
      return true;
    }
    const message = `parameters and repetitions nest deeper than ${DEEPEST} levels`;
    this.#report('error', 'expansion-too-long', message, locationAt(line, 0));
    return false;
  }

  /** Counts a line that was made; false, and once an error, when there are too many. */
  countMade(line: Line): boolean {
    this.#made++;
    if (this.#made === MOST_MADE_LINES + 1) {
      const message = `repetitions make more than ${MOST_MADE_LINES} lines`;
      this.#report('error', 'expansion-too-long', message, locationAt(line, 0));
    }
    return this.#made <= MOST_MADE_LINES;
  }
}
