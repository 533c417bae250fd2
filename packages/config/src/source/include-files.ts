// Which of the files of an include can be read, and what is said of the others.
import type { SourceLocation } from '../model.ts';
import { type Include, matchInclude } from './include.ts';
import type { SourceReader } from './reader.ts';
import type { Report } from './report.ts';

/** Files that include one another at most. */
const DEEPEST_INCLUDE = 64;

/** The files that an include names, in order; what of its pattern names nothing is reported as its checks ask for. */
export const includedPaths = (
  include: Include,
  directory: string,
  reader: SourceReader,
  at: SourceLocation,
  report: Report,
): readonly string[] => {
  const paths: string[] = [];
  for (const match of matchInclude(include.pattern, directory, reader)) {
    if (match.kind === 'path') {
      paths.push(match.path);
      continue;
    }
    const quoted = QUOTED.test(include.pattern);
    const message = `no file matches ${quoted ? match.pattern : `"${match.pattern}"`}`;
    const more = quoted ? { hint: 'quotes are part of the name here: write it without them' } : {};
    if (include.checks.has(match.check)) report('error', 'include-check-failed', message, at, more);
    else if (match.check !== 'wildcard_match' || quoted) report('warning', 'include-missing', message, at, more);
  }
  return paths;
};

const QUOTED = /^["']/;

/** True, and an error, when `path` is among the files that are `open`, or too many are. */
export const isIncludeCycle = (path: string, open: readonly string[], at: SourceLocation, report: Report): boolean => {
  const first = open.indexOf(path);
  if (first < 0 && open.length < DEEPEST_INCLUDE) return false;
  const chain = [...open.slice(Math.max(0, first)), path].join(' -> ');
  const what =
    first < 0 ? `files include one another more than ${DEEPEST_INCLUDE} levels deep` : 'the file includes itself';
  report('error', 'include-cycle', `${what}: ${chain}`, at);
  return true;
};

/** Says of a file that was not read why. */
export const reportUnreadable = (
  path: string,
  include: Include,
  reader: SourceReader,
  at: SourceLocation,
  report: Report,
): void => {
  const source = reader.text(path);
  const reason = source.kind === 'refused' ? source.reason : 'it cannot be read';
  if (include.checks.has('read')) report('error', 'include-check-failed', `"${path}" is skipped: ${reason}`, at);
  else report('warning', 'include-missing', `"${path}" is skipped: ${reason}`, at);
};
