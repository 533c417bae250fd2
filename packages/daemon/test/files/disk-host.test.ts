// What the checks may ask of this machine.
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { diskHost } from '../../src/files/disk-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'vipward-host-'));
afterAll(() => rmSync(folder, { recursive: true }));
const host = diskHost('/a::/b');

test('files, folders and what is not there are told apart', () => {
  const script = join(folder, 'script.sh');
  writeFileSync(script, '#!/bin/sh\n');
  chmodSync(script, 0o750);
  expect(host.fileInfo(script)).toMatchObject({ kind: 'file', mode: 0o750, uid: process.getuid?.() });
  expect(host.fileInfo(folder)).toMatchObject({ kind: 'directory' });
  expect(host.fileInfo(join(folder, 'nosuch'))).toBeUndefined();
  expect(host.realPath(join(folder, 'nosuch'))).toBe(join(folder, 'nosuch'));
  expect(host.realPath(`${folder}/../${basename(folder)}`)).toBe(realpathSync(folder));
  expect(host.fileInfo(join(script, 'below'))).toBeUndefined();
});

test('users and groups have numbers, and unknown ones none', () => {
  expect(host.uidOf('root')).toBe(0);
  expect(host.gidOf('root')).toBe(0);
  expect(host.uidOf('nobody-of-this-name')).toBeUndefined();
  expect(host.gidOf('nobody-of-this-name')).toBeUndefined();
});

test('the folders of PATH keep their order', () => {
  expect(host.searchPath).toEqual(['/a', '/b']);
});
