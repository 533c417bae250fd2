// The record file: whole or not at all, and nothing but our own is read.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { procSettings, recordFile, recordPath } from '../../src/realserver/files.ts';

const dir = mkdtempSync(join(tmpdir(), 'vipward-realserver-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const record = { vips: ['192.168.33.188', '2001:db8::1'], earlier: { 'net.ipv4.conf.all.arp_ignore': '0' } };

test('a record is read as it was written, in a directory made for it, and removed without a trace', () => {
  const store = recordFile(join(dir, 'run', 'vipward', 'r.json'));
  expect(store.read()).toBeUndefined();
  store.write(record);
  expect(store.read()).toEqual(record);
  expect(readdirSync(join(dir, 'run', 'vipward'))).toEqual(['r.json']);
  store.write(undefined);
  store.write(undefined);
  expect(store.read()).toBeUndefined();
  expect(readdirSync(join(dir, 'run', 'vipward'))).toEqual([]);
});

test.each([
  '',
  '{"version":1',
  '[]',
  '{"version":2,"vips":[],"earlier":{}}',
  '{"version":1,"vips":"x","earlier":{}}',
  '{"version":1,"vips":[],"earlier":{"net.ipv4.conf.all.arp_ignore":"0; reboot"}}',
])('a file that is not ours is no record: %j', (text) => {
  const path = join(dir, 'odd.json');
  writeFileSync(path, text);
  expect(recordFile(path).read()).toBeUndefined();
});

test('the record is of this network namespace', () => {
  expect(recordPath()).toMatch(/^\/run\/vipward\/realserver-\d+\.json$/);
});

test('settings are read from /proc/sys', () => {
  expect(procSettings.read('net.ipv4.conf.lo.arp_ignore')).toMatch(/^\d+$/);
});
