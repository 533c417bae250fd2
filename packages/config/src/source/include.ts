// include and its variants: which files a pattern names and which failures count (config-syntax section 7).
import type { Line } from './line.ts';
import { directoryOf, resolvePath, type SourceReader } from './reader.ts';

/** Failures that make a configuration unusable when asked for; otherwise they are only mentioned. */
export type IncludeCheck = 'read' | 'match' | 'wildcard_match' | 'brace_match';

export interface Include {
  readonly pattern: string;
  readonly patternOffset: number;
  readonly checks: ReadonlySet<IncludeCheck>;
}

const CHECKS = {
  '': [],
  r: ['read'],
  m: ['read', 'match'],
  w: ['read', 'match', 'wildcard_match'],
  b: ['read', 'brace_match'],
  a: ['read', 'match', 'wildcard_match', 'brace_match'],
} as const satisfies Readonly<Record<string, readonly IncludeCheck[]>>;

const isLetter = (letter: string): letter is keyof typeof CHECKS => Object.hasOwn(CHECKS, letter);

/** `include PATTERN`: the pattern is the rest of the line, blanks and quotes included. */
export const readInclude = (line: Line, standing: ReadonlySet<IncludeCheck>): Include | undefined => {
  if (!line.text.startsWith('include')) return undefined;
  const match = /^include([rmwba]?)[ \t]+(?=[^ \t])/.exec(line.text);
  if (match === null) return undefined;
  const letter = match[1] ?? '';
  const asked: readonly IncludeCheck[] = isLetter(letter) ? CHECKS[letter] : [];
  return {
    pattern: line.text.slice(match[0].length),
    patternOffset: match[0].length,
    checks: new Set([...standing, ...asked]),
  };
};

export const allIncludeChecks: ReadonlySet<IncludeCheck> = new Set(CHECKS.a);

const isIncludeCheck = (word: string): word is IncludeCheck => CHECKS.a.some((check) => check === word);

/**
 * What `include_check WORDS` leaves: no word = all, plain words = exactly these, `+`/`-` change what was set. Of plain words
 * only the first counts.
 */
export const changeIncludeChecks = (
  standing: ReadonlySet<IncludeCheck>,
  words: readonly string[],
): ReadonlySet<IncludeCheck> => {
  if (words.length === 0) return allIncludeChecks;
  const checks = new Set(/^[+-]/.test(words[0] ?? '') ? standing : []);
  words.forEach((word, i) => {
    const name = word.replace(/^[+-]/, '');
    if (!isIncludeCheck(name) || (i > 0 && name === word)) return;
    if (word.startsWith('-')) checks.delete(name);
    else checks.add(name);
  });
  return checks;
};

/** One path to read, or one part of the pattern that named nothing. */
export type IncludeMatch =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'nothing'; readonly pattern: string; readonly check: IncludeCheck };

/** The files a pattern names, `{a,b}` in the order written, wildcards in the order of the reader. */
export const matchInclude = (pattern: string, directory: string, reader: SourceReader): readonly IncludeMatch[] => {
  const alternatives = expandBraces(pattern).filter((alternative) => alternative !== '');
  const missing: IncludeCheck = /\{.*\}/.test(pattern) ? 'brace_match' : 'match';
  const matches = alternatives.flatMap((alternative): readonly IncludeMatch[] => {
    const paths = isWild(alternative) ? reader.glob(plainGlob(alternative), directory) : [];
    if (paths.length > 0) return paths.map((path) => ({ kind: 'path', path }));
    const named = isWild(alternative) ? directoryOf(fixedPart(alternative)) : alternative;
    const path = resolvePath(directory, unescaped(named));
    if (named !== '.' && reader.text(path).kind === 'missing')
      return [{ kind: 'nothing', pattern: alternative, check: missing }];
    return isWild(alternative) ? [] : [{ kind: 'path', path }];
  });
  // A wildcard without match is a failure only where nothing else of the pattern is there or is missed.
  return matches.length > 0 ? matches : [{ kind: 'nothing', pattern, check: 'wildcard_match' }];
};

const isWild = (pattern: string): boolean => /[*?[]/.test(pattern.replace(/\\./g, ''));

// glob(3) knows `*`, `?` and `[...]`: what other globs take `**` and `+(...)` for is not meant.
const plainGlob = (pattern: string): string => pattern.replace(/\*+/g, '*').replace(/[()]/g, '\\$&');

// Up to the first wildcard.
const fixedPart = (pattern: string): string => /^(?:\\.|[^*?[\\])*/.exec(pattern)?.[0] ?? '';

const unescaped = (pattern: string): string => pattern.replace(/\\(.)/g, '$1');

/** Alternatives beyond this number are not looked at, and a longer pattern names no path: it may not multiply without bound. */
const MOST_ALTERNATIVES = 1024;
const LONGEST_PATTERN = 4096;

/**
 * `x{a,b}y` is `xay` and `xby`, `{a,{b,c}}` is `a`, `b` and `c`, and `{a}` is `a`, as in glob(3). `{}` and a brace without
 * partner are ordinary characters.
 */
export const expandBraces = (pattern: string): readonly string[] => {
  if (pattern.length > LONGEST_PATTERN) return [pattern];
  const done: string[] = [];
  // Depth first, the first alternative on top, so that the order is that written.
  const open: { readonly text: string; readonly from: number }[] = [{ text: pattern, from: 0 }];
  for (let next = open.pop(); next !== undefined && done.length < MOST_ALTERNATIVES; next = open.pop()) {
    const { text, from } = next;
    const brace = firstGroup(text, from);
    if (brace === undefined) done.push(text);
    else
      for (const alternative of brace.alternatives.toReversed())
        open.push({ text: text.slice(0, brace.start) + alternative + text.slice(brace.end), from: brace.start });
  }
  return done;
};

// The first `{...}` at or after `from`, cut at the commas that are not inside an inner one.
const firstGroup = (
  text: string,
  from: number,
): { readonly start: number; readonly end: number; readonly alternatives: readonly string[] } | undefined => {
  const start = text.indexOf('{', from);
  if (start < 0) return undefined;
  if (text.startsWith('{}', start)) return firstGroup(text, start + 2);
  const alternatives: string[] = [];
  let depth = 0;
  let part = start + 1;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === '{') depth++;
    else if (character === '}') depth--;
    if (depth > 1 || !((character === ',' && depth === 1) || depth === 0)) continue;
    alternatives.push(text.slice(part, i));
    part = i + 1;
    if (depth === 0) return { start, end: i + 1, alternatives };
  }
  return undefined;
};
