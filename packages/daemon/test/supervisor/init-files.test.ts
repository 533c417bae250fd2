// init_file: what is made at the start, and what is left alone.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeInitFiles } from '../../src/supervisor/init-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const made = (file: string, initFile?: { readonly value: number; readonly overwrite: boolean }): readonly string[] => {
  const said: string[] = [];
  const at = { file: 'k.conf', line: 1, column: 1 };
  const track = { name: 'f', file, weight: 1, reverse: false, at, ...(initFile && { initFile }) };
  makeInitFiles([track], { error: (text) => void said.push(text) });
  return said;
};

test('a file that is missing is made, one that is there stays, overwrite begins it anew', () => {
  const file = join(folder, 'load');
  expect(made(file, { value: 7, overwrite: false })).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe('7\n');
  expect(made(file, { value: 9, overwrite: false })).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe('7\n');
  expect(made(file, { value: -12, overwrite: true })).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe('-12\n');
});

test('without init_file nothing is made', () => {
  const file = join(folder, 'load');
  made(file);
  expect(() => readFileSync(file)).toThrow();
});

test('what cannot be made is said; a link is not followed', () => {
  expect(made(join(folder, 'missing', 'load'), { value: 1, overwrite: true })).toEqual([
    `Unable to create track file ${join(folder, 'missing', 'load')} of track_file f: ENOENT`,
  ]);
  writeFileSync(join(folder, 'other'), 'mine');
  symlinkSync(join(folder, 'other'), join(folder, 'link'));
  expect(made(join(folder, 'link'), { value: 1, overwrite: true })[0]).toContain('ELOOP');
  expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('mine');
});
