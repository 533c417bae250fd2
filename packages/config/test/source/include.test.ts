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
    ['include a.conf\nx', ['a1', 'c /etc/keepalived/sub', 'd', '}', 'a2', 'x']],
  ])('%s reads the files it names where it stands', (text, lines) => {
    const others = text.includes('*')
      ? { '/etc/keepalived/z.conf.d': 'no', '/etc/keepalived/sub/z.conf': 'no' }
      : files;
    const expected = text.includes('*') ? [] : lines;
    expect(readLines(text, { files: others }).lines).toEqual(expected);
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
  ])('%s finds %j', (text, found) => {
    expect(readLines(text, { files }).codes).toEqual(found);
  });

  test('include_check changes what counts until its file ends', () => {
    const text = 'include checks.conf\ninclude no2.conf';
    const checks = { '/etc/keepalived/checks.conf': 'global_defs {\ninclude_check match\n}\ninclude no1.conf' };
    expect(codes(text, { files: checks })).toEqual(['include-missing', 'include-check-failed']);
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
    ['{a}', ['{a}']],
    ['{a,', ['{a,']],
  ])('%s', (pattern, expected) => {
    expect(expandBraces(pattern)).toEqual(expected);
  });

  test('many of them stay within bounds', () => {
    expect(expandBraces('{a,b}'.repeat(60)).length).toBeLessThanOrEqual(1024);
  });
});

describe('include_check', () => {
  test.each([
    [[], ['read', 'match', 'wildcard_match', 'brace_match']],
    [['match'], ['match']],
    [['+read'], ['match', 'read']],
    [['-match'], []],
    [['nonsense'], []],
  ])('%j', (words, expected) => {
    expect([...changeIncludeChecks(new Set(['match']), words)]).toEqual(expected);
  });
});
