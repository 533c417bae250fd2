// Pid files: the kernel's word on who holds the lock.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type HeldLock, lockFile, lockHolder } from '../src/index.ts';
import { runProgram, startProgram } from './run-program.ts';

// Processes start slowly on a busy machine.
jest.setTimeout(60_000);

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipward-lock-'));
  path = join(folder, 'daemon.pid');
});
afterEach(() => rmSync(folder, { recursive: true }));

const take = (file: string): HeldLock => {
  const lock = lockFile(file);
  if (!lock.held) throw new Error(`held by ${lock.by}`);
  return lock;
};

describe('a free file', () => {
  test('is created, locked and written', () => {
    const lock = take(path);
    lock.write('12345\n');
    expect(readMode(path) & 0o133).toBe(0);
    lock.write('678\n');
    lock.release();
    expect(readFileSync(path, 'utf8')).toBe('678\n');
  });

  test('keeps its content until the lock is held and something is written', () => {
    writeFileSync(path, 'stale 99\n');
    const lock = take(path);
    expect(statSync(path).size).toBe(9);
    lock.write('1\n');
    lock.release();
    expect(readFileSync(path, 'utf8')).toBe('1\n');
  });

  test('is removed on release when that is asked for, and only if it is still the same file', () => {
    take(path).release({ remove: true });
    expect(existsSync(path)).toBe(false);
    const lock = take(path);
    rmSync(path);
    writeFileSync(path, 'of another');
    lock.release({ remove: true });
    expect(readFileSync(path, 'utf8')).toBe('of another');
  });

  test('has no holder, as has a missing one', () => {
    expect(lockHolder(path)).toBeUndefined();
    writeFileSync(path, '1\n');
    expect(lockHolder(path)).toBeUndefined();
  });
});

describe('a file held by another process', () => {
  test('is refused with its pid, whatever the content says, and is free when that process dies', async () => {
    const holder = startProgram('hold-lock', [path, '1\n']);
    expect(await holder.firstLine).toBe('held');
    expect(lockFile(path)).toEqual({ held: false, by: holder.process.pid });
    expect(lockHolder(path)).toBe(holder.process.pid);
    // Asking has not loosened it.
    expect(lockFile(path)).toEqual({ held: false, by: holder.process.pid });
    expect(readFileSync(path, 'utf8')).toBe('1\n');
    holder.process.kill('SIGKILL');
    await holder.ended;
    expect(lockHolder(path)).toBeUndefined();
    take(path).release();
  });
});

describe('a file held by this process', () => {
  test('is refused with our own pid, and asking does not drop the lock', async () => {
    const lock = take(path);
    expect(lockFile(path)).toEqual({ held: false, by: process.pid });
    expect(lockHolder(path)).toBe(process.pid);
    expect((await runProgram('hold-lock', [path])).stdout).toBe(`refused by ${process.pid}\n`);
    lock.release();
    expect(lockHolder(path)).toBeUndefined();
  });

  test('is released twice without harm, and not written afterwards', () => {
    const lock = take(path);
    lock.release();
    const next = take(path);
    lock.release({ remove: true });
    expect(existsSync(path)).toBe(true);
    expect(() => lock.write('1')).toThrow('has been released');
    next.release();
  });
});

test('several processes that take and remove the same file are never inside together', async () => {
  const runs = await Promise.all([1, 2, 3].map(() => runProgram('race-for-lock', [path, '200'])));
  expect(runs.map(({ stdout }) => stdout)).toEqual(['clashes 0\n', 'clashes 0\n', 'clashes 0\n']);
});

describe('a file that can not be had', () => {
  test('throws what the file system says, with the path', () => {
    expect(() => lockFile(join(folder, 'no', 'daemon.pid'))).toThrow(/ENOENT.*daemon\.pid/);
    mkdirSync(path);
    expect(() => lockFile(path)).toThrow(/EISDIR/);
  });
});

function readMode(file: string): number {
  return statSync(file).mode & 0o777;
}
