// A finding of the configuration as one line of the log; the line of the file itself is for -t and check.
import type { Diagnostic } from '@vipward/config';

/** Place, what, hint, and what follows from it elsewhere: that an instance is dropped, say. */
export const findingLine = ({ severity, code, message, at, hint, related = [] }: Diagnostic): string => {
  const more = related.map((other) => `; ${placeText(other.at)}: ${other.message}`).join('');
  return `${placeText(at)}: ${severity}: ${message}${hint === undefined ? '' : ` (${hint})`}${more} [${code}]`;
};

export const placeText = (at: Diagnostic['at']): string => `${at.file}:${at.line}:${at.column}`;
