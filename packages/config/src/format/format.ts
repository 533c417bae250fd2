// `vipward config fmt`: the same configuration with even indentation, one keyword a line; nothing is inlined or lost.
import type { DiagnosticCode } from '../diagnose/codes.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { parseConfig } from '../parse.ts';
import type { SourceReader } from '../source/reader.ts';
import { layOut } from './layout.ts';
import { readRows } from './rows.ts';
import { sameLogicalLines } from './same.ts';

export interface FormatOptions {
  /** Named in findings; the file itself is not read. */
  readonly file: string;
  readonly text: string;
  /** Conditions count for the check of the braces only: every line is kept and formatted, whatever its condition. */
  readonly configId: string;
}

export type FormatResult =
  | { readonly kind: 'formatted'; readonly text: string }
  /** The structure is broken, so that no indentation would be right; `diagnostics` say where. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/**
 * Formats one file. Comments, includes, conditions, definitions, repetitions and quotes stay as they are; formatting twice
 * changes nothing. What the reader makes of the result is compared with what it makes of the original before it is given out.
 */
export const formatConfig = (options: FormatOptions): FormatResult => {
  const { file, text, configId } = options;
  const ids = [configId, ...namedIds(text)];
  const broken = ids.map((id) => structuralFindings(file, text, id));
  if (!broken.some((findings) => findings.length === 0)) return { kind: 'refused', diagnostics: broken[0] ?? [] };
  const formatted = layOut(readRows(text), text.includes('\r\n') ? '\r\n' : '\n');
  if (ids.every((id) => sameLogicalLines(text, formatted, id))) return { kind: 'formatted', text: formatted };
  return { kind: 'refused', diagnostics: [unsafe(file)] };
};

/** Conditions of other ids may hold the other half of the braces: a file is whole when it is so for one of them. */
const MOST_IDS = 8;

// Of a condition with something behind it: blanks at the end of a line do not stay.
const namedIds = (text: string): readonly string[] => {
  const ids = [...text.matchAll(/^[ \t]*@\^?([^ \t\r\n]+)[ \t]+[^ \t\r\n]/gm)].map(([, id = '']) => id);
  return [...new Set(ids)].slice(0, MOST_IDS);
};

const STRUCTURE: ReadonlySet<string> = new Set<DiagnosticCode>([
  'line-too-long',
  'nul-byte',
  'unterminated-quote',
  'parameter-cycle',
  'expansion-too-long',
  'bad-repetition',
  'missing-open-brace',
  'missing-close-brace',
  'unexpected-open-brace',
  'extra-close-brace',
]);

const structuralFindings = (file: string, text: string, configId: string): readonly Diagnostic[] => {
  const { diagnostics } = parseConfig({ file, read: onlyText(file, text), configId, random: (min) => min });
  return diagnostics.filter(({ code }) => STRUCTURE.has(code));
};

/** A reader for which the one file is all there is: includes are not followed. */
export const onlyText = (file: string, text: string): SourceReader => ({
  text: (path) => (path === file ? { kind: 'text', text } : { kind: 'missing' }),
  glob: () => [],
});

const unsafe = (file: string): Diagnostic => ({
  severity: 'error',
  code: 'format-unsafe',
  message: 'no other layout of this file is sure to be read in the same way; it is left as it is',
  at: { file, line: 1, column: 1 },
  hint: 'parameters that bring in definitions, quotes or braces are the usual reason',
});
