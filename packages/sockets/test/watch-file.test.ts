// Files with a number in them: what the number is, and how a change is heard of.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { createFileWatcher, type FileWatcher, fileNumber, systemClock } from '../src/index.ts';

const folders: string[] = [];
const watchers: FileWatcher[] = [];

afterEach(() => {
  for (const watcher of watchers.splice(0)) watcher.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const tempFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sockets-file-'));
  folders.push(folder);
  return folder;
};

const watching = (path: string) => {
  const told: (number | undefined)[] = [];
  const invalid: string[] = [];
  const watcher = createFileWatcher(systemClock, (_path, digits) => void invalid.push(digits));
  watchers.push(watcher);
  const unwatch = watcher.watchFile(path, (value) => void told.push(value));
  const says = async (...values: (number | undefined)[]): Promise<void> => {
    const deadline = performance.now() + 10_000;
    while (told.length < values.length && performance.now() < deadline) await sleep(5);
    expect(told).toEqual(values);
  };
  return { told, invalid, says, unwatch };
};

// The values were seen with keepalived 2.2.7.
test.each([
  ['5\n', 5],
  [' -12 requests', -12],
  ['  +7', 7],
  ['\n9\n', 9],
  ['12abc', 12],
  ['9 8', 9],
  ['0x10', 16],
  ['010', 8],
  ['08', 0],
  ['0x', 0],
  ['-0', 0],
  ['', 0],
  ['abc', 0],
  ['2147483647', 2147483647],
  ['-2147483648', -2147483648],
  ['2147483648', undefined],
  ['99999999999', undefined],
])('a file that begins with %j says %p', (content, value) => {
  expect(fileNumber(content)).toBe(value);
});

test('a number is told at once and with every change: written, replaced by a rename, gone', async () => {
  const path = join(tempFolder(), 'load');
  writeFileSync(path, '5\n');
  const { says } = watching(path);
  await says(5);
  writeFileSync(path, '-3\n');
  await says(5, -3);
  writeFileSync(`${path}.new`, '0x10\n');
  renameSync(`${path}.new`, path);
  await says(5, -3, 16);
  rmSync(path);
  await says(5, -3, 16, 0);
});

test('a file that is emptied and written in one go never says 0; one that stays empty does', async () => {
  const path = join(tempFolder(), 'load');
  writeFileSync(path, '5\n');
  const { says } = watching(path);
  for (let value = 6; value < 26; value++) {
    writeFileSync(path, '');
    await sleep(2);
    writeFileSync(path, `${value}\n`);
    await says(...Array.from({ length: value - 4 }, (_, i) => i + 5));
  }
  writeFileSync(path, '');
  await says(...Array.from({ length: 21 }, (_, i) => i + 5), 0);
});

test('a directory that is missing makes the file say nothing, until it is there', async () => {
  const folder = join(tempFolder(), 'later');
  const path = join(folder, 'load');
  const { says } = watching(path);
  await says(undefined);
  mkdirSync(folder);
  writeFileSync(path, '7\n');
  await says(undefined, 7);
});

test('a number beyond 32 bits is said and changes nothing', async () => {
  const path = join(tempFolder(), 'load');
  writeFileSync(path, '5\n');
  const { told, invalid } = watching(path);
  writeFileSync(path, '99999999999\n');
  while (invalid.length === 0) await sleep(5);
  expect(invalid[0]).toBe('99999999999');
  expect(told).toEqual([5]);
});

test('who has ended it hears no more', async () => {
  const path = join(tempFolder(), 'load');
  writeFileSync(path, '5\n');
  const { told, unwatch } = watching(path);
  unwatch();
  writeFileSync(path, '6\n');
  await sleep(50);
  expect(told).toEqual([5]);
});
