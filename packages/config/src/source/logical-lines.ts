// The reader: files in, logical lines out, one at a time and in the order of config-syntax section 2.

import type { SourceLocation } from '../model.ts';
import { splitAt, splitAtBrace } from './braces.ts';
import { commentStart, stripComment } from './comment.ts';
import { applyCondition } from './condition.ts';
import { changeIncludeChecks, type Include, type IncludeCheck, matchInclude, readInclude } from './include.ts';
import { type Line, locationAt, sliceLine, trimLine } from './line.ts';
import { expandParameters, type Parameter, readDefinition, type Surroundings } from './parameters.ts';
import { PhysicalLines } from './physical-lines.ts';
import { directoryOf, type SourceReader } from './reader.ts';
import { type Assignment, readRepetition } from './repeat.ts';
import type { Report } from './report.ts';

/** Where further text comes from; the last of the stack speaks first. */
type Frame =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly directory: string;
      readonly lines: PhysicalLines;
      /** include_check holds until the file that changed it ends. */
      readonly checksBefore: ReadonlySet<IncludeCheck>;
    }
  /** Files still to be opened, in order. */
  | { readonly kind: 'paths'; readonly paths: Iterator<string>; readonly open: (path: string) => void }
  | { readonly kind: 'lines'; readonly name: string; readonly lines: Iterator<Line> }
  | { readonly kind: 'repeat'; readonly line: Line; readonly rounds: Iterator<readonly Assignment[]> };

/** Lines that repetitions and multi-line parameters may make in all: a few characters must not grow without end. */
const MOST_MADE_LINES = 250_000;
const DEEPEST_INCLUDE = 64;
const DEEPEST_FRAME = 256;

export interface LogicalLinesOptions {
  readonly reader: SourceReader;
  readonly surroundings: Surroundings;
  readonly report: Report;
  /** The include checks in force from the start. */
  readonly includeChecks?: ReadonlySet<IncludeCheck>;
  /** Called with the path and text of each file that is read. */
  readonly onFile?: (path: string, text: string) => void;
}

export class LogicalLines {
  readonly #options: LogicalLinesOptions;
  readonly #parameters = new Map<string, Parameter>();
  readonly #frames: Frame[] = [];
  #rest: Line | undefined;
  #definition: { readonly name: string; readonly lines: Line[]; readonly file: Frame } | undefined;
  #checks: ReadonlySet<IncludeCheck>;
  #made = 0;

  constructor(options: LogicalLinesOptions) {
    this.#options = options;
    this.#checks = options.includeChecks ?? new Set();
  }

  /** Reads these files next, one after the other, before what is left of the present one. */
  open(paths: readonly string[], onUnreadable: (path: string) => void): void {
    const open = (path: string): void => {
      if (!this.#openFile(path)) onUnreadable(path);
    };
    this.#frames.push({ kind: 'paths', paths: paths.values(), open });
  }

  #openFile(path: string): boolean {
    const source = this.#options.reader.text(path);
    if (source.kind !== 'text') return false;
    this.#options.onFile?.(path, source.text);
    const lines = new PhysicalLines(path, source.text);
    this.#frames.push({ kind: 'file', path, directory: directoryOf(path), lines, checksBefore: this.#checks });
    return true;
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
    const frame = this.#frames.at(-1);
    if (frame?.kind !== 'file' || this.#definition !== undefined) return undefined;
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
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      const line = this.#nextOf(frame);
      if (line === 'end') this.#leave(frame);
      else if (line !== undefined) return line;
    }
    return undefined;
  }

  #nextOf(frame: Frame): Line | 'end' | undefined {
    if (frame.kind === 'file') return this.#nextOfFile(frame);
    if (frame.kind !== 'paths') return this.#nextMade(frame);
    const path = frame.paths.next();
    if (path.done) return 'end';
    frame.open(path.value);
    return undefined;
  }

  #leave(frame: Frame): void {
    this.#frames.pop();
    if (frame.kind !== 'file') return;
    this.#checks = frame.checksBefore;
    if (this.#definition?.file === frame) this.#endDefinition();
  }

  // Steps 1 to 4.
  #nextOfFile(frame: Frame & { kind: 'file' }): Line | 'end' | undefined {
    const physical = frame.lines.next();
    if (physical === undefined) return 'end';
    const { report } = this.#options;
    if (physical.kind === 'too-long') {
      report(
        'error',
        'line-too-long',
        'the line is longer than 1023 bytes; its beginning is ignored',
        locationAt(physical.line, 0),
      );
      return undefined;
    }
    if (physical.kind === 'nul') {
      report('error', 'nul-byte', 'the line holds a NUL byte and is ignored', locationAt(physical.line, 0));
      return undefined;
    }
    const line = this.#strip(physical.line);
    if (this.#definition?.file === frame && physical.line.text === '') this.#endDefinition();
    if (line.text === '') return undefined;
    if (this.#definition?.file !== frame) return line;
    this.#continueDefinition(this.#definition.lines, line);
    return undefined;
  }

  #strip(line: Line): Line {
    const stripped = stripComment(line);
    this.#mention(line, stripped.line);
    if (stripped.openQuote !== undefined)
      this.#options.report(
        'error',
        'unterminated-quote',
        'this double quote is not closed on its line',
        locationAt(stripped.line, stripped.openQuote),
        { hint: 'close the quote on the same line; a quoted text cannot go on over lines' },
      );
    return stripped.line;
  }

  // Slips that keepalived reads in silence.
  #mention(line: Line, code: Line): void {
    const { text } = line;
    const start = commentStart(text);
    const inside = start > 0 && start < text.length && /[^\s{}"\\#!]/.test(text.charAt(start - 1));
    if (inside)
      this.#options.report(
        'note',
        'comment-inside-word',
        `the ${text.charAt(start)} starts a comment here, inside a word`,
        locationAt(line, start),
        {
          hint: `put the word in double quotes, or write \\${text.charAt(start)}; a comment stands better after a blank`,
        },
      );
    const quote = /[\u2018\u2019\u201c-\u201e]/.exec(code.text);
    if (quote !== null)
      this.#options.report(
        'note',
        'typographic-quote',
        `${quote[0]} is no quote here, but a part of the word`,
        locationAt(code, quote.index),
        { hint: 'write the plain quote of the keyboard: "' },
      );
  }

  #nextMade(frame: Frame & { kind: 'lines' | 'repeat' }): Line | 'end' {
    if (frame.kind === 'lines') {
      const next = frame.lines.next();
      return next.done ? 'end' : this.#count(next.value);
    }
    const round = frame.rounds.next();
    if (round.done) return 'end';
    for (const { name, value } of round.value) this.#parameters.set(name, { kind: 'text', text: value });
    return this.#count(frame.line);
  }

  #count(line: Line): Line | 'end' {
    this.#made++;
    if (this.#made <= MOST_MADE_LINES) return line;
    if (this.#made === MOST_MADE_LINES + 1)
      this.#options.report(
        'error',
        'expansion-too-long',
        `repetitions make more than ${MOST_MADE_LINES} lines`,
        locationAt(line, 0),
      );
    return 'end';
  }

  // Steps 5 to 10. A line that a parameter completed goes through 5 to 7 again: keepalived 2.2.7 obeys a value such as
  // `@main` or `~SEQ(...)`, and its manual page promises it; 2.4.3 does not.
  #process(raw: Line, again = false): Line | undefined {
    const line = applyCondition(raw, this.#options.surroundings.configId);
    if (line === undefined) return undefined;
    const definition = readDefinition(line);
    if (definition !== undefined) {
      this.#define(definition.name, definition.value);
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

  #define(name: string, value: Line): void {
    if (!value.text.endsWith('\\')) {
      this.#parameters.set(name, { kind: 'text', text: value.text });
      return;
    }
    const file = this.#frames.findLast((frame) => frame.kind === 'file');
    if (file === undefined) return;
    this.#definition = { name, lines: [], file };
    this.#continueDefinition(this.#definition.lines, value);
  }

  // A line that does not end in a backslash is the last one.
  #continueDefinition(lines: Line[], line: Line): void {
    if (line.text.endsWith('\\')) {
      lines.push(trimLine(sliceLine(line, 0, line.text.length - 1)));
      return;
    }
    lines.push(line);
    this.#endDefinition();
  }

  #endDefinition(): void {
    if (this.#definition !== undefined)
      this.#parameters.set(this.#definition.name, { kind: 'lines', lines: this.#definition.lines });
    this.#definition = undefined;
  }

  #expand(line: Line): Line | undefined {
    const { surroundings, report } = this.#options;
    const expanded = expandParameters(line, this.#parameters, this.#directory(), surroundings, report);
    if (expanded === undefined) return undefined;
    for (const { name, lines } of expanded.following) {
      if (this.#frames.some((frame) => frame.kind === 'lines' && frame.name === name)) {
        const names = this.#frames.flatMap((frame) => (frame.kind === 'lines' ? [`$${frame.name}`] : []));
        const chain = [...names, `$${name}`].join(' -> ');
        report('error', 'parameter-cycle', `the lines of $${name} contain themselves: ${chain}`, locationAt(line, 0));
        return undefined;
      }
      if (!this.#push({ kind: 'lines', name, lines: lines.values() }, line)) return undefined;
    }
    return expanded.replaced ? this.#strip(expanded.line) : expanded.line;
  }

  #push(frame: Frame, line: Line): boolean {
    if (this.#frames.length < DEEPEST_FRAME) {
      this.#frames.push(frame);
      return true;
    }
    const message = `parameters and repetitions nest deeper than ${DEEPEST_FRAME} levels`;
    this.#options.report('error', 'expansion-too-long', message, locationAt(line, 0));
    return false;
  }

  #directory(): string {
    const file = this.#frames.findLast((frame) => frame.kind === 'file');
    return file?.kind === 'file' ? file.directory : '.';
  }

  // True when the line was a repetition, well formed or not.
  #repeat(line: Line): boolean {
    const result = readRepetition(line, (text) => this.#expand({ ...line, text, columns: 1 })?.text);
    if (result.kind === 'none') return false;
    if (result.kind === 'malformed')
      this.#options.report('error', 'bad-repetition', `malformed repetition: ${result.reason}`, locationAt(line, 0), {
        hint: 'write ~SEQ(NAME, [START, [STEP,]] END) TEXT or ~LST(NAME, VALUE, ...) TEXT',
      });
    else this.#push({ kind: 'repeat', ...result.repetition }, line);
    return true;
  }

  #include(include: Include, line: Line): void {
    const at = locationAt(line, include.patternOffset);
    const { report, reader } = this.#options;
    const paths: string[] = [];
    for (const match of matchInclude(include.pattern, this.#directory(), reader)) {
      if (match.kind === 'path') paths.push(match.path);
      else if (include.checks.has(match.check))
        report('error', 'include-check-failed', `no file matches "${match.pattern}"`, at);
      else if (match.check !== 'wildcard_match')
        report('warning', 'include-missing', `no file matches "${match.pattern}"`, at);
    }
    this.#frames.push({ kind: 'paths', paths: paths.values(), open: (path) => this.#includeFile(path, include, at) });
  }

  #includeFile(path: string, include: Include, at: SourceLocation): void {
    const { report, reader } = this.#options;
    const open = this.#frames.flatMap((frame) => (frame.kind === 'file' ? [frame.path] : []));
    if (open.includes(path) || open.length >= DEEPEST_INCLUDE) {
      const chain = [...open.slice(Math.max(0, open.indexOf(path))), path].join(' -> ');
      report('error', 'include-cycle', `the file includes itself: ${chain}`, at);
      return;
    }
    if (this.#openFile(path)) return;
    const source = reader.text(path);
    const reason = source.kind === 'refused' ? source.reason : 'it cannot be read';
    if (include.checks.has('read')) report('error', 'include-check-failed', `"${path}" is skipped: ${reason}`, at);
    else report('warning', 'include-missing', `"${path}" is skipped: ${reason}`, at);
  }

  #split(line: Line): Line {
    const { head, rest } = splitAtBrace(line);
    this.#rest = rest;
    // include_check acts at once on the includes that follow it.
    if (head.text.startsWith('include_check') && /^include_check(?:[ \t]|$)/.test(head.text))
      this.#checks = changeIncludeChecks(this.#checks, head.text.split(/[ \t]+/).slice(1));
    return head;
  }
}
