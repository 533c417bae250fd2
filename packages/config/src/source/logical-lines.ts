// The reader: files in, logical lines out, one at a time and in the order of config-syntax section 2.
import { splitAt, splitAtBrace } from './braces.ts';
import { applyCondition, isOwnLine } from './condition.ts';
import { Definitions } from './definitions.ts';
import { Frames } from './frames.ts';
import { readInclude } from './include.ts';
import { type Line, locationAt } from './line.ts';
import { OwnLines } from './own-lines.ts';
import { EXPANSION_BUDGET, type Expansion, expandParameters, readDefinition, type Surroundings } from './parameters.ts';
import { RawLines, type RawLinesOptions } from './raw-lines.ts';
import { readRepetition } from './repeat.ts';
import { stripLine } from './strip.ts';

export interface LogicalLinesOptions extends RawLinesOptions {
  readonly surroundings: Surroundings;
}

export class LogicalLines {
  readonly #options: LogicalLinesOptions;
  readonly #definitions = new Definitions();
  readonly #frames: Frames;
  readonly #raw: RawLines;
  readonly #own = new OwnLines();
  readonly #budget = { left: EXPANSION_BUDGET };
  /** What stands behind a brace. */
  #rest: Line | undefined;

  constructor(options: LogicalLinesOptions) {
    this.#options = options;
    this.#frames = new Frames(options.report);
    this.#raw = new RawLines(options, this.#frames, this.#definitions);
  }

  /** Reads these files next, one after the other, before what is left of the present one. */
  open(paths: readonly string[], onUnreadable: (path: string) => void): void {
    this.#raw.open(paths, onUnreadable);
  }

  /** `include_check WORDS`, for the includes that follow in the file that is being read. */
  changeIncludeChecks(words: readonly string[]): void {
    this.#raw.changeIncludeChecks(words);
  }

  /** The next logical line, never empty; undefined at the end of everything. */
  next(): Line | undefined {
    for (;;) {
      const plain = this.#nextPlain();
      if (plain !== undefined) return plain;
      const line = this.#rest ?? this.#raw.next();
      this.#rest = undefined;
      if (line === undefined) return undefined;
      const head = this.#process(line);
      if (head !== undefined && head.text !== '') return head;
    }
  }

  /** Whether keepalived does not see a logical line, since it stands on an `@vipward` line or in a file that such a one includes. */
  isOwn(line: Line): boolean {
    return this.#own.has(line);
  }

  // What nearly every line of a large file is: a brace alone, or a plain line. Steps 1 to 9 have nothing to do there.
  #nextPlain(): Line | undefined {
    const rest = this.#rest;
    if (rest !== undefined) {
      if (rest.text !== '{' && rest.text !== '}') return undefined;
      this.#rest = undefined;
      return rest;
    }
    const plain = this.#raw.takePlain();
    if (plain === undefined) return undefined;
    if (plain.brace < 0) return plain.line;
    const split = splitAt(plain.line, plain.brace);
    this.#rest = split.rest;
    return split.head;
  }

  // Steps 5 to 10. A line that a parameter completed goes through 5 to 7 again: keepalived 2.2.7 obeys a value such as
  // `@main` or `~SEQ(...)`, and its manual page promises it; 2.4.3 does not.
  #process(raw: Line, again = false): Line | undefined {
    const line = applyCondition(raw, this.#options.surroundings.configId);
    if (line === undefined) return undefined;
    if (isOwnLine(raw)) this.#own.addLine(line);
    const definition = readDefinition(line);
    if (definition !== undefined) {
      this.#definitions.define(definition.name, definition.value);
      return undefined;
    }
    if (line.text.startsWith('~')) return this.#repeat(line) ? undefined : this.#split(line);
    const expanded = line.text.includes('$') && !again ? this.#expand(line) : line;
    if (expanded === undefined) return undefined;
    if (expanded !== line && /^[@$~]/.test(expanded.text)) return this.#process(expanded, true);
    const include = readInclude(expanded, this.#raw.includeChecks);
    if (include === undefined) return this.#split(expanded);
    const paths = this.#raw.include(include, locationAt(expanded, include.patternOffset));
    if (this.#own.has(expanded)) this.#own.addFiles(paths);
    return undefined;
  }

  #expand(line: Line): Line | undefined {
    const expanded = expandParameters(line, this.#expansion());
    if (expanded === undefined) return undefined;
    for (const { name, lines } of expanded.following) if (!this.#frames.pushLines(name, lines, line)) return undefined;
    return expanded.replaced ? stripLine(expanded.line, this.#options.report) : expanded.line;
  }

  #expansion(): Expansion {
    const { surroundings, report } = this.#options;
    const { parameters } = this.#definitions;
    return { parameters, directory: this.#frames.directory, surroundings, report, budget: this.#budget };
  }

  // True when the line was a repetition, well formed or not.
  #repeat(line: Line): boolean {
    const { report } = this.#options;
    const result = readRepetition(line, (part) => {
      const expanded = expandParameters(part, this.#expansion());
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

  #split(line: Line): Line {
    const { head, rest } = splitAtBrace(line);
    this.#rest = rest;
    return head;
  }
}
