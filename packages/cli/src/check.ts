// `vipward check FILE`: the daemon's own validator, for people and for tools.
import { type Diagnostic, renderFindings, type Severity } from '@vipward/config';
import { loadInNamespace } from '@vipward/daemon/check';
import { sourceOf } from './standard-input.ts';

export interface CheckOptions {
  readonly json?: boolean;
  /** Warnings count as errors. */
  readonly strict?: boolean;
  readonly configId?: string;
}

/**
 * Prints what is wrong; `-` is standard input. Returns 0 without errors, 1 with, 2 when the file cannot be read. With `json` it is
 * one object in every case.
 */
export const runCheck = async (file: string, options: CheckOptions): Promise<number> => {
  const { configId } = options;
  const loaded = await loadInNamespace({ ...(await sourceOf(file)), configId });
  const findings = options.strict === true ? loaded.diagnostics.map(strict) : loaded.diagnostics;
  const errors = count(findings, 'error');
  const warnings = count(findings, 'warning');
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ errors, warnings, diagnostics: findings.map(flat) }, undefined, 2)}\n`);
  } else {
    const colour = wantsColour(process.stdout.isTTY === true, process.env);
    for (const finding of renderFindings(findings, { colour })) process.stdout.write(`${finding}\n`);
    process.stdout.write(`${file}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}\n`);
  }
  if (loaded.missing) return 2;
  return errors > 0 ? 1 : 0;
};

/** Only for a terminal, and not where NO_COLOR (https://no-color.org) or TERM=dumb says otherwise. */
export const wantsColour = (terminal: boolean, { NO_COLOR = '', TERM }: NodeJS.ProcessEnv): boolean =>
  terminal && NO_COLOR === '' && TERM !== 'dumb';

const strict = (finding: Diagnostic): Diagnostic =>
  finding.severity === 'warning' ? { ...finding, severity: 'error' } : finding;

const count = (findings: readonly Diagnostic[], severity: Severity): number =>
  findings.filter((finding) => finding.severity === severity).length;

const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

// Every key is always there: tools need not ask.
const flat = ({ severity, code, message, at, hint, related = [] }: Diagnostic): object => ({
  severity,
  code,
  message,
  file: at.file,
  line: at.line,
  column: at.column,
  hint: hint ?? null,
  related: related.map((other) => ({
    file: other.at.file,
    line: other.at.line,
    column: other.at.column,
    message: other.message,
  })),
});
