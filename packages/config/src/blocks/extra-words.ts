// Words after the last parameter of a keyword: keepalived ignores them in silence.
import type { KeywordRow } from '../keywords/row.ts';
import { blockTable } from '../keywords/table.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';

/** Says so: a note, or a warning where a keyword of the block at `path` is among them. */
export const reportExtraWords = (row: KeywordRow, args: readonly Word[], path: string, report: Report): void => {
  const extra = args[mostWords(row)];
  if (extra === undefined) return;
  const known = blockTable(path).has(extra.text);
  const hint = known ? { hint: `write ${extra.text} on a line of its own` } : {};
  const message = `"${extra.text}" and what follows it is ignored`;
  report(known ? 'warning' : 'note', 'extra-words', message, locationOf(extra), hint);
};

const mostWords = ({ grammar }: KeywordRow): number => {
  switch (grammar.kind) {
    case 'flag':
      return 0;
    case 'integer':
      return grammar.options === undefined ? 1 : 2;
    case 'ip-port':
    case 'host-port':
    case 'account':
      return 2;
    case 'service':
    case 'forwarding':
    case 'status-codes':
    case 'script':
    case 'words':
      return Number.POSITIVE_INFINITY;
    case 'bool':
    case 'decimal':
    case 'text':
    case 'choice':
    case 'ip':
    case 'persistence-mask':
    case 'digest':
      return 1;
  }
};
