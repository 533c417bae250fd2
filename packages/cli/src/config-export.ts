// `vipward config export FILE`: the typed configuration as JSON, in the form of `vipward config schema`.
import { parseConfig, renderDiagnostic } from '@vipward/config';
import { configToJson } from '@vipward/config/schema';
import { surroundingsOf } from '@vipward/daemon';
import type { Output } from './config-fmt.ts';
import type { Source } from './standard-input.ts';

/** Returns 0, 1 when there are errors (they go to stderr, the rest is printed all the same), 2 when the file cannot be read. */
export const runExport = (source: Source, options: { readonly configId?: string }, { out, error }: Output): number => {
  const { config, diagnostics, files } = parseConfig({ ...source, ...surroundingsOf(options.configId) });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  for (const diagnostic of errors) error(`${renderDiagnostic(diagnostic)}\n`);
  if (files.length === 0) return 2;
  out(`${JSON.stringify(configToJson(config), undefined, 2)}\n`);
  return errors.length > 0 ? 1 : 0;
};
