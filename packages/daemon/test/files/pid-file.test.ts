// Pid files that can be written, and those that cannot.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { takePidFile } from '../../src/files/pid-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'vw-pid-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a pid file holds the pid as long as it is held', () => {
  const path = join(folder, 'a.pid');
  const file = takePidFile(path);
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
  expect(takePidFile(path)).toEqual({ held: false, by: process.pid });
  if (file.held) file.release();
  expect(existsSync(path)).toBe(false);
});

test('a device is refused, and stays', () => {
  expect(() => takePidFile('/dev/null')).toThrow('cannot write the pid file /dev/null: EINVAL');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('a directory that is not there is named', () => {
  const path = join(folder, 'none', 'b.pid');
  expect(() => takePidFile(path)).toThrow(expect.objectContaining({ code: 'PIDFILE_UNWRITABLE' }));
  expect(() => takePidFile(path)).toThrow(`cannot write the pid file ${path}: ENOENT`);
});

test('where there is no room the file is named, and not left behind empty', () => {
  const path = join(folder, 'c.pid');
  const module = new URL('../../src/files/pid-file.ts', import.meta.url).href;
  const script = `(await import(${JSON.stringify(module)})).takePidFile(process.argv[1])`;
  // No file may grow: write(2) ends with EFBIG, as it does with ENOSPC on a full disk.
  const command = 'ulimit -f 0; trap "" XFSZ; exec "$0" --no-warnings --input-type=module -e "$1" -- "$2"';
  const { stderr } = spawnSync('sh', ['-c', command, process.execPath, script, path], { encoding: 'utf8' });
  expect(stderr).toContain(`cannot write the pid file ${path}: EFBIG`);
  expect(existsSync(path)).toBe(false);
});
