// include and its variants: which files a pattern names and which failures count (config-syntax section 7).
import type { Line } from './line.ts';
import { resolvePath, type SourceReader } from './reader.ts';

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

/** What `include_check WORDS` leaves: no word = all, plain words = exactly these, `+`/`-` change what was set. */
export const changeIncludeChecks = (
  standing: ReadonlySet<IncludeCheck>,
  words: readonly string[],
): ReadonlySet<IncludeCheck> => {
  if (words.length === 0) return allIncludeChecks;
  const checks = new Set(/^[+-]/.test(words[0] ?? '') ? standing : []);
  for (const word of words) {
    const name = word.replace(/^[+-]/, '');
    if (!isIncludeCheck(name)) continue;
    if (word.startsWith('-')) checks.delete(name);
    else checks.add(name);
  }
  return checks;
};

/** One path to read, or one part of the pattern that named nothing. */
export type IncludeMatch =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'nothing'; readonly pattern: string; readonly check: IncludeCheck };

/** The files a pattern names, `{a,b}` in the order written, wildcards in the order of the reader. */
export const matchInclude = (pattern: string, directory: string, reader: SourceReader): readonly IncludeMatch[] => {
  const alternatives = expandBraces(pattern);
  const braces = alternatives.length > 1;
  return alternatives.flatMap((alternative): IncludeMatch[] => {
    if (!/[*?[]/.test(alternative)) {
      const path = resolvePath(directory, alternative);
      const missing = reader.text(path).kind === 'missing';
      return missing
        ? [{ kind: 'nothing', pattern: alternative, check: braces ? 'brace_match' : 'match' }]
        : [{ kind: 'path', path }];
    }
    const paths = reader.glob(alternative, directory);
    if (paths.length === 0) return [{ kind: 'nothing', pattern: alternative, check: 'wildcard_match' }];
    return paths.map((path) => ({ kind: 'path', path }));
  });
};

/** Alternatives beyond this number are not looked at: a pattern may not multiply without bound. */
const MOST_ALTERNATIVES = 1024;

/** `x{a,b}y` is `xay` and `xby`; a brace without partner or comma is an ordinary character. */
export const expandBraces = (pattern: string): readonly string[] => {
  let done: string[] = [''];
  let rest = pattern;
  for (;;) {
    const match = /\{([^{}]*,[^{}]*)\}/.exec(rest);
    const alternatives = match?.[1]?.split(',') ?? [''];
    const head = match === null ? rest : rest.slice(0, match.index);
    done = done
      .flatMap((text) => alternatives.map((alternative) => text + head + alternative))
      .slice(0, MOST_ALTERNATIVES);
    if (match === null) return done;
    rest = rest.slice(match.index + match[0].length);
  }
};
