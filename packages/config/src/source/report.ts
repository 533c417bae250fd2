// How the stages of parsing hand on what they find.
import type { DiagnosticCode } from '../diagnose/codes.ts';
import type { Severity } from '../diagnostic.ts';
import type { SourceLocation } from '../model.ts';

export interface ReportMore {
  /** A function where finding it takes long: it is called only for findings that are kept. */
  readonly hint?: string | (() => string);
  readonly related?: readonly { readonly at: SourceLocation; readonly message: string }[];
}

export type Report = (
  severity: Severity,
  code: DiagnosticCode,
  message: string,
  at: SourceLocation,
  more?: ReportMore,
) => void;
