// The tree: blocks, and the statements in them, each tied to its row of the keyword table.
import type { KeywordRow } from '../keywords/row.ts';
import type { Value } from '../keywords/value.ts';
import type { Word } from '../source/words.ts';

/** One keyword with what follows it. */
export interface Statement {
  readonly row: KeywordRow;
  /** The name under which it counts, which is not that of its row for an alias. Here, since it is asked for very often. */
  readonly name: string;
  readonly keyword: Word;
  readonly args: readonly Word[];
  /** Undefined when the arguments were not usable, which has been reported. */
  readonly value: Value | undefined;
  readonly body: StatementBody | undefined;
}

export type StatementBody =
  | { readonly kind: 'keywords'; readonly block: Block }
  /** Words of all lines. */
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  /** One entry per line, never empty. */
  | { readonly kind: 'lines'; readonly lines: readonly (readonly Word[])[] };

/** A keyword block. An alias stands under the name whose place it takes. */
export interface Block {
  /** Dotted path in the keyword table. */
  readonly path: string;
  /** In the order written, without those that a rule against repeating took out. */
  readonly statements: readonly Statement[];
}

/** The name under which a statement counts. */
export const nameOf = ({ name }: Statement): string => name;
