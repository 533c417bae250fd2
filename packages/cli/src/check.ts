// `vipward check FILE`: the daemon's own validator, for people and for tools.
import { hostname } from 'node:os';
import { type Diagnostic, renderDiagnostic, type Severity } from '@vipward/config';
import { defaultConfigId, hostLinks, loadConfig } from '@vipward/daemon';

export interface CheckOptions {
  readonly json?: boolean;
  /** Warnings count as errors. */
  readonly strict?: boolean;
  readonly configId?: string;
}

/** Prints what is wrong; returns 0 without errors, 1 with, 2 when the file cannot be read. */
export const runCheck = async (file: string, options: CheckOptions): Promise<number> => {
  const configId = options.configId ?? defaultConfigId(hostname());
  const loaded = loadConfig({ file, configId, links: await hostLinks() });
  if (loaded.missing && options.json !== true) {
    process.stderr.write(`vipward check: ${file} cannot be read\n`);
    return 2;
  }
  const findings = options.strict === true ? loaded.diagnostics.map(strict) : loaded.diagnostics;
  const errors = count(findings, 'error');
  const warnings = count(findings, 'warning');
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ errors, warnings, diagnostics: findings.map(flat) }, undefined, 2)}\n`);
  } else {
    const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
    for (const finding of findings) process.stdout.write(`${renderDiagnostic(finding, { colour })}\n`);
    process.stdout.write(`${file}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}\n`);
  }
  if (loaded.missing) return 2;
  return errors > 0 ? 1 : 0;
};

const strict = (finding: Diagnostic): Diagnostic =>
  finding.severity === 'warning' ? { ...finding, severity: 'error' } : finding;

const count = (findings: readonly Diagnostic[], severity: Severity): number =>
  findings.filter((finding) => finding.severity === severity).length;

const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

const flat = ({ at, lineText: _, related, ...rest }: Diagnostic): object => ({
  ...rest,
  ...at,
  ...(related === undefined ? {} : { related: related.map((other) => ({ ...other.at, message: other.message })) }),
});
