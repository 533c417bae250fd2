// What is made from the keyword table says what the table says.
import { describe, expect, test } from '@jest/globals';
import { allBlocks, memoryReader, parseConfig } from '../../src/index.ts';
import {
  argumentWords,
  blockTable,
  compatibilityPage,
  DIFFERENCES,
  describeKeyword,
  isActedOn,
  keywordPages,
} from '../../src/reference/index.ts';

const row = (path: string, name: string) => {
  const found = blockTable(path).get(name);
  if (found === undefined) throw new Error(`${name} is not in ${path}`);
  return found;
};

describe('the keyword reference', () => {
  const pages = keywordPages();

  test('has a page for every block, with every keyword of it', () => {
    expect(pages.size).toBe(allBlocks().length + 1);
    for (const { path, rows } of allBlocks()) {
      const name = path === '' ? 'top-level.md' : `${path.replace('.<line>', '.lines')}.md`;
      for (const { name: keyword } of rows) expect(pages.get(name)).toContain(`| \`${keyword}\` `);
    }
  });

  test('has arguments, default, repeat rule and meaning on one line', () => {
    const line = pages
      .get('vrrp_instance.md')
      ?.split('\n')
      .find((text) => text.startsWith('| `version` '));
    const cells = line?.split('|').map((cell) => cell.trim());
    expect(cells?.slice(1, 5)).toEqual([
      '`version`',
      '`NUMBER (2 to 3)`',
      'vrrp_version, 3 for IPv6',
      'the first one counts, a second with another value is an error',
    ]);
  });

  test('names the newer spelling of what is out of date', () => {
    expect(pages.get('top-level.md')).toMatch(/`vrrp_track_file` .*\*\*deprecated\*\*, write `track_file`/);
  });

  test('keeps every row of a table in its columns, whatever a keyword takes', () => {
    for (const [name, text] of pages) {
      const rows = text.split('\n').filter((line) => line.startsWith('| '));
      const widths = new Set(rows.map((line) => line.length));
      expect([name, widths.size <= 1 || name === 'README.md']).toEqual([name, true]);
    }
  });
});

describe('the compatibility page', () => {
  const page = compatibilityPage([{ file: '001.conf', reason: 'it is *odd*' }]);

  test('lists every keyword that is not acted on, and none that is', () => {
    const [listed = ''] = page.split('## Deliberate differences');
    for (const { path, rows } of allBlocks())
      for (const one of rows) if (!isActedOn(path, one)) expect(listed).toContain(`\`${one.name}\``);
    expect(listed).not.toContain('`virtual_router_id`');
    expect(listed).not.toContain('`real_server`');
  });

  test('agrees with what the parser says of a keyword', () => {
    const rows = allBlocks().flatMap(({ path, rows: all }) => (path === 'global_defs' ? all : []));
    for (const { name, body } of rows.filter((one) => one.body === undefined)) {
      const read = memoryReader({ '/k.conf': `global_defs {\n${name}\n}\n` });
      const said = parseConfig({ file: '/k.conf', read, configId: 'a' }).diagnostics.map(({ code }) => code);
      expect([name, body, said.includes('not-acted-on')]).toEqual([
        name,
        undefined,
        !isActedOn('global_defs', row('global_defs', name)),
      ]);
    }
  });

  test('has every deliberate difference with its reason, and the files that are judged otherwise', () => {
    for (const { what, why } of DIFFERENCES) expect(page).toContain(`- ${what} _${why}_`);
    expect(page).toContain('- it is \\*odd\\*');
    expect(compatibilityPage([])).toContain('They agree on every file');
    expect(compatibilityPage()).not.toContain('files of others');
  });
});

describe('the words of one keyword', () => {
  test('say that nothing is done inside a block that nothing is done with', () => {
    const [path] = allBlocks()
      .map((block) => block.path)
      .filter((name) => name !== '' && !name.includes('.') && !row('', name).acted);
    for (const one of path === undefined ? [] : blockTable(path).values())
      expect(describeKeyword(path ?? '', one)).toContain('Not acted on');
    expect(describeKeyword('vrrp_instance', row('vrrp_instance', 'priority'))).not.toContain('Not acted on');
  });

  test('are those that its grammar takes', () => {
    expect(argumentWords({ kind: 'bool' }, [])).toContain('on');
    expect(argumentWords({ kind: 'bool' }, ['on'])).toEqual([]);
    expect(argumentWords({ kind: 'words', form: '[initial|partial]', least: 0 }, [])).toEqual(['initial', 'partial']);
    expect(argumentWords({ kind: 'words', form: '[int] [overwrite]', least: 0 }, [])).toEqual(['overwrite']);
    expect(argumentWords({ kind: 'forwarding' }, ['TUN', 'type', 'gue', 'port'])).toEqual([]);
    expect(argumentWords({ kind: 'forwarding' }, ['NAT'])).toEqual([]);
  });

  test('are taken by the parser when they are proposed', () => {
    for (const { path, rows } of allBlocks().filter((block) => block.path === 'vrrp_instance'))
      for (const one of rows.filter(({ body }) => body === undefined))
        for (const word of argumentWords(one.grammar, [])) {
          const read = memoryReader({ '/k.conf': `vrrp_instance V {\n${one.name} ${word}\n}\n` });
          const codes = parseConfig({ file: '/k.conf', read, configId: 'a' })
            .diagnostics.filter(({ at }) => at.line === 2)
            .map(({ code }) => code);
          expect([path, one.name, word, codes.filter((code) => code === 'bad-value')]).toEqual([
            path,
            one.name,
            word,
            [],
          ]);
        }
  });
});
