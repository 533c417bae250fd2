// The keyword reference: one page for each block of the keyword table, and an index of all keywords.
import type { BlockRows, KeywordRow } from '../keywords/row.ts';
import { allBlocks } from '../keywords/table.ts';
import { argumentsText, isActedOn, repeatText } from './keyword-text.ts';
import { code, plain, table } from './markdown.ts';

/** The page of a block, as a file name: `vrrp_instance.md`, `static_routes.lines.md`, `top-level.md`. */
export const pageOf = (path: string): string => `${path === '' ? 'top-level' : path.replace(/\.<line>$/, '.lines')}.md`;

/** The block as people call it. */
export const titleOf = (path: string): string => {
  if (path === '') return 'Outside of every block';
  const names = path.replace(/\.<line>$/, '').split('.');
  const own = names.at(-1) ?? path;
  const inside = names.length > 1 ? ` in ${names.slice(0, -1).reverse().join(' in ')}` : '';
  return path.endsWith('.<line>') ? `Lines of ${own}${inside}` : `${own}${inside}`;
};

/** File name in docs/reference/keywords to the text of the page; `README.md` is the index. */
export const keywordPages = (): ReadonlyMap<string, string> => {
  const blocks = allBlocks();
  return new Map([
    ['README.md', indexPage(blocks)],
    ...blocks.map((rows): [string, string] => [pageOf(rows.path), blockPage(rows)]),
  ]);
};

const MADE = 'Made from the keyword table by `npm run docs`; do not edit.';

const indexPage = (blocks: readonly BlockRows[]): string => {
  const blockRows = blocks.map(({ path, rows }) => [
    `[${plain(titleOf(path))}](${pageOf(path)})`,
    String(rows.length),
    String(rows.filter((row) => isActedOn(path, row)).length),
  ]);
  const keywords = new Map<string, string[]>();
  for (const { path, rows } of blocks.filter((block) => !block.path.endsWith('<line>')))
    for (const row of rows) keywords.set(row.name, [...(keywords.get(row.name) ?? []), path]);
  const entries = [...keywords].sort(byName).map(([name, paths]) => {
    const links = paths.map((path) => `[${plain(path === '' ? 'top level' : path)}](${pageOf(path)})`);
    return `- ${code(name)}: ${links.join(', ')}`;
  });
  return [
    '# Keywords of keepalived.conf',
    `${MADE} A keyword that is not acted on is read and checked, and has no effect yet; [compatibility](../compatibility.md) lists those alone.`,
    '## Blocks',
    table(['block', 'keywords', 'acted on'], blockRows),
    '## All keywords',
    `${entries.join('\n')}\n`,
  ].join('\n\n');
};

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const blockPage = ({ path, rows }: BlockRows): string =>
  [
    `# ${plain(titleOf(path))}`,
    `${MADE} [All blocks](README.md). ${intro(path)}`,
    `${table(
      ['keyword', 'arguments', 'default', 'repeated', 'acted on', 'meaning'],
      rows.map((row) => cells(path, row)),
    )}\n`,
  ].join('\n\n');

const intro = (path: string): string => {
  if (path === '') return 'These keywords stand outside of every block.';
  if (path.endsWith('.<line>')) return 'These words stand inside the lines of the block.';
  const inside = path.split('.').slice(0, -1).join('.');
  const where = inside === '' ? 'outside of every block' : `in [${plain(inside)}](${pageOf(inside)})`;
  return `The block stands ${where}.`;
};

const cells = (path: string, row: KeywordRow): readonly string[] => {
  const form = argumentsText(row);
  return [
    code(row.name),
    form === '' ? '' : code(form),
    plain(row.default ?? ''),
    repeatText(row.repeat),
    isActedOn(path, row) ? 'yes' : 'no',
    meaning(row),
  ];
};

const meaning = (row: KeywordRow): string =>
  [
    plain(row.help),
    ...(row.deprecated === undefined ? [] : [`**deprecated**, write ${code(row.deprecated)}`]),
    ...(row.aliasOf === undefined || row.aliasOf === row.deprecated ? [] : [`the same as ${code(row.aliasOf)}`]),
  ].join('; ');
