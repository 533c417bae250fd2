// vipward config fmt on files of the disk.
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type FmtOptions, runFmt } from '../src/config-fmt.ts';

const UGLY = 'global_defs { router_id x }\n';
const NEAT = 'global_defs {\n    router_id x\n}\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-fmt-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string): string => {
  const file = join(folder, 'keepalived.conf');
  writeFileSync(file, text);
  return file;
};

const run = (file: string, options: FmtOptions = {}, stdin?: Uint8Array) => {
  let out = '';
  let error = '';
  const output = {
    out: (text: string) => {
      out += text;
    },
    error: (text: string) => {
      error += text;
    },
  };
  const status = runFmt(file, options, output, stdin);
  return { status, out, error };
};

test('without an option the result goes to stdout and the file stays', () => {
  const file = write(UGLY);
  expect(run(file)).toEqual({ status: 0, out: NEAT, error: '' });
  expect(readFileSync(file, 'utf8')).toBe(UGLY);
});

test('--check tells formatted files from others, and writes nothing', () => {
  const file = write(UGLY);
  expect(run(file, { check: true })).toMatchObject({ status: 1, out: '' });
  expect(readFileSync(file, 'utf8')).toBe(UGLY);
  expect(run(write(NEAT), { check: true })).toEqual({ status: 0, out: '', error: '' });
});

test('--write keeps mode and link, and leaves nothing else behind', () => {
  const file = write(UGLY);
  chmodSync(file, 0o640);
  const link = join(folder, 'link.conf');
  symlinkSync(file, link);
  expect(run(link, { write: true })).toEqual({ status: 0, out: '', error: '' });
  expect(readFileSync(file, 'utf8')).toBe(NEAT);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['keepalived.conf', 'link.conf']);
});

test('--write leaves a formatted file alone', () => {
  const file = write(NEAT);
  const before = statSync(file).ino;
  expect(run(file, { write: true }).status).toBe(0);
  expect(statSync(file).ino).toBe(before);
});

test('a file with a missing brace is refused with the reason, and stays', () => {
  const file = write('global_defs {\n  router_id x\n');
  const { status, out, error } = run(file, { write: true });
  expect({ status, out }).toEqual({ status: 1, out: '' });
  expect(error).toContain('[missing-close-brace]');
  expect(readFileSync(file, 'utf8')).toBe('global_defs {\n  router_id x\n');
});

test('a file that is not there is said', () => {
  const file = join(folder, 'nothing');
  const error = `vipward config fmt: cannot read ${file}: there is no such file [FILE_UNREADABLE]\n`;
  expect(run(file)).toEqual({ status: 2, out: '', error });
  expect(run(folder).error).toContain(': is a directory [FILE_UNREADABLE]');
});

test('a comment in Latin 1 keeps its bytes', () => {
  const file = write('');
  const text = Buffer.concat([Buffer.from(UGLY), Buffer.from('# caf\u00e9 \u00a0\n', 'latin1')]);
  writeFileSync(file, text);
  expect(run(file, { write: true }).status).toBe(0);
  expect(readFileSync(file, 'latin1')).toBe(`${NEAT}# caf\u00e9 \u00a0\n`);
});

test('standard input is formatted like a file, and cannot be written to', () => {
  const stdin = Buffer.from(UGLY);
  expect(run('-', {}, stdin)).toEqual({ status: 0, out: NEAT, error: '' });
  expect(run('-', { check: true }, stdin)).toEqual({ status: 1, out: '', error: '<stdin> is not formatted\n' });
  expect(run('-', { write: true }, stdin)).toMatchObject({ status: 2, out: '' });
});
