// The state file under a storm of changes: few writes, and the newest content at the end.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { StateWriter, savedPieces } from '../../src/runtime/state-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipward-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a change every millisecond is written every fifty at most; closing writes the newest at once', async () => {
  let changes = 0;
  let writes = 0;
  const path = join(folder, 'state.json');
  const errors: string[] = [];
  const writer = new StateWriter(
    path,
    () => {
      writes++;
      return savedPieces({ bootId: String(changes), instances: [] });
    },
    (text) => errors.push(text),
  );
  const begun = performance.now();
  for (; changes < 100; changes++) {
    writer.schedule();
    await sleep(1);
  }
  expect(writes).toBeGreaterThanOrEqual(1);
  expect(writes).toBeLessThanOrEqual(2 + (performance.now() - begun) / 50);
  writer.schedule();
  const closing = performance.now();
  await writer.close({ remove: false });
  expect(performance.now() - closing).toBeLessThan(2000);
  expect(JSON.parse(readFileSync(path, 'utf8')).bootId).toBe('100');
  expect(errors).toEqual([]);
});

test('a text that is long in the making is written in parts, and is whole', async () => {
  const path = join(folder, 'state.json');
  let turns = 0;
  function* slowly(): Iterable<string> {
    for (let piece = 0; piece < 30; piece++) {
      for (const until = performance.now() + 0.3; performance.now() < until; );
      yield `${piece} ä\n`;
    }
  }
  const writer = new StateWriter(path, slowly, (text) => {
    throw new Error(text);
  });
  writer.schedule();
  for (const done = setInterval(() => turns++, 0); ; await sleep(1))
    if (existsSync(path)) {
      clearInterval(done);
      break;
    }
  expect(readFileSync(path, 'utf8')).toBe([...slowly()].join(''));
  expect(turns).toBeGreaterThan(1);
  await writer.close({ remove: true });
});

test('what may wait does, and goes along with what may not', async () => {
  let writes = 0;
  const path = join(folder, 'state.json');
  const writer = new StateWriter(
    path,
    () => [`{"write":${++writes}}`],
    () => undefined,
  );
  const begun = performance.now();
  writer.schedule(60_000);
  await sleep(150);
  expect(writes).toBe(0);
  writer.schedule();
  while (writes === 0) await sleep(1);
  expect(performance.now() - begun).toBeLessThan(30_000);
  writer.schedule(60_000);
  await writer.close({ remove: false });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ write: 2 });
});

test('others have their turn between the pieces of a long text', async () => {
  const path = join(folder, 'state.json');
  let turns = 0;
  let during = 0;
  const pieces = function* (): Iterable<string> {
    for (let i = 0; i < 20; i++) {
      const until = performance.now() + 1;
      while (performance.now() < until);
      during = turns;
      yield `${i} `;
    }
  };
  const writer = new StateWriter(path, pieces, () => undefined);
  const timer = setInterval(() => turns++, 1);
  writer.schedule();
  while (during === 0 || turns < 20) await sleep(5);
  clearInterval(timer);
  await writer.close({ remove: false });
  expect(during).toBeGreaterThan(0);
});
