// The compatibility page: keywords without effect, from the table; deliberate differences; files of others that we judge otherwise.
import type { BlockRows } from '../keywords/row.ts';
import { allBlocks } from '../keywords/table.ts';
import { DIFFERENCES, type DifferenceTopic, TOPICS } from './differences.ts';
import { pageOf, titleOf } from './keyword-pages.ts';
import { argumentsText, isActedOn } from './keyword-text.ts';
import { code, plain, table } from './markdown.ts';

/** A file of the corpus on which keepalived -t and vipward disagree. */
export interface CorpusDisagreement {
  readonly file: string;
  readonly reason: string;
}

/** The page, as Markdown; without a list of disagreements it says nothing of files of others. */
export const compatibilityPage = (disagreements?: readonly CorpusDisagreement[]): string =>
  [
    '# Compatibility',
    'What of keepalived 2.4.3 is read and has no effect, and where vipward is other than the original on purpose. Made by `npm run docs`: the first part from the keyword table that the parser itself uses.',
    ...withoutEffect(allBlocks()),
    ...deliberate(),
    ...(disagreements === undefined ? [] : corpus(disagreements)),
  ]
    .join('\n\n')
    .concat('\n');

const withoutEffect = (blocks: readonly BlockRows[]): readonly string[] => {
  const total = blocks.reduce((sum, { rows }) => sum + rows.length, 0);
  const idle = blocks.map((block) => ({
    path: block.path,
    rows: block.rows.filter((row) => !isActedOn(block.path, row)),
  }));
  const count = idle.reduce((sum, { rows }) => sum + rows.length, 0);
  const whole = new Set(
    blocks
      .filter(({ path, rows }) => path !== '' && rows.every((row) => !isActedOn(path, row)))
      .map(({ path }) => path),
  );
  const partly = idle.filter(({ path, rows }) => rows.length > 0 && !whole.has(path));
  return [
    '## Accepted, not acted on',
    `${count} of ${total} rows of the keyword table. Such a keyword is read and checked, and said once with the code \`not-acted-on\`.`,
    ...(whole.size === 0
      ? []
      : [
          'Nothing is done with these blocks at all:',
          idle
            .filter(({ path }) => whole.has(path))
            .map(({ path, rows }) => `- ${link(path)}: ${rows.map((row) => code(row.name)).join(', ')}`)
            .join('\n'),
        ]),
    ...partly.flatMap(({ path, rows }) => [
      `### ${plain(titleOf(path))}`,
      table(
        ['keyword', 'arguments', 'meaning'],
        rows.map((row) => {
          const form = argumentsText(row);
          return [code(row.name), form === '' ? '' : code(form), plain(row.help)];
        }),
      ),
    ]),
  ];
};

const link = (path: string): string => `[${plain(titleOf(path))}](keywords/${pageOf(path)})`;

const isTopic = (name: string): name is DifferenceTopic => Object.hasOwn(TOPICS, name);

const deliberate = (): readonly string[] => [
  '## Deliberate differences',
  'Compared with keepalived 2.4.3 and ipvsadm 1.31.',
  ...Object.keys(TOPICS)
    .filter(isTopic)
    .flatMap((topic) => [
      `### ${TOPICS[topic]}`,
      DIFFERENCES.filter((difference) => difference.topic === topic)
        .map(({ what, why }) => `- ${what} _${why}_`)
        .join('\n'),
    ]),
];

const corpus = (disagreements: readonly CorpusDisagreement[]): readonly string[] => [
  '## Configuration files of others',
  disagreements.length === 0
    ? 'Real files from public repositories were given to keepalived 2.2.7 and to vipward. They agree on every file: clean where it says clean, and the same lines where it names some.'
    : `Real files from public repositories were given to keepalived 2.2.7 and to vipward. They disagree on ${disagreements.length}:\n\n${disagreements.map(({ reason }) => `- ${plain(reason)}`).join('\n')}`,
];
