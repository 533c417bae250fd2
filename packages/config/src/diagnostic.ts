// Diagnostics: what a check of a configuration says, for people and for programs.
import type { SourceLocation } from './model.ts';

export type Severity = 'error' | 'warning' | 'note';

/** One finding. `code` is stable; codes that depend on the host begin with `env-`. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly at: SourceLocation;
  /** The physical line as written, for showing a caret under `at.column`. */
  readonly lineText?: string;
  /** What to do, such as "did you mean `state`?". */
  readonly hint?: string;
  readonly related?: readonly { readonly at: SourceLocation; readonly message: string }[];
}
