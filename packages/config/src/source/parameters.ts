// Parameters: `$NAME=VALUE`, and putting values in place of `$NAME` and `${NAME}` (config-syntax section 9).

import type { SourceLocation } from '../model.ts';
import { ownProperty } from '../own-property.ts';
import { type Line, locationAt, type ReplacedSpan, replacedLine, sliceLine } from './line.ts';
import type { Report } from './report.ts';

/** A single-line value, or the lines of a definition that went on over several. */
export type Parameter =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'lines'; readonly lines: readonly Line[] };

/** What predefined names need from outside; a parser has no clock, dice or environment of its own. */
export interface Surroundings {
  readonly configId: string;
  /** A whole number from `min` to `max`, both included, for `${_RANDOM}`. */
  readonly random?: (min: number, max: number) => number;
  /** For `${_ENV NAME}`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface Definition {
  readonly name: string;
  readonly value: Line;
}

/** `$NAME=VALUE`, or undefined when the line is something else; no blank may stand before the `=`. */
export const readDefinition = (line: Line): Definition | undefined => {
  if (!line.text.startsWith('$')) return undefined;
  const match = /^\$([A-Za-z_][A-Za-z0-9_]*)=[ \t]*/.exec(line.text);
  const name = match?.[1];
  if (match === null || name === undefined) return undefined;
  return { name, value: sliceLine(line, match[0].length) };
};

/** A line after replacement; `following` are the further lines of the multi-line parameters that ended it, innermost last. */
export interface Expanded {
  readonly line: Line;
  readonly replaced: boolean;
  readonly following: readonly { readonly name: string; readonly lines: readonly Line[] }[];
}

/** What replacing draws on. */
export interface Expansion {
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Of the file that is being read. */
  readonly directory: string;
  readonly surroundings: Surroundings;
  readonly report: Report;
  /** Characters that may still be moved about, over all lines; what goes beyond is an error once, and dropped. */
  readonly budget: { left: number };
}

/** Enough for a quarter of a million lines with a few parameters each, and done in a fraction of a second. */
export const EXPANSION_BUDGET = 2 ** 26;

/** Values nest at use, so a short text can grow without end: replacement stops at this many UTF-16 units in one line,
 * or when it was done this often. */
const LONGEST_LINE = 65_536;
const MOST_REPLACEMENTS = 4096;

/** The stretch of the line that came from one name: while the scan is inside it, that name must not be used again. */
interface Region {
  readonly name: string;
  end: number;
}

/**
 * Replaces every parameter in `line`. Values are scanned again from their start, so nested names are replaced at use.
 * Undefined when a value holds its own name or the line grows too long; that has then been reported.
 */
export const expandParameters = (line: Line, expansion: Expansion): Expanded | undefined => {
  const { parameters, report, budget } = expansion;
  const following: { name: string; lines: readonly Line[] }[] = [];
  const regions: Region[] = [];
  const spans: ReplacedSpan[] = [];
  let text = line.text;
  let replacements = 0;
  let at = text.indexOf('$');
  while (at >= 0) {
    while ((regions.at(-1)?.end ?? Number.POSITIVE_INFINITY) <= at) regions.pop();
    const use = readUse(text, at);
    const place = (): SourceLocation =>
      locationAt(line, regions.length === 0 ? at - text.length + line.text.length : (spans.at(-1)?.from ?? 0));
    const value = use && (lookUp(use, parameters) ?? predefined(use, expansion, place));
    if (use === undefined || value === undefined || (value.kind === 'lines' && use.end < text.length)) {
      at = text.indexOf('$', at + 1);
      continue;
    }
    const first = value.kind === 'text' ? value.text : (value.lines[0]?.text ?? '');
    if (regions.some((region) => region.name === use.name)) {
      const chain = [...regions.map((region) => region.name), use.name].map((name) => `$${name}`).join(' -> ');
      report('error', 'parameter-cycle', `the value of $${use.name} contains itself: ${chain}`, place());
      return undefined;
    }
    if (regions.length === 0) spans.push({ start: at, end: at, from: at - text.length + line.text.length, to: 0 });
    const growth = first.length - (use.end - at);
    for (const region of regions) region.end += growth;
    regions.push({ name: use.name, end: at + first.length });
    text = text.slice(0, at) + first + text.slice(use.end);
    const span = spans.at(-1);
    if (span !== undefined) {
      span.end = Math.max(regions[0]?.end ?? 0, at + first.length);
      span.to = span.end - text.length + line.text.length;
    }
    replacements++;
    if (text.length > LONGEST_LINE || replacements > MOST_REPLACEMENTS) {
      const message = `$${use.name} makes the line longer than ${LONGEST_LINE} characters or takes more than ${MOST_REPLACEMENTS} replacements`;
      report('error', 'expansion-too-long', message, locationAt(line, 0));
      return undefined;
    }
    if (isSpent(budget, text.length, line, report)) return undefined;
    if (value.kind === 'lines') following.push({ name: use.name, lines: value.lines.slice(1) });
    at = text.indexOf('$', at);
  }
  if (replacements === 0) return { line, replaced: false, following };
  return { line: replacedLine(line, text, spans), replaced: true, following };
};

const isSpent = (budget: { left: number }, length: number, line: Line, report: Report): boolean => {
  const before = budget.left;
  budget.left -= length;
  if (before > 0 && budget.left <= 0)
    report('error', 'expansion-too-long', 'parameters make too much text in all', locationAt(line, 0));
  return budget.left <= 0;
};

interface Use {
  readonly name: string;
  readonly words: readonly string[];
  readonly end: number;
}

const BRACED = /\$\{([A-Za-z_][A-Za-z0-9_]*)((?:[ \t]+[A-Za-z0-9_]+)*)[ \t]*\}/y;
const BARE = /\$([A-Za-z_][A-Za-z0-9_]*)(?=[ \t,)]|$)/y;

// `$NAME` counts only before a blank, a comma, `)` or the end; `${NAME}` everywhere.
const readUse = (text: string, at: number): Use | undefined => {
  BRACED.lastIndex = at;
  const braced = BRACED.exec(text);
  if (braced?.[1] !== undefined) {
    const words = (braced[2] ?? '').split(/[ \t]+/).filter((word) => word !== '');
    return { name: braced[1], words, end: BRACED.lastIndex };
  }
  BARE.lastIndex = at;
  const bare = BARE.exec(text);
  return bare?.[1] === undefined ? undefined : { name: bare[1], words: [], end: BARE.lastIndex };
};

const lookUp = (use: Use, parameters: ReadonlyMap<string, Parameter>): Parameter | undefined =>
  use.words.length > 0 ? undefined : parameters.get(use.name);

const text = (value: string): Parameter => ({ kind: 'text', text: value });

const predefined = (
  use: Use,
  { directory, surroundings, report }: Expansion,
  place: () => SourceLocation,
): Parameter | undefined => {
  switch (use.name) {
    case '_PWD':
      return text(directory);
    case '_INSTANCE':
      return text(surroundings.configId);
    case '_HASH':
      return text('#');
    case '_BANG':
      return text('!');
    case '_ENV':
      return environmentValue(use.words, surroundings, place, report);
    case '_RANDOM':
      return randomValue(use.words, surroundings, place, report);
    default:
      return undefined;
  }
};

// Without a name keepalived crashes.
const environmentValue = (
  words: readonly string[],
  { environment }: Surroundings,
  place: () => SourceLocation,
  report: Report,
): Parameter => {
  const [name] = words;
  if (name === undefined || words.length > 1)
    report('error', 'bad-parameter', `\${_ENV NAME} takes the name of one variable`, place());
  return text(name === undefined ? '' : (ownProperty(environment ?? {}, name) ?? ''));
};

const randomValue = (
  words: readonly string[],
  { random }: Surroundings,
  place: () => SourceLocation,
  report: Report,
): Parameter | undefined => {
  if (random === undefined || words.length > 2 || !words.every((word) => /^\d{1,9}$/.test(word))) {
    report('error', 'bad-parameter', `\${_RANDOM} takes up to two numbers, MIN and MAX`, place());
    return undefined;
  }
  const min = Number(words[0] ?? 0);
  const max = Number(words[1] ?? 32_767);
  if (min > max) {
    report('error', 'bad-parameter', `\${_RANDOM}: ${min} is above ${max}`, place());
    return text(String(min));
  }
  return text(String(random(min, max)));
};
