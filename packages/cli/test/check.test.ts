// `vipward check` as people and tools call it: what it prints where, and its exit status.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { wantsColour } from '../src/check.ts';
import { parseCheck } from '../src/check-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'vipward-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const entry = new URL('../src/checking.ts', import.meta.url).href;
const script = `const { run } = await import(${JSON.stringify(entry)});
process.exitCode = await (run('vipward', process.argv[1], process.argv.slice(2)) ?? 99);`;

const run = (words: readonly string[], input = ''): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script, '--', ...words], {
    encoding: 'utf8',
    input,
  });

const good = file('good.conf', 'global_defs {\n router_id a\n}\n');
const warned = file('warned.conf', 'bogus 1\n');
const wrong = file('wrong.conf', 'vrrp_instance A {\n virtual_router_id 300\n}\n');

describe('the exit status', () => {
  test.each([
    ['a good file', ['check', good], 0],
    ['a warning', ['check', warned], 0],
    ['a warning with --strict', ['check', '--strict', warned], 1],
    ['an error', ['check', wrong], 1],
    ['a missing file', ['check', join(folder, 'none')], 2],
    ['a directory', ['check', folder], 2],
    ['a missing file, for tools', ['check', '--json', join(folder, 'none')], 2],
    ['another command', ['status'], 99],
    ['a question for help', ['check', '--help'], 99],
  ])('of %s', (_, words, status) => {
    expect(run(words).status).toBe(status);
  });
});

describe('--json', () => {
  mkdirSync(join(folder, 'directory'));
  test.each([
    ['a good file', good, []],
    ['a warning', warned, ['unknown-keyword']],
    ['a missing file', join(folder, 'none'), ['file-missing']],
    ['a directory', join(folder, 'directory'), ['file-missing']],
  ])('prints one object for %s', (_, path, codes) => {
    const { stdout, stderr } = run(['check', '--json', path]);
    const object: unknown = JSON.parse(stdout);
    expect(object).toMatchObject({ diagnostics: codes.map((code) => ({ code })) });
    expect(stderr).toBe('');
  });

  test('has every key of a finding, with its place', () => {
    const { stdout } = run(['check', '--json', '--strict', warned]);
    expect(JSON.parse(stdout)).toEqual({
      errors: 1,
      warnings: 0,
      diagnostics: [
        {
          severity: 'error',
          code: 'unknown-keyword',
          message: expect.any(String),
          file: warned,
          line: 1,
          column: 1,
          hint: null,
          related: [],
        },
      ],
    });
  });
});

test('standard input is a file like others', () => {
  expect(run(['check', '-'], 'bogus 1\n').stdout).toContain('<stdin>:1:1: warning: unknown keyword "bogus"');
  expect(run(['check', '--json', '-'], 'global_defs {\n}\n').stdout).toContain('"errors": 0');
});

test('the config id decides about lines with a condition', () => {
  const conditional = file('conditional.conf', '@one bogus 1\n');
  expect(run(['check', '--config-id', 'one', conditional]).stdout).toContain('bogus');
  expect(run(['check', '--config-id=two', conditional]).stdout).not.toContain('bogus');
});

test('colours are for terminals that want them', () => {
  expect(run(['check', wrong]).stdout).not.toContain('\x1b');
  expect(wantsColour(true, {})).toBe(true);
  expect(wantsColour(true, { NO_COLOR: '' })).toBe(true);
  expect(wantsColour(true, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColour(true, { TERM: 'dumb' })).toBe(false);
  expect(wantsColour(false, {})).toBe(false);
});

test.each([
  [['a.conf'], { file: 'a.conf', options: {} }],
  [['--json', 'a.conf', '--strict'], { file: 'a.conf', options: { json: true, strict: true } }],
  [['--config-id', 'x', '-'], { file: '-', options: { configId: 'x' } }],
  [[], undefined],
  [['a.conf', 'b.conf'], undefined],
  [['--help'], undefined],
  [['a.conf', '--config-id'], undefined],
  [['--jsn', 'a.conf'], undefined],
])('the words %j', (words, expected) => {
  expect(parseCheck(words)).toEqual(expected);
});
