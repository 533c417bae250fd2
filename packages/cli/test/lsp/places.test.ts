// Hover, go to definition, and formatting.
import { describe, expect, test } from '@jest/globals';
import { definitionsAt } from '../../src/lsp/definition.ts';
import { formattingOf } from '../../src/lsp/formatting.ts';
import { hoverAt } from '../../src/lsp/hover.ts';
import { asked } from './editor.ts';

const hover = (text: string, others: Readonly<Record<string, string>> = {}): unknown => {
  const { project, path, position } = asked({ '/k.conf': text, ...others });
  return hoverAt(project, path, position);
};
const told = (text: string, others: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify(hover(text, others) ?? {});
const places = (text: string, others: Readonly<Record<string, string>> = {}): readonly string[] => {
  const { project, path, position } = asked({ '/k.conf': text, ...others });
  return definitionsAt(project, path, position).map(
    ({ uri, range }) => `${uri.replace('file://', '')}:${range.start.line + 1}:${range.start.character + 1}`,
  );
};

describe('hover', () => {
  test('says form, help, default and repeat rule of a keyword', () => {
    expect(hover('vrrp_instance V {\n  prio|rity 50\n}')).toMatchObject({
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: 10 } },
      contents: { kind: 'markdown' },
    });
    const text = told('vrrp_instance V {\n  prio|rity 50\n}');
    for (const part of ['priority NUMBER (1 to 255)', '255 = address owner', 'Default: 100', 'the last one counts'])
      expect(text).toContain(part);
  });

  test('says that a keyword is not acted on', () => {
    expect(told('global_defs {\n enable_d|bus\n}')).toContain('Not acted on');
  });

  test('says it of the options of a value line too', () => {
    expect(told('vrrp_instance V {\n virtual_ipaddress {\n 10.0.0.1 lab|el eth0:1\n }\n}')).toContain('address label');
  });

  test('says where a name comes from, or that it comes from nowhere', () => {
    const use = 'vrrp_instance V {\n track_script {\n  ch|k\n }\n}';
    expect(told(`${use}\ninclude s.conf`, { '/s.conf': '\nvrrp_script chk {\n}' })).toContain(
      'defined in s.conf, line 2',
    );
    expect(told(use)).toContain('vrrp_script `chk` is not defined');
  });

  test('shows the value of a parameter', () => {
    expect(told('$IF=eth0\nvrrp_instance V {\n interface $I|F\n}')).toContain('$IF=eth0');
  });

  test('is silent where nothing is known', () => {
    expect(hover('oop|s')).toBeUndefined();
    expect(hover('\n|\n')).toBeUndefined();
  });
});

describe('go to definition', () => {
  test('leads to scripts, also in included files', () => {
    const use = 'include s/*.conf\nvrrp_instance V {\n track_script {\n  ch|k weight 5\n }\n}';
    expect(places(use, { '/s/a.conf': '', '/s/b.conf': '# chk\n  vrrp_script chk {\n}' })).toEqual(['/s/b.conf:2:15']);
  });

  test('leads to instances of a sync group, groups of virtual servers and track files', () => {
    expect(places('vrrp_sync_group G {\n group {\n A B|\n }\n}\nvrrp_instance B {\n}')).toEqual(['/k.conf:6:15']);
    expect(places('virtual_server_group W {\n}\nvirtual_server group |W {\n}')).toEqual(['/k.conf:1:22']);
    expect(places('vrrp_track_file f {\n}\nvrrp_instance V {\n track_file {\n f|\n}\n}')).toEqual(['/k.conf:1:17']);
  });

  test('leads to every definition of a parameter, whatever the conditions', () => {
    const text = '@main $IF=eth0\n@^main $IF=eth1\nvrrp_instance V {\n interface $I|F\n}';
    expect(places(text)).toEqual(['/k.conf:1:7', '/k.conf:2:8']);
  });

  test('leads to the files of an include', () => {
    expect(places('include s/*|.conf', { '/s/a.conf': '', '/s/b.conf': '' })).toEqual([
      '/s/a.conf:1:1',
      '/s/b.conf:1:1',
    ]);
  });

  test('leads to a script by its path, if there is one', () => {
    const text = 'vrrp_script s {\n script "/bin/ch|eck -x"\n}';
    expect(places(text, { '/bin/check': '#!/bin/sh' })).toEqual(['/bin/check:1:1']);
    expect(places(text)).toEqual([]);
  });
});

describe('formatting', () => {
  const edits = (text: string) => {
    const { project, path } = asked({ '/k.conf': `${text}|` });
    return formattingOf(project, path);
  };

  test('replaces the whole file by its neat form, and leaves a neat one alone', () => {
    const [edit] = edits('global_defs { router_id x }\n');
    expect(edit).toMatchObject({ range: { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } } });
    expect(edit?.newText).toMatch(/^global_defs \{\n\s+router_id x\n\}\n$/);
    expect(edits(edit?.newText ?? '')).toEqual([]);
  });

  test('leaves a file alone whose braces do not close', () => {
    expect(edits('global_defs {\n')).toEqual([]);
  });
});
