// One mistake, one finding: what follows only from another finding is shown there, as a related place.
import type { Diagnostic, Severity } from '../diagnostic.ts';
import { type DiagnosticCode, statusOfCode } from './codes.ts';

/** Lines of a file, both included. */
interface Range {
  readonly from: number;
  readonly to: number;
}

type LinesOf = (file: string) => readonly string[];

/** Where the cause of a finding may stand, and what it says then; the rest of the findings are its candidates. */
interface Consequence {
  /** Narrows the lines of the block that the finding stands at. */
  readonly within?: RegExp;
  /** Found in the message or the hint of the cause; absent: whatever stands in the range. */
  readonly says?: RegExp;
}

const CONSEQUENCES: Readonly<Record<string, Consequence>> = {
  'missing-interface': { says: /\binterface\b/ },
  'missing-virtual-router-id': { says: /\bvirtual_router_id\b/ },
  'no-virtual-address': { within: /^\s*virtual_ipaddress\b/ },
  'authentication-incomplete': {},
  'script-without-command': { says: /\b(?:script|misc_path|double quote)\b/ },
  'default-taken': { says: /is not known for|did you mean|needs a parameter/ },
  'no-real-servers': { says: /\breal[ _]server\b/ },
  'checker-without-url': { says: /\burl\b/ },
  'url-without-path': {},
  'missing-close-brace': { says: /must be followed by \{/ },
  'block-extra-words': { says: /must be followed by \{/ },
  'sync-group-too-small': { says: /unknown keyword|names/ },
};

/** `all` sorted by file and line. A cause becomes as severe as what follows from it; the exit status stays what it was. */
export const foldConsequences = (all: readonly Diagnostic[], linesOf: LinesOf): readonly Diagnostic[] => {
  const sorted = withoutRepeats(all);
  const causes = new Map<Diagnostic, Diagnostic[]>();
  for (const finding of sorted) {
    const cause = causeOf(finding, sorted, linesOf);
    if (cause !== undefined) causes.set(cause, [...(causes.get(cause) ?? []), finding]);
  }
  const folded = new Set([...causes.values()].flat());
  return sorted.filter((finding) => !folded.has(finding)).map((finding) => withAll(finding, causes));
};

const withoutRepeats = (sorted: readonly Diagnostic[]): readonly Diagnostic[] =>
  sorted.filter((one, i) => {
    const saidBy = REPEATS[one.code];
    const next = sorted[i + 1];
    return (
      saidBy === undefined || next?.code !== saidBy || next.at.line !== one.at.line || next.at.file !== one.at.file
    );
  });

/** Not said where the other follows it on one line. */
const REPEATS: Readonly<Record<string, DiagnosticCode>> = {
  // Missed by the line and by the command; the place of the quote says more than that of the keyword.
  'unterminated-quote': 'unterminated-quote',
  // Where it is looked for, it is not: its hint is to write the full path as well.
  'relative-script': 'env-script-missing',
};

const causeOf = (finding: Diagnostic, sorted: readonly Diagnostic[], linesOf: LinesOf): Diagnostic | undefined => {
  const { code, at, message } = finding;
  if (code === 'unknown-script') {
    const name = /tracks the script (\S+),/.exec(message)?.[1];
    return sorted.find(
      (other) => other.code === 'script-without-command' && other.message.startsWith(`vrrp_script ${name} `),
    );
  }
  // A parameter whose definition was not one.
  const parameter = /"\$\{?(\w+)/.exec(message)?.[1];
  if (parameter !== undefined && code !== 'unknown-keyword')
    return sorted.find((other) => other.message.startsWith(`unknown keyword "$${parameter}"`));
  if (!Object.hasOwn(CONSEQUENCES, code)) return undefined;
  const { within, says = /(?:)/ } = CONSEQUENCES[code] ?? {};
  const range = rangeOf(linesOf(at.file), at.line, within);
  return sorted.find(
    (other) =>
      other !== finding &&
      !(other.code === code) &&
      other.at.file === at.file &&
      other.at.line >= range.from &&
      other.at.line <= range.to &&
      other.severity !== 'note' &&
      outranks(other, finding) &&
      !other.code.startsWith('env-') &&
      !/^missing-close|^no-virtual|^authentication/.test(other.code) &&
      says.test(`${other.message} ${other.hint ?? ''}`),
  );
};

// What stays must decide the exit status as both did: 2 goes before all others.
const outranks = (cause: Diagnostic, finding: Diagnostic): boolean =>
  statusOfCode(cause.code) === 2 || statusOfCode(cause.code) >= statusOfCode(finding.code);

const RANK: readonly Severity[] = ['note', 'warning', 'error'];

// A consequence may have consequences of its own.
const withAll = (finding: Diagnostic, causes: ReadonlyMap<Diagnostic, readonly Diagnostic[]>): Diagnostic => {
  const own = causes.get(finding);
  if (own === undefined) return finding;
  const following = own.map((one) => withAll(one, causes));
  const ranks = [finding, ...following].map(({ severity }) => RANK.indexOf(severity));
  const inBlock = own.some(({ code }) => code === 'block-extra-words') ? blockOf(finding.hint) : undefined;
  return {
    ...finding,
    ...(inBlock === undefined ? {} : { hint: inBlock }),
    severity: RANK[Math.max(...ranks)] ?? finding.severity,
    related: [
      ...(finding.related ?? []),
      ...following
        .filter(({ code }) => inBlock === undefined || code !== 'block-extra-words')
        .flatMap(({ at, message, related = [] }) => [{ at, message: `so ${message}` }, ...related]),
    ],
  };
};

// `virtual_ipaddress 10.0.0.1` without braces: the words were meant to stand in them.
const blockOf = (hint = ''): string | undefined => {
  const [, keyword, words] = /^write (\S+) (.+) \{$/.exec(hint) ?? [];
  return keyword === undefined ? undefined : `write ${keyword} { ${words} }`;
};

const MOST_LINES = 2000;

// From the line of a keyword to the brace that closes its block; only for a place to look, so quotes may deceive it.
const rangeOf = (lines: readonly string[], from: number, within?: RegExp): Range => {
  let depth = 0;
  let opened = false;
  const last = Math.min(lines.length, from + MOST_LINES);
  for (let line = from; line <= last; line++) {
    const text = (lines[line - 1] ?? '').replace(/[#!].*/, '');
    if (within?.test(text)) return rangeOf(lines, line);
    for (const char of text) {
      if (char === '{') depth++;
      else if (char === '}') depth--;
      opened ||= depth > 0;
    }
    if (depth <= 0 && opened) return within === undefined ? { from, to: line } : NONE;
    if (!opened && line > from) return within === undefined ? { from, to: from } : NONE;
  }
  return within === undefined ? { from, to: last } : NONE;
};

const NONE: Range = { from: 1, to: 0 };
