// Tracked files of running instances: on the disk, from the start, through changes and a reload.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { TrackFile } from '@vipward/config';
import { instance, running } from '../runtime/fake-edges.ts';

const at = { file: 'k.conf', line: 9, column: 1 };
let folder: string;
const stops: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vrrp-file-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, change: Partial<TrackFile> = {}): TrackFile => ({
  ...{ name, file: join(folder, name), weight: 1, reverse: false, at },
  ...change,
});

const tracking = async (files: readonly TrackFile[], weight?: number) => {
  const item = { name: 'load', at, ...(weight === undefined ? {} : { weight }) };
  const world = await running({ instances: [instance({ trackFiles: [item] })], tracking: { files } });
  stops.push(() => world.runtime.stop());
  const becomes = async (role: string, priority: number): Promise<void> => {
    const is = (): boolean => world.runtime.states().every((one) => one.role === role && one.priority === priority);
    for (let waited = 0; waited < 5000 && !is(); waited += 5) await sleep(5);
    expect(world.runtime.states()).toMatchObject([{ role, priority }]);
  };
  return { ...world, becomes };
};

test('what it says counts from the start, and with every change', async () => {
  writeFileSync(join(folder, 'load'), '21\n');
  const { becomes, events, lines } = await tracking([file('load')]);
  await becomes('backup', 121);
  writeFileSync(join(folder, 'load'), '-254\n');
  await becomes('fault', 121);
  writeFileSync(join(folder, 'load'), '3\n');
  await becomes('backup', 103);
  rmSync(join(folder, 'load'));
  await becomes('backup', 100);
  expect(events).toEqual(['BACKUP_PRIORITY', 'BACKUP', 'FAULT', 'BACKUP', 'BACKUP_PRIORITY']);
  expect(lines).toContain('(VI_1): tracked file load now FAULT state');
});

test('with weight 0 and reverse, a file that is missing is a fault; one without its directory has no say', async () => {
  const missing = await tracking([file('load', { reverse: true })], 0);
  await missing.becomes('backup', 100);
  const reversed = await running({
    instances: [instance({ trackFiles: [{ name: 'load', weight: 0, reverse: true, at }] })],
    tracking: { files: [file('load')] },
  });
  stops.push(() => reversed.runtime.stop());
  expect(reversed.runtime.states()).toMatchObject([{ role: 'fault' }]);
  const later = join(folder, 'later');
  const nowhere = await running({
    instances: [instance({ trackFiles: [{ name: 'load', weight: 0, reverse: true, at }] })],
    tracking: { files: [file('load', { file: join(later, 'load') })] },
  });
  stops.push(() => nowhere.runtime.stop());
  expect(nowhere.runtime.states()).toMatchObject([{ role: 'backup' }]);
  expect(nowhere.lines).toContain('Track file directory for load does not exist - it counts once it does');
  mkdirSync(later);
});

test('a reload with another file goes on with what that one says', async () => {
  writeFileSync(join(folder, 'load'), '7\n');
  writeFileSync(join(folder, 'other'), '9\n');
  const { runtime, becomes } = await tracking([file('load')]);
  await becomes('backup', 107);
  const config = instance({ trackFiles: [{ name: 'load', at }] });
  await runtime.reload([config], [], [], {}, {}, {}, { files: [file('load', { file: join(folder, 'other') })] });
  await becomes('backup', 109);
  await runtime.reload([instance()]);
  await becomes('backup', 100);
});
