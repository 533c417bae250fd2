// include: which files are read, in which order, and which failures count.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the language under test
import { describe, expect, test } from '@jest/globals';
import { changeIncludeChecks, expandBraces } from '../../src/source/include.ts';
import { codes, parse, readLines } from '../support.ts';

const files = {
  '/etc/keepalived/a.conf': 'a1\ninclude sub/c.conf\na2',
  '/etc/keepalived/b.conf': 'b',
  '/etc/keepalived/sub/c.conf': 'c ${_PWD}\ninclude d.conf',
  '/etc/keepalived/sub/d.conf': 'd }',
};

describe('include', () => {
  test.each([
    ['include b.conf\nx', ['b', 'x']],
    ['include {b,sub/d}.conf', ['b', 'd', '}']],
    ['global_defs { include b.conf', ['global_defs', '{', 'b']],
    ['$I=b.conf\ninclude $I', ['b']],
    ['include {b}.conf', ['b']],
    ['include {b,{sub/d,b}}.conf', ['b', 'd', '}', 'b']],
    ['include \\b\\.conf', ['b']],
    ['include\tb.conf  # c', ['b']],
    ['include', ['include']],
    ['includex b.conf', ['includex b.conf']],
    ['@node1 include b.conf', ['b']],
    ['@node2 include b.conf', []],
    ['~SEQ(N,2) include {b}.conf', ['b', 'b']],
    ['$M=x \\\ninclude b.conf\n$M\ny', ['x', 'b', 'y']],
    ['include a.conf\nx', ['a1', 'c /etc/keepalived/sub', 'd', '}', 'a2', 'x']],
  ])('%s reads the files it names where it stands', (text, lines) => {
    const { lines: found, codes } = readLines(text, { files });
    expect(found).toEqual(lines);
    expect(codes).toEqual([]);
  });

  test('a wildcard reads all matches in order', () => {
    const many = {
      '/etc/keepalived/conf.d/2.conf': 'two',
      '/etc/keepalived/conf.d/1.conf': 'one',
      '/etc/keepalived/conf.d/x.txt': 'no',
    };
    const { lines, places } = readLines('include conf.d/*.conf\nend', { files: many });
    expect(lines).toEqual(['one', 'two', 'end']);
    expect(places[0]).toBe('/etc/keepalived/conf.d/1.conf:1:1');
  });

  test('a file that includes itself is skipped with an error', () => {
    const circle = { '/etc/keepalived/a.conf': 'a\ninclude b.conf', '/etc/keepalived/b.conf': 'b\ninclude a.conf' };
    expect(readLines('include a.conf\nend', { files: circle })).toMatchObject({
      lines: ['a', 'b', 'end'],
      codes: ['include-cycle'],
    });
  });

  test('the same file may be included twice, one after the other', () => {
    expect(readLines('include b.conf\ninclude b.conf', { files })).toMatchObject({ lines: ['b', 'b'], codes: [] });
  });

  test.each([
    ['include no.conf', ['include-missing']],
    ['include no*.conf', []],
    ['include {b,no}.conf', ['include-missing']],
    ['includer no.conf', ['include-missing']],
    ['includem no.conf', ['include-check-failed']],
    ['includem no*.conf', []],
    ['includew no*.conf', ['include-check-failed']],
    ['includew {b,no}.conf', ['include-missing']],
    ['includeb {b,no}.conf', ['include-check-failed']],
    ['includea no.conf', ['include-check-failed']],
    ['include sub', ['include-missing']],
    ['includer sub', ['include-check-failed']],
    ['include nodir/*.conf', ['include-missing']],
    ['includer nodir/*.conf', ['include-missing']],
    ['includem nodir/*.conf', ['include-check-failed']],
    ['includew {no1*,no2*}', ['include-check-failed']],
    ['includea {b.conf,no*}', []],
    ['includem {no}', ['include-missing']],
    ['includeb {no}', ['include-check-failed']],
    ['include {b.conf,}', []],
    ['include "b.conf"', ['include-missing']],
    ['include b.conf b.conf', ['include-missing']],
  ])('%s finds %j', (text, found) => {
    expect(readLines(text, { files }).codes).toEqual(found);
  });

  test('include_check changes what counts until its file ends', () => {
    const text = 'include checks.conf\ninclude no2.conf';
    const checks = { '/etc/keepalived/checks.conf': 'global_defs {\ninclude_check match\n}\ninclude no1.conf' };
    expect(codes(text, { files: checks })).toEqual(['include-missing', 'include-check-failed']);
  });

  test.each(['include_check match\ninclude no.conf', '@other include_check match\ninclude no.conf'])(
    'include_check counts in global_defs only: %j',
    (text) => {
      expect(codes(text)).not.toContain('include-check-failed');
    },
  );

  test('files nest up to a depth, with an error that says so', () => {
    const name = (i: number): string => `/etc/keepalived/n${i}.conf`;
    const nested = Object.fromEntries(
      Array.from({ length: 99 }, (_, i) => [name(i), `in ${i}\ninclude n${i + 1}.conf\n`]),
    );
    const { lines, codes } = readLines('include n0.conf\nend', { files: nested });
    expect([lines.length, lines.at(-1), codes]).toEqual([64, 'end', ['include-cycle']]);
  });

  test('a failed check ends a configuration test with 6, a missing file without check with 0', () => {
    expect(parse('includea no.conf').status).toBe(6);
    expect(parse('include no.conf').status).toBe(0);
    expect(parse('include no.conf', { checkIncludes: true }).status).toBe(6);
  });

  test('all files that were read are listed', () => {
    expect(parse('include b.conf', { files: { '/etc/keepalived/b.conf': '' } }).files).toEqual([
      '/etc/keepalived/keepalived.conf',
      '/etc/keepalived/b.conf',
    ]);
  });
});

describe('brace patterns', () => {
  test.each([
    ['{b,a}x', ['bx', 'ax']],
    ['a{1,2}b{3,4}', ['a1b3', 'a1b4', 'a2b3', 'a2b4']],
    ['plain', ['plain']],
    ['{a}', ['a']],
    ['{a,{b,c}}.d', ['a.d', 'b.d', 'c.d']],
    ['{a{1,2},b}', ['a1', 'a2', 'b']],
    ['x{}', ['x{}']],
    ['{b{c,d}', ['{b{c,d}']],
    ['{a,', ['{a,']],
  ])('%s', (pattern, expected) => {
    expect(expandBraces(pattern)).toEqual(expected);
  });

  test('many of them stay within bounds', () => {
    expect(expandBraces('{a,b}'.repeat(60)).length).toBeLessThanOrEqual(1024);
    expect(expandBraces('{'.repeat(4000))).toHaveLength(1);
    expect(expandBraces('{a,b}'.repeat(9999))).toHaveLength(1);
  });
});

describe('include_check', () => {
  test.each([
    [[], ['read', 'match', 'wildcard_match', 'brace_match']],
    [['match'], ['match']],
    [['+read'], ['match', 'read']],
    [['-match'], []],
    [['nonsense'], []],
    [['read', 'wildcard_match'], ['read']],
    [
      ['+read', 'wildcard_match'],
      ['match', 'read'],
    ],
    [['-match', '+brace_match'], ['brace_match']],
  ])('%j', (words, expected) => {
    expect([...changeIncludeChecks(new Set(['match']), words)]).toEqual(expected);
  });
});
