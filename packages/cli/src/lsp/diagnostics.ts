// Findings of the parser as the protocol has them.
import type { Diagnostic, SourceLocation } from '@vipward/config';
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic as Shown } from 'vscode-languageserver';
import { locationIn, rangeAt } from './positions.ts';

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
} as const;

const TAGS: ReadonlyMap<string, DiagnosticTag> = new Map([
  ['deprecated-keyword', DiagnosticTag.Deprecated],
  ['old-spelling', DiagnosticTag.Deprecated],
  ['not-acted-on', DiagnosticTag.Unnecessary],
]);

/** `text` is the whole file that the findings are in. */
export const shownFindings = (findings: readonly Diagnostic[], text: string): readonly Shown[] => {
  const lines = text.split('\n');
  return findings.map((finding) => shown(finding, lines[finding.at.line - 1] ?? ''));
};

const shown = ({ severity, code, message, at, hint, related }: Diagnostic, line: string): Shown => {
  const tag = TAGS.get(code);
  return {
    range: rangeAt(at, wordLength(line, at)),
    severity: SEVERITIES[severity],
    code,
    source: 'vipward',
    message: hint === undefined ? message : `${message}\n${hint}`,
    ...(tag === undefined ? {} : { tags: [tag] }),
    ...(related === undefined
      ? {}
      : {
          relatedInformation: related.map((other) => ({
            location: locationIn(other.at.file, rangeAt(other.at, 1)),
            message: other.message,
          })),
        }),
  };
};

// The word that the finding begins at, so that the whole of it is underlined.
const wordLength = (line: string, { column }: SourceLocation): number =>
  /^(?:"[^"]*"?|[^\s"{}]+)/.exec(line.slice(column - 1))?.[0].length ?? 1;
