// Reloads at a time that a file names: its forms, its changes, and what becomes of the file.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import { momentWords, reloadTime } from '../../src/supervisor/reload-time.ts';
import { createTimedReload } from '../../src/supervisor/timed-reload.ts';

const now = Date.UTC(2026, 10, 22, 22, 14, 40);

describe('a time', () => {
  test.each([
    ['22:14:46Z', Date.UTC(2026, 10, 22, 22, 14, 46)],
    ['22:14:40Z', Date.UTC(2026, 10, 23, 22, 14, 40)],
    ['26-12-01 00:00:01Z', Date.UTC(2026, 11, 1, 0, 0, 1)],
    ['2027-01-01 00:00:00Z', Date.UTC(2027, 0, 1)],
    ['2026-11-22 22:14:39Z', 'past'],
    ['2026-02-31 00:00:00Z', undefined],
    ['24:00:00Z', undefined],
    [' 22:14:46Z', undefined],
    ['22:14', undefined],
    ['', undefined],
  ])('%j', (line, expected) => expect(reloadTime(line, now)).toBe(expected));

  test('without Z is of the time zone here', () => {
    const soon = now + 5000;
    expect(reloadTime(momentWords(soon), now)).toBe(soon);
    expect(reloadTime(momentWords(soon).split(' ')[1] ?? '', now)).toBe(soon);
  });
});

describe('the file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'timed-reload-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const world = () => {
    const clock = new FakeClock();
    const start = clock.now();
    const lines: string[] = [];
    let reloads = 0;
    const say = (line: string): void => void lines.push(line.replace(/\d{4}-.*/, 'WHEN'));
    const timed = createTimedReload({
      clock,
      wallClock: () => now + clock.now() - start,
      log: { info: say, error: say },
      reload: () => {
        reloads += 1;
      },
    });
    return { clock, timed, lines, reloads: () => reloads, file: join(folder, 'when') };
  };

  test('that comes later makes a reload at its time, and is removed', () => {
    const { clock, timed, lines, reloads, file } = world();
    timed.configure({ reloadTimeFile: file });
    writeFileSync(file, '22:14:46Z\n');
    clock.advance(5999);
    expect([reloads(), existsSync(file)]).toEqual([0, true]);
    clock.advance(1);
    expect([reloads(), existsSync(file)]).toEqual([1, false]);
    clock.advance(90_000_000);
    expect(reloads()).toBe(1);
    expect(lines).toEqual(['Scheduling reload for WHEN']);
    timed.close();
  });

  test('stays with reload_repeat, for every day', () => {
    const { clock, timed, reloads, file } = world();
    writeFileSync(file, '22:14:46Z\n');
    timed.configure({ reloadTimeFile: file, reloadRepeat: true });
    clock.advance(6000 + 2 * 86_400_000);
    expect([reloads(), existsSync(file)]).toEqual([3, true]);
    timed.close();
  });

  test('that changes, becomes nonsense or goes cancels what was scheduled', () => {
    const { clock, timed, lines, reloads, file } = world();
    writeFileSync(file, '22:14:46Z\n');
    timed.configure({ reloadTimeFile: file });
    writeFileSync(file, 'x\n');
    clock.advance(1000);
    writeFileSync(file, '23:00:00Z');
    clock.advance(1000);
    rmSync(file);
    clock.advance(86_400_000);
    expect(reloads()).toBe(0);
    expect(lines).toEqual([
      'Scheduling reload for WHEN',
      "Invalid reload time 'x' specified - ignoring",
      'Cancelling reload scheduled for WHEN',
      'Scheduling reload for WHEN',
      'Cancelling reload scheduled for WHEN',
    ]);
    timed.close();
  });

  test('is no longer looked at when a reload takes the keyword away', () => {
    const { clock, timed, reloads, file } = world();
    writeFileSync(file, '22:14:46Z\n');
    timed.configure({ reloadTimeFile: file });
    timed.configure({});
    clock.advance(10_000);
    expect(reloads()).toBe(0);
  });
});
