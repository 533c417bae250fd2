// Findings as text for people: place, message, the line with a caret, what to do.
import type { Diagnostic, Severity } from '../diagnostic.ts';
import type { SourceLocation } from '../model.ts';

export interface RenderOptions {
  /** Colours and bold type by terminal escapes. */
  readonly colour?: boolean;
}

/** Several lines without a final newline: `FILE:LINE:COL: error: message [code]`, the line, a caret, the hint, related places. */
export const renderDiagnostic = (diagnostic: Diagnostic, { colour = false }: RenderOptions = {}): string => {
  const paint = (code: string, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const { severity, code, message, at, lineText, hint, related = [] } = diagnostic;
  const lines = [
    `${paint('1', place(at))}: ${paint(COLOURS[severity], `${severity}:`)} ${printable(message)} [${code}]`,
  ];
  if (lineText !== undefined && lineText !== '')
    lines.push(...quote(lineText, at.column, (text) => paint(COLOURS[severity], text)));
  if (hint !== undefined) lines.push(`  ${paint('1', 'hint:')} ${printable(hint)}`);
  for (const other of related) lines.push(`  ${place(other.at)}: ${printable(other.message)}`);
  return lines.join('\n');
};

/** `2 errors, 1 warning`; `no findings` when there are none. */
export const summarize = (diagnostics: readonly Diagnostic[]): string => {
  const severities: readonly Severity[] = ['error', 'warning', 'note'];
  const parts = severities.flatMap((severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? 'no findings' : parts.join(', ');
};

const COLOURS: Readonly<Record<Severity, string>> = { error: '1;31', warning: '1;33', note: '1;36' };

const place = ({ file, line, column }: SourceLocation): string => `${printable(file)}:${line}:${column}`;

const WIDTH = 160;

// The line as written, cut around the caret when it is long. Tabs are kept, so that the caret stands under its column.
const quote = (text: string, column: number, paint: (text: string) => string): readonly string[] => {
  const from = column > WIDTH ? column - WIDTH / 2 : 0;
  const shown = printable(text.slice(from, from + WIDTH));
  const before = printable(text.slice(from, column - 1)).replace(/[^\t]/g, ' ');
  return [`  ${shown}`, `  ${before}${paint('^')}`];
};

// Files are not trusted: control characters must not reach a terminal. Each becomes one character, so that columns stay.
const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be replaced
  text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '\ufffd');
