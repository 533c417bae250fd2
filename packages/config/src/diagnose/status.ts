// The exit status of a configuration test: what `keepalived -t` would end with (config-syntax section 13).
import type { Diagnostic } from '../diagnostic.ts';

/** 0 nothing to report, 2 a parameter is missing, 4 fatal, 5 errors or warnings, 6 security or a checked include. */
export type ExitStatus = 0 | 2 | 4 | 5 | 6;

/** Codes that keepalived does not report at all, or only mentions. */
const SILENT: ReadonlySet<string> = new Set([
  'file-missing',
  'include-missing',
  'not-acted-on',
  'old-spelling',
  'extra-words',
  'more-of-the-same',
]);
const SECURITY: ReadonlySet<string> = new Set(['script-security', 'include-check-failed']);

/** The status the findings amount to. A missing parameter wins because keepalived stops reading there. */
export const exitStatusOfDiagnostics = (diagnostics: readonly Diagnostic[]): ExitStatus => {
  const codes = new Set(diagnostics.map(({ code }) => code));
  if (codes.has('missing-parameter')) return 2;
  if ([...SECURITY].some((code) => codes.has(code))) return 6;
  return [...codes].some((code) => !SILENT.has(code)) ? 5 : 0;
};
