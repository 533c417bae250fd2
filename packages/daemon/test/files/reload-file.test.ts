// The file that is there while the configuration is read.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { whileReading } from '../../src/files/reload-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reload-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('is emptied before, and gone afterwards, whatever became of reading', async () => {
  const file = join(folder, 'reloading');
  writeFileSync(file, 'touched');
  const log = { error: () => {} };
  const seen = await whileReading(file, log, async () => readFileSync(file, 'utf8'));
  expect([seen, existsSync(file)]).toEqual(['', false]);
  const failing = whileReading(file, log, async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});

test('that cannot be made is said, and the configuration is read', async () => {
  const lines: string[] = [];
  const log = { error: (line: string) => void lines.push(line) };
  expect(await whileReading(join(folder, 'none', 'x'), log, async () => 7)).toBe(7);
  expect(lines).toEqual([expect.stringContaining('ENOENT')]);
});
