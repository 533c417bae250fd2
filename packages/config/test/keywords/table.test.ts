// The keyword table: whole, consistent, and holding every keyword of keepalived.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { allBlocks, describeGrammar } from '../../src/index.ts';
import { blockTable, childPath } from '../../src/keywords/table.ts';

const rows = allBlocks().flatMap(({ path, rows }) => rows.map((row) => ({ path, row })));

describe('the keyword table', () => {
  test('has every keyword once in each block', () => {
    for (const { path, rows } of allBlocks())
      expect([path, new Set(rows.map(({ name }) => name)).size]).toEqual([path, rows.length]);
  });

  test('has one line of help for every keyword', () => {
    for (const { row } of rows) expect(row.help).toMatch(/^[^\n]{3,}$/);
  });

  test('has the row that an alias stands for, with a grammar that reads the same', () => {
    for (const { path, row } of rows) {
      if (row.aliasOf === undefined) continue;
      const target = blockTable(path).get(row.aliasOf);
      expect([row.name, target?.name, target?.grammar.kind]).toEqual([row.name, row.aliasOf, row.grammar.kind]);
    }
  });

  test('has the contents of every keyword block', () => {
    for (const { path, row } of rows)
      if (row.body === 'keywords')
        expect([row.name, blockTable(childPath(path, row.name)).size > 0]).toEqual([row.name, true]);
  });

  test('acts inside a block only when it acts on the block', () => {
    for (const { path, row } of rows) {
      const parent = path.split('.').slice(0, -1).join('.');
      const opener = blockTable(parent).get(path.split('.').at(-1) ?? '');
      if (row.acted && opener !== undefined)
        expect([path, row.name, opener.acted || !isActedPath(path)]).toEqual([path, row.name, true]);
    }
  });

  test('says of every grammar what may follow', () => {
    for (const { row } of rows) if (row.grammar.kind !== 'flag') expect(describeGrammar(row.grammar)).not.toBe('');
  });
});

// Checkers that are not acted on share rows with those that are.
const isActedPath = (path: string): boolean => !/\.(SMTP|DNS|UDP|PING)_CHECK/.test(path);

const reference = new URL('../../../../../shared/reference/keywords.tsv', import.meta.url);

const inReference = (): readonly { readonly path: string; readonly keyword: string }[] =>
  readFileSync(reference, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .flatMap(([path, keyword]) => (path && keyword ? [{ path: path === '/' ? '' : path, keyword }] : []));

describeWith(needs('reference'), 'beside the reference', () => {
  test('the table lacks no keyword of keepalived', () => {
    const rows = inReference();
    expect(rows.length).toBeGreaterThan(700);
    const missing = rows
      // Directives of the reader, and lines without option words, are not in the table.
      .filter(({ path }) => path !== '(any)' && !/^(linkbeat_interfaces|interface_up_down_delays)\.<line>$/.test(path))
      .filter(({ path, keyword }) => !blockTable(path).has(keyword));
    expect(missing).toEqual([]);
  });
});
