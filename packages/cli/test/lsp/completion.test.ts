// What the editor proposes at a place.
import { describe, expect, test } from '@jest/globals';
import type { CompletionItem } from 'vscode-languageserver';
import { completionsAt } from '../../src/lsp/completion.ts';
import { asked } from './editor.ts';

const proposed = (text: string, others: Readonly<Record<string, string>> = {}): readonly CompletionItem[] => {
  const { project, path, position } = asked({ '/k.conf': text, ...others });
  return completionsAt(project, path, position);
};
const labels = (text: string, others: Readonly<Record<string, string>> = {}): readonly string[] =>
  proposed(text, others).map(({ label }) => label);

describe('completion', () => {
  test('proposes the keywords of the block at the cursor, with the help of the table', () => {
    const items = proposed('vrrp_instance V {\n  pri|\n}');
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(['priority', 'state', 'include']));
    expect(items.map(({ label }) => label)).not.toContain('real_server');
    const priority = items.find(({ label }) => label === 'priority');
    expect(priority?.detail).toBe('NUMBER (1 to 255)');
    expect(priority?.documentation).toMatchObject({ value: expect.stringContaining('255 = address owner') });
  });

  test('marks what is out of date, and puts it last', () => {
    const item = proposed('|').find(({ label }) => label === 'vrrp_track_file');
    expect(item).toMatchObject({ tags: [1], sortText: '1vrrp_track_file' });
  });

  test.each([
    ['vrrp_instance V {\n state |', ['MASTER', 'BACKUP']],
    ['virtual_server 10.0.0.1 80 {\n lb_kind |', ['NAT', 'DR', 'TUN']],
    ['virtual_server 10.0.0.1 80 {\n lb_kind TUN type |', ['ipip', 'gue', 'gre']],
    ['vrrp_script s {\n weight 5 |', ['reverse', 'noreverse']],
    ['virtual_server |', ['fwmark', 'group']],
  ])('proposes the fixed words of an argument: %j', (text, words) => {
    expect(labels(text)).toEqual(words);
  });

  test('proposes the names that are defined, from included files too', () => {
    const text = 'vrrp_script "a b" {\n}\ninclude more.conf\nvrrp_instance V {\n track_script {\n  |\n }\n}';
    const items = proposed(text, { '/more.conf': 'vrrp_script chk {\n}\n' });
    expect(items.map(({ label }) => label)).toEqual(['a b', 'chk']);
    expect(items.map(({ textEdit }) => textEdit?.newText)).toEqual(['"a b"', 'chk']);
    const inQuote = text.replace('|', '"a|');
    expect(proposed(inQuote, { '/more.conf': '' }).map(({ textEdit }) => textEdit?.newText)).toEqual(['a b']);
    expect(labels('virtual_server_group G {\n}\nvirtual_server group |')).toEqual(['G']);
    expect(labels('vrrp_instance A {\n}\nvrrp_sync_group S {\n group {\n  A |\n')).toEqual(['A']);
  });

  test('proposes the options of a value line that are not there yet', () => {
    const found = labels('vrrp_instance V {\n virtual_ipaddress {\n  10.0.0.1/24 dev eth0 |\n }\n}');
    expect(found).toEqual(expect.arrayContaining(['label', 'scope']));
    expect(found).not.toContain('dev');
    expect(labels('vrrp_instance V {\n virtual_ipaddress {\n  |\n }\n}')).toEqual([]);
  });

  test('knows the block that a file is included into', () => {
    const { project, path, position } = asked({
      '/k.conf': 'vrrp_instance V {\n include parts/v.conf\n}\n',
      '/parts/v.conf': 'adv|\n',
    });
    expect(completionsAt(project, path, position).map(({ label }) => label)).toContain('advert_int');
  });

  test('proposes parameters behind a dollar sign, and files behind include', () => {
    expect(labels('$IF=eth0\nvrrp_instance V {\n interface $|')).toEqual(expect.arrayContaining(['IF', '_RANDOM']));
    expect(labels('include parts/|', { '/parts/a.conf': '', '/parts/b.conf': '', '/other.conf': '' })).toEqual([
      'parts/a.conf',
      'parts/b.conf',
    ]);
  });

  test('says what it replaces, whatever the editor takes for a word', () => {
    const [item] = proposed('virtual_server 10.0.0.1 80 {\n  sh-p|').filter(({ label }) => label === 'sh-port');
    expect(item?.textEdit).toEqual({
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: 6 } },
      newText: 'sh-port',
    });
  });

  test('proposes nothing in a comment, in an unknown block and in an unknown file', () => {
    expect(labels('# sta|')).toEqual([]);
    expect(labels('oops {\n |\n}')).toEqual([]);
    const { project, position } = asked({ '/k.conf': '|' });
    expect(completionsAt(project, '/other.conf', position)).toEqual([]);
  });
});
