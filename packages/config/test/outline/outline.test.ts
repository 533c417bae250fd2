// The shape of files that are being written.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memoryReader, parseConfig } from '../../src/index.ts';
import { cursorContext, entryAt, nameAt, outlineOf } from '../../src/outline/index.ts';

const options = { configId: 'main' };
const outline = (text: string) => outlineOf('/k.conf', text, options);

/** The context at the `|` of a text. */
const at = (marked: string) => {
  const before = marked.slice(0, marked.indexOf('|')).split('\n');
  return cursorContext(marked.replace('|', ''), before.length - 1, before.at(-1)?.length ?? 0, options);
};

describe('the outline of a file', () => {
  test('says in which block each line stands, however braces are placed', () => {
    const text =
      'global_defs { router_id a }\nvrrp_instance V {\n track_script {\n  s weight 2\n }\n priority 5\n}\nSSL\n{\n}';
    expect(
      outline(text).entries.map((entry) => [
        entry.kind,
        'frame' in entry ? entry.frame.path : '',
        'words' in entry ? entry.words.map((word) => word.text).join(' ') : '',
      ]),
    ).toEqual([
      ['keyword', '', 'global_defs'],
      ['keyword', 'global_defs', 'router_id a'],
      ['keyword', '', 'vrrp_instance V'],
      ['keyword', 'vrrp_instance', 'track_script'],
      ['value', 'vrrp_instance.track_script', 's weight 2'],
      ['keyword', 'vrrp_instance', 'priority 5'],
      ['keyword', '', 'SSL'],
    ]);
  });

  test('goes on after an unknown block in the block around it', () => {
    const { entries } = outline('vrrp_instance V {\n oops {\n  a {\n   b\n  }\n }\n priority 5\n}');
    expect(entries.at(-1)).toMatchObject({ kind: 'keyword', frame: { path: 'vrrp_instance' } });
    expect(entries.filter(({ kind }) => kind === 'unknown')).toHaveLength(2);
  });

  test('counts the braces of a line only when its condition holds', () => {
    const text = '@other vrrp_instance A {\n@main vrrp_instance B {\n priority 5\n}\nglobal_defs {';
    expect(outline(text).entries.at(-1)).toMatchObject({ frame: { path: '' } });
  });

  test('has definitions and includes, and skips the further lines of a definition', () => {
    const { entries } = outline(
      '$A=x\n$B=vrrp_instance V { \\\n priority 5 \\\n }\ninclude parts/*.conf\nglobal_defs {',
    );
    expect(entries).toMatchObject([
      { kind: 'definition', name: 'A' },
      { kind: 'definition', name: 'B', at: { line: 2, column: 1 } },
      { kind: 'include', pattern: 'parts/*.conf', at: { line: 5, column: 9 } },
      { kind: 'keyword' },
    ]);
  });

  test('reads the lines of a parameter where it is used, each at the place where it is written', () => {
    const { entries } = outline(
      '$P=priority 5 \\\n # no\n track_script { \\\n  s \\\n }\n$OPEN=vrrp_instance V { \\\n$P\n\n$OPEN\n}\nSSL {\n',
    );
    expect(
      entries.flatMap((entry) =>
        'words' in entry ? [[entry.frame.path, entry.words[0]?.text, entry.words[0]?.line.line]] : [],
      ),
    ).toEqual([
      ['', 'vrrp_instance', 6],
      ['vrrp_instance', 'priority', 1],
      ['vrrp_instance', 'track_script', 3],
      ['vrrp_instance.track_script', 's', 4],
      ['', 'SSL', 11],
    ]);
  });

  test('follows parameters that use themselves or one another without end only so far', () => {
    expect(outline('$M=a \\\n$M\n$M\nend').entries.length).toBeLessThan(9);
    const doubling = Array.from({ length: 40 }, (_, i) => `$A${i + 1}= \\\n$A${i} \\\n$A${i}\n`).join('');
    expect(outline(`$A0=x \\\ny\n${doubling}$A40\n`).entries.length).toBeLessThan(20_000);
  });

  test('looks behind a parameter for the keyword, except in value lines', () => {
    const { entries } = outline(
      `$X vrrp_instance V {\n $COMMON\n $Y priority 5\n virtual_ipaddress {\n  10.0.0.\${N} dev eth0\n }\n}`,
    );
    expect(entries.map((entry) => ('words' in entry ? entry.words.map(({ text }) => text) : []))).toEqual([
      ['vrrp_instance', 'V'],
      ['priority', '5'],
      ['virtual_ipaddress'],
      [`10.0.0.\${N}`, 'dev', 'eth0'],
    ]);
  });

  test('finds the word at a place, and the name that it is', () => {
    const file = outline(
      'vrrp_script "my check" {\n}\nvrrp_instance V {\n track_script {\n  "my check" weight 2\n }\n}',
    );
    const defined = entryAt(file, 1, 15);
    const used = entryAt(file, 5, 5);
    expect(defined && nameAt(defined)).toEqual({ kind: 'vrrp_script', name: 'my check' });
    expect(used && nameAt(used)).toEqual({ kind: 'vrrp_script', name: 'my check' });
    const option = entryAt(file, 5, 15);
    expect(option?.word.text).toBe('weight');
    expect(option && nameAt(option)).toBeUndefined();
  });
});

// Blocks that come out of parameters, and files that leave braces to conditions, are read differently on purpose.
const corpus = new URL('../../../../../shared/corpus/', import.meta.url);
const here = existsSync(corpus);
describe('files of others', () => {
  const files = here ? readdirSync(corpus).filter((name) => name.endsWith('.conf')) : [];
  const texts = files.map((name) => readFileSync(new URL(name, corpus), 'utf8'));

  test(
    here ? 'are outlined as the parser reads them, where nothing is expanded' : 'are not here: nothing compared',
    () => {
      const plain = texts.filter((text) => !/[$~]|^\s*@|\\$/m.test(text));
      for (const text of plain) {
        const read = memoryReader({ '/k.conf': text });
        const { diagnostics } = parseConfig({ file: '/k.conf', read, configId: 'main' });
        const said = diagnostics.filter(({ code }) => code === 'unknown-keyword').map(({ at: { line } }) => line);
        const outlined = outline(text).entries.flatMap((entry) =>
          entry.kind === 'keyword' && entry.row === undefined ? (entry.words[0]?.line.line ?? []) : [],
        );
        expect(new Set(outlined)).toEqual(new Set(said));
      }
      expect(plain.length > 100).toBe(here);
    },
  );

  test('have a context at every place, whatever is written there', () => {
    for (const text of texts.filter(({ length }) => length < 3000).slice(0, 20))
      text.split('\n').forEach((line, number) => {
        const context = cursorContext(text, number, line.length, options);
        expect(['nothing', 'parameter', 'include', 'word']).toContain(context.kind);
      });
  });

  test('whatever is typed, there is an outline and a context', () => {
    const piece = fc.constantFrom(
      'vrrp_instance V ',
      '{',
      '}',
      '\n',
      ' ',
      '"',
      '$A',
      '$A=',
      '\\',
      '@a ',
      '~SEQ(A,1)',
      'include ',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(10), fc.nat(20), (pieces, line, character) => {
        const text = pieces.join('');
        expect(outline(text).entries.length).toBeLessThanOrEqual(text.length);
        expect(cursorContext(text, line, character, options).kind).toMatch(/^(?:nothing|parameter|include|word)$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the cursor', () => {
  test('is at the first word of a line in the block that is open', () => {
    expect(at('vrrp_instance V {\n  pri|\n}')).toEqual({
      kind: 'word',
      frame: { path: 'vrrp_instance', body: 'keywords' },
      words: [],
      partial: 'pri',
    });
  });

  test('is behind the words of its own logical line only', () => {
    expect(at('vrrp_instance V { interface eth0 } virtual_server group |')).toMatchObject({
      frame: { path: '' },
      words: ['virtual_server', 'group'],
      partial: '',
    });
  });

  test('is in the block that a condition or a brace before it opened', () => {
    expect(at('@main vrrp_instance V { st|')).toMatchObject({ frame: { path: 'vrrp_instance' }, partial: 'st' });
    expect(at('vrrp_instance V {\n@main state |')).toMatchObject({ words: ['state'], partial: '' });
  });

  test('is inside an open quote', () => {
    expect(at('vrrp_instance V {\n state "MA|')).toMatchObject({ words: ['state'], partial: 'MA' });
  });

  test('is nowhere in comments and definitions', () => {
    expect(at('global_defs { # router|')).toEqual({ kind: 'nothing' });
    expect(at('$X=rout|')).toEqual({ kind: 'nothing' });
  });

  test('is in the block that a parameter opened', () => {
    expect(at('$O=vrrp_instance V { \\\n\n$O\n st|')).toMatchObject({
      frame: { path: 'vrrp_instance' },
      partial: 'st',
    });
    expect(at('$O=vrrp_instance V { \\\n st|')).toEqual({ kind: 'nothing' });
  });

  test('is in a parameter, with or without its brace', () => {
    expect(at('vrrp_instance V {\n interface $I|')).toEqual({ kind: 'parameter', partial: 'I' });
    expect(at('vrrp_instance V {\n interface ${|')).toEqual({ kind: 'parameter', partial: '' });
  });

  test('is in the pattern of an include', () => {
    expect(at('virtual_server 10.0.0.1 80 {\n include real/|')).toEqual({
      kind: 'include',
      partial: 'real/',
      frame: { path: 'virtual_server', body: 'keywords' },
    });
  });
});
