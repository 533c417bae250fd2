// Rows to text: four blanks for each block that is open.
import type { LineRow, Row } from './rows.ts';

const INDENT = '    ';
/** Deeper than any block of the language; beyond it a file of stray braces would grow with the square of its length. */
const DEEPEST = 32;
/** Bytes that the reader takes of one line; indentation must not push a line over. */
const LIMIT = 1023;

export const layOut = (rows: readonly Row[], lineEnd: string): string => {
  const lines: string[] = [];
  let depth = 0;
  let before: LineRow | undefined;
  for (const row of rows) {
    if (row.kind !== 'line') {
      lines.push(row.kind === 'blank' ? '' : row.text);
      continue;
    }
    const { leading, change } = bracesOf(row.text);
    if (isAlternative(row, before)) depth = Math.max(0, depth - change);
    const indented = INDENT.repeat(Math.min(DEEPEST, Math.max(0, depth - leading))) + row.text + row.comment;
    lines.push(byteLength(indented) <= LIMIT ? indented : fallback(row));
    depth = Math.max(0, depth + change);
    before = row;
  }
  return lines.map((line) => line + lineEnd).join('');
};

// The line without indentation, or as it stood where even that is too long (it was read as it stood, then).
const fallback = ({ text, comment, written }: LineRow): string =>
  byteLength(text + comment) <= LIMIT ? text + comment : written;

// `@a vrrp_instance A {` above `@b vrrp_instance B {`: only one of them opens its block.
const isAlternative = (row: LineRow, before: LineRow | undefined): boolean =>
  row.condition !== undefined &&
  before?.condition !== undefined &&
  row.condition !== before.condition &&
  bracesOf(row.text).change !== 0 &&
  bracesOf(row.text).change === bracesOf(before.text).change;

// Braces of parameters, lists of ~LST and quotes open nothing; a definition opens nothing either.
const bracesOf = (text: string): { readonly leading: number; readonly change: number } => {
  const code = text
    .replace(/^@\S+[ \t]+/, '')
    .replace(/^(?:~(?:SEQx?|LST)[ \t]*\([^)]*\)[ \t]*)+/, '')
    .replace(/\$\{[^}]*\}/g, '')
    .replace(/"[^"]*"/g, '');
  if (/^\$[A-Za-z_][A-Za-z0-9_]*=|^include[rmwba]?[ \t]/.test(code)) return { leading: 0, change: 0 };
  const leading = /^[}\s]*/.exec(code)?.[0].replace(/\s/g, '').length ?? 0;
  const opens = code.split('{').length - 1;
  const closes = code.split('}').length - 1;
  return { leading, change: opens - closes };
};

// UTF-8, as the reader counts.
const byteLength = (text: string): number => {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // A surrogate pair is two units of text and four bytes: two for each half.
    if (code >= 0x800) bytes += code >= 0xd800 && code <= 0xdfff ? 1 : 2;
    else if (code >= 0x80) bytes += 1;
  }
  return bytes;
};
