// One keyword in words: what may follow it, what its absence means, what a second one does, whether it does anything.
import { describeGrammar } from '../keywords/grammar.ts';
import type { KeywordRow, Repeat } from '../keywords/row.ts';
import { blockTable } from '../keywords/table.ts';

/** What may follow the keyword, braces included; empty for nothing. */
export const argumentsText = ({ grammar, body }: KeywordRow): string =>
  [describeGrammar(grammar), body === undefined ? '' : BODIES[body]].filter((part) => part !== '').join(' ');

const BODIES = {
  keywords: '{ keywords }',
  words: '{ words }',
  lines: '{ one entry a line }',
} as const;

/** What a second one in the same block does. */
export const repeatText = (repeat: Repeat): string => {
  switch (repeat) {
    case 'last':
      return 'the last one counts';
    case 'last-reported':
      return 'the last one counts, with a warning';
    case 'first':
      return 'the first one counts, a second is an error';
    case 'first-if-other':
      return 'the first one counts, a second with another value is an error';
    case 'adds':
      return 'each one adds';
  }
};

/** Whether something is done with the keyword in the block at `path`: never inside a block that nothing is done with. */
export const isActedOn = (path: string, row: KeywordRow): boolean => row.acted && isActedBlock(path);

const isActedBlock = (path: string): boolean => {
  const names = path.replace(/\.<line>$/, '').split('.');
  return names.every((name, depth) => blockTable(names.slice(0, depth).join('.')).get(name)?.acted !== false);
};

/** Everything about a keyword as Markdown, for an editor: `path` is the block it stands in. */
export const describeKeyword = (path: string, row: KeywordRow): string => {
  const form = `${row.name} ${argumentsText(row)}`.trimEnd();
  const where = path === '' ? 'outside of every block' : `in \`${path}\``;
  return [
    `\`\`\`\n${form}\n\`\`\``,
    `${row.help} (${where})`,
    ...(row.default === undefined ? [] : [`Default: ${row.default}`]),
    `Repeated: ${repeatText(row.repeat)}`,
    ...(row.deprecated === undefined ? [] : [`**Deprecated**: write \`${row.deprecated}\``]),
    ...(isActedOn(path, row) ? [] : ['**Not acted on**: read and checked, but vipward does nothing with it yet']),
  ].join('\n\n');
};
