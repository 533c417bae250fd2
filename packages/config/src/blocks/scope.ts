// A block of the table by its path, with those inside it as far as they were met: looked up once, not for every line.
import { type BlockTable, blockTable, childPath } from '../keywords/table.ts';

export interface Scope {
  readonly path: string;
  /** Whether keepalived does not know the block: all of its lines are for vipward alone. */
  readonly own: boolean;
  readonly rows: BlockTable;
  readonly children: Map<string, Scope>;
}

const scopeAt = (path: string, own: boolean): Scope => ({ path, own, rows: blockTable(path), children: new Map() });

/** What may stand outside of every block. */
export const topLevel = scopeAt('', false);

/** The block that a keyword of `scope` opens. */
export const childScope = (scope: Scope, keyword: string): Scope => {
  const known = scope.children.get(keyword);
  if (known !== undefined) return known;
  const own = scope.own || scope.rows.get(keyword)?.own === true;
  const child = scopeAt(childPath(scope.path, keyword), own);
  scope.children.set(keyword, child);
  return child;
};
