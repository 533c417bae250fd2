// The reader: files in, logical lines out, one at a time and in the order of config-syntax section 2.
import type { SourceLocation } from '../model.ts';
import { splitAt, splitAtBrace } from './braces.ts';
import { applyCondition } from './condition.ts';
import { Definitions } from './definitions.ts';
import { type FileFrame, type Frame, Frames } from './frames.ts';
import { changeIncludeChecks, type Include, type IncludeCheck, readInclude } from './include.ts';
import { includedPaths, isIncludeCycle, reportUnreadable } from './include-files.ts';
import { type Line, locationAt } from './line.ts';
import { expandParameters, readDefinition, type Surroundings } from './parameters.ts';
import { type PhysicalLine, PhysicalLines } from './physical-lines.ts';
import { directoryOf, type SourceReader } from './reader.ts';
import { readRepetition } from './repeat.ts';
import type { Report } from './report.ts';
import { stripLine } from './strip.ts';

export interface LogicalLinesOptions {
  readonly reader: SourceReader;
  readonly surroundings: Surroundings;
  readonly report: Report;
  /** The include checks in force from the start. */
  readonly includeChecks?: ReadonlySet<IncludeCheck>;
  /** Called with the path and text of each file that is read. */
  readonly onFile?: (path: string, text: string) => void;
  /** Called for each line that comes out of a multi-line parameter, with the place where that is used. */
  readonly onUse?: (line: Line, usedAt: SourceLocation) => void;
}

export class LogicalLines {
  readonly #options: LogicalLinesOptions;
  readonly #definitions = new Definitions();
  readonly #frames: Frames;
  #rest: Line | undefined;
  #checks: ReadonlySet<IncludeCheck>;

  constructor(options: LogicalLinesOptions) {
    this.#options = options;
    this.#frames = new Frames(options.report);
    this.#checks = options.includeChecks ?? new Set();
  }

  /** Reads these files next, one after the other, before what is left of the present one. */
  open(paths: readonly string[], onUnreadable: (path: string) => void): void {
    const open = (path: string): void => {
      if (!this.#openFile(path)) onUnreadable(path);
    };
    this.#frames.push({ kind: 'paths', paths: paths.values(), open });
  }

  /** `include_check WORDS`, for the includes that follow in the file that is being read. */
  changeIncludeChecks(words: readonly string[]): void {
    this.#checks = changeIncludeChecks(this.#checks, words);
  }

  /** The next logical line, never empty; undefined at the end of everything. */
  next(): Line | undefined {
    for (;;) {
      const plain = this.#nextPlain();
      if (plain !== undefined) return plain;
      const line = this.#nextRaw();
      if (line === undefined) return undefined;
      const head = this.#process(line);
      if (head !== undefined && head.text !== '') return head;
    }
  }

  // What nearly every line of a large file is: a brace alone, or a plain line. Steps 1 to 9 have nothing to do there.
  #nextPlain(): Line | undefined {
    const rest = this.#rest;
    if (rest !== undefined) {
      if (rest.text !== '{' && rest.text !== '}') return undefined;
      this.#rest = undefined;
      return rest;
    }
    const frame = this.#frames.top;
    if (frame?.kind !== 'file' || this.#definitions.isOpen) return undefined;
    const plain = frame.lines.takePlain();
    if (plain === undefined) return undefined;
    if (plain.brace < 0) return plain.line;
    const split = splitAt(plain.line, plain.brace);
    this.#rest = split.rest;
    return split.head;
  }

  #nextRaw(): Line | undefined {
    if (this.#rest !== undefined) {
      const rest = this.#rest;
      this.#rest = undefined;
      return rest;
    }
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

  // Steps 1 to 4. A definition that is still open at the end of a file goes on in the one that is read next.
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

  // Steps 5 to 10. A line that a parameter completed goes through 5 to 7 again: keepalived 2.2.7 obeys a value such as
  // `@main` or `~SEQ(...)`, and its manual page promises it; 2.4.3 does not.
  #process(raw: Line, again = false): Line | undefined {
    const line = applyCondition(raw, this.#options.surroundings.configId);
    if (line === undefined) return undefined;
    const definition = readDefinition(line);
    if (definition !== undefined) {
      this.#definitions.define(definition.name, definition.value);
      return undefined;
    }
    if (line.text.startsWith('~')) return this.#repeat(line) ? undefined : this.#split(line);
    const expanded = line.text.includes('$') && !again ? this.#expand(line) : line;
    if (expanded === undefined) return undefined;
    if (expanded !== line && /^[@$~]/.test(expanded.text)) return this.#process(expanded, true);
    const include = readInclude(expanded, this.#checks);
    if (include !== undefined) {
      this.#include(include, expanded);
      return undefined;
    }
    return this.#split(expanded);
  }

  #expand(line: Line): Line | undefined {
    const { surroundings, report } = this.#options;
    const { directory } = this.#frames;
    const expanded = expandParameters(line, this.#definitions.parameters, directory, surroundings, report);
    if (expanded === undefined) return undefined;
    for (const { name, lines } of expanded.following) if (!this.#frames.pushLines(name, lines, line)) return undefined;
    return expanded.replaced ? stripLine(expanded.line, report) : expanded.line;
  }

  // True when the line was a repetition, well formed or not.
  #repeat(line: Line): boolean {
    const { surroundings, report } = this.#options;
    const { parameters } = this.#definitions;
    const result = readRepetition(line, (part) => {
      const expanded = expandParameters(part, parameters, this.#frames.directory, surroundings, report);
      return expanded?.following.length === 0 ? expanded.line.text : undefined;
    });
    if (result.kind === 'none') return false;
    if (result.kind === 'malformed')
      report('error', 'bad-repetition', `malformed repetition: ${result.reason}`, locationAt(line, 0), {
        hint: 'write ~SEQ(NAME, [START, [STEP,]] END) TEXT or ~LST(NAME, VALUE, ...) TEXT',
      });
    else this.#frames.pushMade({ kind: 'repeat', ...result.repetition }, line);
    return true;
  }

  #include(include: Include, line: Line): void {
    const at = locationAt(line, include.patternOffset);
    const { report, reader } = this.#options;
    const paths = includedPaths(include, this.#frames.directory, reader, at, report);
    const open = (path: string): void => {
      if (isIncludeCycle(path, this.#frames.files, at, report)) return;
      if (!this.#openFile(path)) reportUnreadable(path, include, reader, at, report);
    };
    this.#frames.push({ kind: 'paths', paths: paths.values(), open });
  }

  #openFile(path: string): boolean {
    const source = this.#options.reader.text(path);
    if (source.kind !== 'text') return false;
    this.#options.onFile?.(path, source.text);
    const lines = new PhysicalLines(path, source.text);
    const frame: FileFrame = { kind: 'file', path, directory: directoryOf(path), lines, checksBefore: this.#checks };
    this.#frames.push(frame);
    return true;
  }

  #split(line: Line): Line {
    const { head, rest } = splitAtBrace(line);
    this.#rest = rest;
    return head;
  }
}
