// One logical line of a file, and the block it stands in.
import type { Body } from '../keywords/grammar.ts';
import type { KeywordRow } from '../keywords/row.ts';
import type { SourceLocation } from '../model.ts';
import type { Word } from '../source/words.ts';

/** A block that is open: `path` leads into the keyword table; `unknown` is a block that the table does not have. */
export interface Frame {
  readonly path: string;
  readonly body: Body | 'unknown';
}

export const topFrame: Frame = { path: '', body: 'keywords' };

/** A keyword with its arguments; `row` is absent when the block does not know it. */
export interface KeywordEntry {
  readonly kind: 'keyword';
  readonly frame: Frame;
  readonly row?: KeywordRow;
  readonly words: readonly Word[];
}

/** A line inside a value block such as track_script; the path is that of the value block. */
export interface ValueEntry {
  readonly kind: 'value';
  readonly frame: Frame;
  readonly words: readonly Word[];
}

export type Entry =
  | KeywordEntry
  | ValueEntry
  /** A line inside an unknown block. */
  | { readonly kind: 'unknown'; readonly frame: Frame; readonly words: readonly Word[] }
  /** `$NAME=VALUE`; `at` is the `$`. */
  | { readonly kind: 'definition'; readonly name: string; readonly at: SourceLocation }
  /** `include PATTERN`; `at` is the pattern, `frame` the block that the included text goes on in. */
  | { readonly kind: 'include'; readonly frame: Frame; readonly pattern: string; readonly at: SourceLocation };
