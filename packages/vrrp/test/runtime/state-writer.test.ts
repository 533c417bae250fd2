// The state file under a storm of changes: few writes, and the newest content at the end.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { StateWriter } from '../../src/runtime/state-file.ts';

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
      return { bootId: String(changes), instances: [] };
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
