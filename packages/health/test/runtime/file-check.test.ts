// FILE_CHECK end to end: a file on the disk changes, and so does the table.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import type { VirtualServer } from '@vipward/config';
import { systemClock } from '@vipward/sockets';
import { type HealthRuntime, startHealth } from '../../src/runtime/start.ts';
import { file, rs, trackFile, vs } from '../fixture.ts';
import { shown } from './bench.ts';

const folders: string[] = [];
const running: HealthRuntime[] = [];

afterEach(() => {
  for (const health of running.splice(0)) health.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const tempFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'health-file-'));
  folders.push(folder);
  return folder;
};

const server = (n: number, more: Parameters<typeof file>[0] = {}) => rs(n, { weight: 10, moreCheckers: [file(more)] });

const start = (path: string, weight = 1, more: Partial<VirtualServer> = {}) => {
  const log: string[] = [];
  const health = startHealth({
    virtualServers: [vs([server(1), server(2, { weight: 3 })], more)],
    trackFiles: [trackFile({ file: path, weight })],
    addresses: [],
    clock: systemClock,
    random: () => 0,
    log: { info: (text) => void log.push(text) },
    onChange: () => {},
  });
  running.push(health);
  const becomes = async (...table: string[]): Promise<void> => {
    const deadline = performance.now() + 10_000;
    while (shown(health.table()).join() !== table.join() && performance.now() < deadline) await sleep(5);
    expect(shown(health.table())).toEqual(table);
  };
  return { health, log, becomes };
};

test('the number counts from the start, when it changes, when the file is replaced and when it goes', async () => {
  const path = join(tempFolder(), 'load');
  writeFileSync(path, '5\n');
  const { becomes, log } = start(path);
  expect(shown(running[0]?.table() ?? [])).toEqual(['1 w15', '2 w25']);
  writeFileSync(path, '-3\n');
  await becomes('1 w7', '2 w1');
  writeFileSync(`${path}.new`, '1\n');
  renameSync(`${path}.new`, path);
  await becomes('1 w11', '2 w13');
  rmSync(path);
  await becomes('1 w10', '2 w10');
  expect(log).toContain(
    'Changing weight from 15 to 7 for active service [192.168.33.1]:tcp:80 of VS [192.168.33.188]:tcp:80',
  );
});

test('a weight of 0 takes a server out while the file says so, and a reload may change that', async () => {
  const path = join(tempFolder(), 'load');
  writeFileSync(path, '1');
  const { health, becomes } = start(path, 0);
  expect(shown(health.table())).toEqual(['2 w13']);
  writeFileSync(path, '0');
  await becomes('1 w10', '2 w10');
  writeFileSync(path, '4');
  await becomes('2 w22');
  health.reload([vs([server(1), server(2, { weight: 3 })])], { trackFiles: [trackFile({ file: path, weight: 1 })] });
  await becomes('1 w14', '2 w22');
});

test('the number counts with ha_suspend while no address is here, as with keepalived', async () => {
  const path = join(tempFolder(), 'load');
  writeFileSync(path, '0');
  const { becomes } = start(path, 0, { haSuspend: true });
  writeFileSync(path, '5');
  await becomes('2 w25');
});

test('a directory that comes later is found', async () => {
  const folder = join(tempFolder(), 'later');
  const { becomes } = start(join(folder, 'load'));
  mkdirSync(folder);
  writeFileSync(join(folder, 'load'), '2');
  await becomes('1 w12', '2 w16');
});

test('what a file said survives a restart until it is read again', () => {
  const path = join(tempFolder(), 'load');
  writeFileSync(path, '5');
  const { health } = start(path);
  const saved: unknown = JSON.parse(JSON.stringify(health.toJson()));
  expect(JSON.stringify(saved)).toContain('"weight":15');
});
