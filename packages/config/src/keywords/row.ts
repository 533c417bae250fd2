// One row of the keyword table: everything that is known about a keyword in one block.
import type { Body, Grammar } from './grammar.ts';

/**
 * What a second occurrence in one block does.
 * - `last`: it replaces the first. `last-reported`: the same, with a warning.
 * - `first`: it is ignored, with an error. `first-if-other`: the same, but an equal one is fine.
 * - `adds`: both count.
 */
export type Repeat = 'last' | 'last-reported' | 'first' | 'first-if-other' | 'adds';

export interface KeywordRow {
  readonly name: string;
  readonly grammar: Grammar;
  /** The block path of the contents, or the kind of value block. */
  readonly body?: Body;
  readonly repeat: Repeat;
  /** Of a row with repeat `first`: a first value of this may still be changed. */
  readonly changeable?: number;
  /** Said in words; the value itself is applied where the typed configuration is built. */
  readonly default?: string;
  readonly help: string;
  /** The row whose place it takes: an older or newer spelling of the same thing. */
  readonly aliasOf?: string;
  /** Present when the spelling is out of date; says what to write instead. */
  readonly deprecated?: string;
  /** keepalived only logs this deprecation, so a configuration test still says that all is well. */
  readonly quietlyDeprecated?: boolean;
  /** keepalived does not know it: it counts on `@vipward` lines only, and so does what its block holds. */
  readonly own: boolean;
  /** False: read and checked, but nothing is done with it yet, which is reported once. */
  readonly acted: boolean;
}

/** A row as written in the tables: what is usual may be left out (`repeat: 'last'`, `own: false`, `acted: false`). */
export type RowText = Pick<KeywordRow, 'name' | 'grammar' | 'help'> & Partial<KeywordRow>;

/** All keywords of one block; `path` is dotted, empty for the top level, and ends in `.<line>` for the words of value lines. */
export interface BlockRows {
  readonly path: string;
  readonly rows: readonly KeywordRow[];
}

export const block = (path: string, rows: readonly RowText[]): BlockRows => ({
  path,
  rows: rows.map((row) => ({ repeat: row.body === undefined ? 'last' : 'adds', own: false, acted: false, ...row })),
});
