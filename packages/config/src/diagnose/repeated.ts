// Findings that say the same again: one in full, the others by their lines.
import type { Diagnostic } from '../diagnostic.ts';
import { type RenderOptions, renderDiagnostic } from './render.ts';

export interface Finding {
  readonly diagnostic: Diagnostic;
  /** Lines of the same file where it holds as well, in order; a line that a parameter brings in again stands here again. */
  readonly alsoAt: readonly number[];
}

/** Each as renderDiagnostic has it, with a last line that says where else it holds. */
export const renderFindings = (diagnostics: readonly Diagnostic[], options: RenderOptions = {}): readonly string[] =>
  withoutRepetition(diagnostics).map((finding) => {
    const more = repetitionText(finding);
    return `${renderDiagnostic(finding.diagnostic, options)}${more === undefined ? '' : `\n${more}`}`;
  });

/** In the order of the first of each. Errors come together only where one line, brought in by a parameter, has them again. */
export const withoutRepetition = (diagnostics: readonly Diagnostic[]): readonly Finding[] =>
  [...Map.groupBy(diagnostics, keyOf).values()].flatMap(([diagnostic, ...others]) =>
    diagnostic === undefined ? [] : [{ diagnostic, alsoAt: others.map(({ at }) => at.line) }],
  );

/** What follows the finding when it is shown; undefined where it stands alone. */
export const repetitionText = ({ diagnostic, alsoAt }: Finding): string | undefined => {
  const elsewhere = [...new Set(alsoAt)].filter((line) => line !== diagnostic.at.line);
  const here = alsoAt.length - alsoAt.filter((line) => elsewhere.includes(line)).length;
  const parts = [
    ...(here === 0 ? [] : [`${here} ${here === 1 ? 'time' : 'times'} more on this line`]),
    ...(elsewhere.length === 0 ? [] : [`also in ${elsewhere.length === 1 ? 'line' : 'lines'} ${elsewhere.join(', ')}`]),
  ];
  return parts.length === 0 ? undefined : `  ${parts.join('; ')}`;
};

const keyOf = ({ severity, code, message, hint, at }: Diagnostic): string =>
  JSON.stringify([severity, code, message, hint, at.file, ...(severity === 'error' ? [at.line, at.column] : [])]);
