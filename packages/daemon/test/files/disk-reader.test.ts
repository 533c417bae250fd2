// Which files count as configuration on a real disk.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { diskReader, readerWithPipe } from '../../src/files/disk-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'vw-reader-'));
afterAll(() => rmSync(folder, { recursive: true }));

const named = (name: string, make: (path: string) => void): string => {
  const path = join(folder, name);
  make(path);
  return path;
};
const plain = named('plain.conf', (path) => writeFileSync(path, 'global_defs {\n}\n'));
const pipe = named('pipe', (path) => spawnSync('mkfifo', [path]));
const script = named('script', (path) => {
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
});
const directory = named('directory', (path) => mkdirSync(path));

describe('the disk', () => {
  test('gives the text of a regular file', () => {
    expect(diskReader.text(plain)).toEqual({ kind: 'text', text: 'global_defs {\n}\n' });
  });

  test.each([
    ['a directory', directory, 'is a directory'],
    ['a pipe', pipe, 'is not a regular file'],
    ['a program', script, 'is not a regular non-executable file'],
  ])('refuses %s', (_, path, reason) => {
    expect(diskReader.text(path)).toEqual({ kind: 'refused', reason });
  });

  test.each([join(folder, 'none'), join(plain, 'below')])('has no %s', (path) => {
    expect(diskReader.text(path)).toEqual({ kind: 'missing' });
  });
});

describe('a command that reads once', () => {
  // A writer that is gone would leave a reader of an empty pipe waiting: the text is written by a program of its own.
  const filled = (text: string): void => {
    spawnSync('sh', ['-c', 'printf %s "$1" > "$2" &', 'sh', text, pipe], { stdio: 'ignore' });
  };

  test('reads the pipe that the user named, and remembers its text', () => {
    const reader = readerWithPipe(pipe);
    filled('router_id x');
    expect(reader.text(pipe)).toEqual({ kind: 'text', text: 'router_id x' });
    expect(reader.text(pipe)).toEqual({ kind: 'text', text: 'router_id x' });
  });

  test('reads no other pipe', () => {
    expect(readerWithPipe(plain).text(pipe)).toEqual({ kind: 'refused', reason: 'is not a regular file' });
    expect(readerWithPipe(plain).text(plain)).toEqual(diskReader.text(plain));
  });
});
