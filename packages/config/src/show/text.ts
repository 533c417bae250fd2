// The resolved configuration as text: keepalived.conf again, with the origin of each value as a comment.
import type { ShownBlock, ShownConfig, ShownList, ShownValue } from './resolve.ts';

const INDENT = '    ';
/** Column of the comments, where the words leave room for it. */
const COMMENT = 48;

/** A configuration that keepalived reads to the same effect; dropped blocks are named in a comment only. */
export const showText = (config: ShownConfig): string => {
  const parts = [
    ...config.values.map((value) => valueLine(value, 0)),
    ...config.lists.map((list) => listLines(list, 0).join('\n')),
    ...config.blocks.map((block) => blockLines(block, 0).join('\n')),
  ];
  return parts.map((part) => `${part}\n`).join('\n');
};

const blockLines = (block: ShownBlock, depth: number): readonly string[] => {
  const head = [block.keyword, block.name].filter((word) => word !== '').join(' ');
  if (block.dropped) return [`${INDENT.repeat(depth)}# dropped: ${head}, ${block.from}`];
  return [
    line(`${head} {`, block.from, depth),
    ...block.values.map((value) => valueLine(value, depth + 1)),
    ...block.lists.flatMap((list) => listLines(list, depth + 1)),
    ...block.blocks.flatMap((inner) => blockLines(inner, depth + 1)),
    `${INDENT.repeat(depth)}}`,
  ];
};

const listLines = ({ keyword, name, entries }: ShownList, depth: number): readonly string[] => [
  `${INDENT.repeat(depth)}${name === '' ? keyword : `${keyword} ${name}`} {`,
  ...entries.map(({ value, from }) => line(value, from, depth + 1)),
  `${INDENT.repeat(depth)}}`,
];

const valueLine = ({ keyword, value, from }: ShownValue, depth: number): string =>
  line(value === '' ? keyword : `${keyword} ${value}`, from, depth);

const line = (words: string, from: string, depth: number): string =>
  `${(INDENT.repeat(depth) + words).padEnd(COMMENT - 1)} # ${from}`;
