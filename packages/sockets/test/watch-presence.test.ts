// Files that come and go: seen at once, also in a directory that is made later, and not after the end.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createPresenceWatcher, systemClock } from '../src/index.ts';

let directory: string;
const watchers: ReturnType<typeof createPresenceWatcher>[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vw-presence-'));
});
afterEach(() => {
  for (const watcher of watchers.splice(0)) watcher.close();
  rmSync(directory, { recursive: true });
});

const watch = (path: string) => {
  const watcher = createPresenceWatcher(systemClock);
  watchers.push(watcher);
  const seen: boolean[] = [];
  const cancel = watcher.watchPresence(path, (there) => void seen.push(there));
  return { watcher, seen, cancel };
};

const until = async (isSo: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 500 && !isSo(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
};

test('a file that comes and goes is told each time, and not again when it is only written', async () => {
  const path = join(directory, 'a');
  const { watcher, seen, cancel } = watch(path);
  expect([watcher.isPresent(path), seen]).toEqual([false, []]);
  writeFileSync(path, '');
  await until(() => seen.length === 1);
  writeFileSync(path, 'more');
  rmSync(path);
  await until(() => seen.length === 2);
  expect(seen).toEqual([true, false]);
  cancel();
  writeFileSync(path, '');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(seen).toEqual([true, false]);
});

test('a directory that is made later is found', async () => {
  const path = join(directory, 'later', 'a');
  const { seen } = watch(path);
  mkdirSync(join(directory, 'later'));
  writeFileSync(path, '');
  await until(() => seen.length === 1);
  rmSync(path);
  await until(() => seen.length === 2);
});
