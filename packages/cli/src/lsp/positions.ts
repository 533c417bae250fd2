// Our 1-based places and the 0-based ranges of the protocol; both count UTF-16 units.
import { pathToFileURL } from 'node:url';
import type { SourceLocation } from '@vipward/config';
import { lengthOf, locationOf, type Word } from '@vipward/config/outline';
import type { Location, Range } from 'vscode-languageserver';

export const rangeAt = ({ line, column }: SourceLocation, length: number): Range => ({
  start: { line: line - 1, character: column - 1 },
  end: { line: line - 1, character: column - 1 + length },
});

export const rangeOf = (word: Word): Range => rangeAt(locationOf(word), lengthOf(word));

export const uriOf = (path: string): string => pathToFileURL(path).href;

export const locationIn = (path: string, range: Range): Location => ({ uri: uriOf(path), range });
