// `vipward config show FILE`: what a configuration amounts to, and where each value was written.
import { renderDiagnostic } from '@vipward/config';
import { resolveConfig, showText } from '@vipward/config/show';
import { surroundingsOf } from '@vipward/daemon';
import type { Output } from './config-fmt.ts';
import type { Source } from './standard-input.ts';

export interface ShowOptions {
  readonly json?: boolean;
  readonly configId?: string;
}

/** Returns 0, 1 when there are errors (they go to stderr, the rest is shown all the same), 2 when the file cannot be read. */
export const runShow = (source: Source, options: ShowOptions, { out, error }: Output): number => {
  const { diagnostics, files, ...shown } = resolveConfig({
    ...source,
    ...surroundingsOf(options.configId),
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  for (const diagnostic of errors) error(`${renderDiagnostic(diagnostic)}\n`);
  if (files.length === 0) return 2;
  if (options.json === true) out(`${JSON.stringify({ files, ...shown }, undefined, 2)}\n`);
  else out(showText({ diagnostics, files, ...shown }));
  return errors.length > 0 ? 1 : 0;
};
