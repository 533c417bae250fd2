// The exit status of a configuration test: what `keepalived -t` would end with (config-syntax section 13).
import type { Diagnostic } from '../diagnostic.ts';
import { type ExitStatus, statusOfCode } from './codes.ts';

/**
 * The status that all findings together amount to. A missing parameter wins because keepalived stops reading there, unless an
 * include was refused: that ends it before the processes start that read the rest.
 */
export const exitStatusOfDiagnostics = (diagnostics: readonly Diagnostic[]): ExitStatus => {
  if (diagnostics.some(({ code }) => code === 'include-check-failed')) return 6;
  const found = new Set(diagnostics.map(({ code }) => statusOfCode(code)));
  return ORDER.find((status) => found.has(status)) ?? 0;
};

const ORDER: readonly ExitStatus[] = [2, 6, 5, 4];
