// The lines as they come, one source after the other, stripped: steps 1 to 4 of config-syntax section 2.
import type { SourceLocation } from '../model.ts';
import type { Definitions } from './definitions.ts';
import type { FileFrame, Frame, Frames } from './frames.ts';
import { changeIncludeChecks, type Include, type IncludeCheck } from './include.ts';
import { includedPaths, isIncludeCycle, reportUnreadable } from './include-files.ts';
import { type Line, locationAt } from './line.ts';
import { type PhysicalLine, PhysicalLines, type PlainLine } from './physical-lines.ts';
import { directoryOf, type SourceReader } from './reader.ts';
import type { Report } from './report.ts';
import { stripLine } from './strip.ts';

export interface RawLinesOptions {
  readonly reader: SourceReader;
  readonly report: Report;
  /** The include checks in force from the start. */
  readonly includeChecks?: ReadonlySet<IncludeCheck>;
  /** Called with the path and text of each file that is read. */
  readonly onFile?: (path: string, text: string) => void;
  /** Called for each line that comes out of a multi-line parameter, with the place where that is used. */
  readonly onUse?: (line: Line, usedAt: SourceLocation) => void;
}

// A single NUL byte spoils its line only; programs, archives and UTF-16 are full of them.
const isBinary = (text: string): boolean => {
  const start = text.slice(0, 4096);
  return start.includes('\0') && start.split('\0').length > start.length / 8;
};

// Bytes that are no UTF-8 have become U+FFFD: so the byte order mark has, in either order of bytes.
const UTF16 = /^(?:\uFFFD\uFFFD)?(?:\0[^\0]\0|[^\0]\0[^\0]\0)/;

export class RawLines {
  readonly #options: RawLinesOptions;
  readonly #frames: Frames;
  readonly #definitions: Definitions;
  #checks: ReadonlySet<IncludeCheck>;

  constructor(options: RawLinesOptions, frames: Frames, definitions: Definitions) {
    this.#options = options;
    this.#frames = frames;
    this.#definitions = definitions;
    this.#checks = options.includeChecks ?? new Set();
  }

  /** What an include fails for, beside what its own letter says. */
  get includeChecks(): ReadonlySet<IncludeCheck> {
    return this.#checks;
  }

  changeIncludeChecks(words: readonly string[]): void {
    this.#checks = changeIncludeChecks(this.#checks, words);
  }

  /** Reads these files next, one after the other, before what is left of the present one. */
  open(paths: readonly string[], onUnreadable: (path: string) => void): void {
    const open = (path: string): void => {
      if (!this.#openFile(path)) onUnreadable(path);
    };
    this.#frames.push({ kind: 'paths', paths: paths.values(), open });
  }

  /** Reads the files of an include next, and gives their paths. */
  include(include: Include, at: SourceLocation): readonly string[] {
    const { report, reader } = this.#options;
    const paths = includedPaths(include, this.#frames.directory, reader, at, report);
    const open = (path: string): void => {
      if (isIncludeCycle(path, this.#frames.files, at, report)) return;
      if (!this.#openFile(path)) reportUnreadable(path, include, reader, at, report);
    };
    this.#frames.push({ kind: 'paths', paths: paths.values(), open });
    return paths;
  }

  /** The next line when it is one of a file for which there is nothing to do in steps 1 to 9; then `next` need not be asked. */
  takePlain(): PlainLine | undefined {
    const frame = this.#frames.top;
    return frame?.kind !== 'file' || this.#definitions.isOpen ? undefined : frame.lines.takePlain();
  }

  /** The next line, which may be empty; undefined at the end of everything. */
  next(): Line | undefined {
    for (let frame = this.#frames.top; frame !== undefined; frame = this.#frames.top) {
      const line = this.#nextOf(frame);
      if (line === 'end') this.#leave(frame);
      else if (line !== undefined) return line;
    }
    return undefined;
  }

  // Undefined where there is more to come, but no line yet.
  #nextOf(frame: Frame): Line | 'end' | undefined {
    if (frame.kind === 'file') {
      const physical = frame.lines.next();
      return physical === undefined ? 'end' : this.#readPhysical(physical);
    }
    if (frame.kind === 'lines') {
      const next = frame.lines.next();
      if (next.done || !this.#frames.countMade(next.value)) return 'end';
      this.#options.onUse?.(next.value, frame.usedAt);
      return next.value;
    }
    if (frame.kind === 'repeat') {
      const round = frame.rounds.next();
      if (round.done) return 'end';
      for (const { name, value } of round.value) this.#definitions.set(name, value);
      return this.#frames.countMade(frame.line) ? frame.line : 'end';
    }
    const path = frame.paths.next();
    if (path.done) return 'end';
    frame.open(path.value);
    return undefined;
  }

  #leave(frame: Frame): void {
    this.#frames.pop();
    if (frame.kind === 'file') this.#checks = frame.checksBefore;
  }

  // A definition that is still open at the end of a file goes on in the one that is read next.
  #readPhysical({ kind, line: physical }: PhysicalLine): Line | undefined {
    const { report } = this.#options;
    if (kind === 'too-long') {
      const message = 'the line is longer than 1023 bytes; its beginning is ignored';
      report('error', 'line-too-long', message, locationAt(physical, 0));
      return undefined;
    }
    if (kind === 'nul') {
      report('error', 'nul-byte', 'the line holds a NUL byte and is ignored', locationAt(physical, 0));
      return undefined;
    }
    if (physical.text === '') this.#definitions.end();
    const line = stripLine(physical, report);
    if (line.text === '') return undefined;
    if (!this.#definitions.isOpen) return line;
    this.#definitions.goOn(line);
    return undefined;
  }

  // One finding for a file that is no text, instead of one for each of what would be its lines.
  #textOf(path: string, text: string): string {
    if (!isBinary(text)) return text;
    const what = UTF16.test(text)
      ? { is: 'it is UTF-16', hint: { hint: `save it as UTF-8: iconv -f utf-16 -t utf-8 ${path}` } }
      : { is: 'it is no text', hint: {} };
    const message = `nothing of this file is read: ${what.is}`;
    this.#options.report('error', 'nul-byte', message, { file: path, line: 1, column: 1 }, what.hint);
    return '';
  }

  #openFile(path: string): boolean {
    const source = this.#options.reader.text(path);
    if (source.kind !== 'text') return false;
    const text = this.#textOf(path, source.text);
    this.#options.onFile?.(path, text);
    const lines = new PhysicalLines(path, text);
    const frame: FileFrame = { kind: 'file', path, directory: directoryOf(path), lines, checksBefore: this.#checks };
    this.#frames.push(frame);
    return true;
  }
}
