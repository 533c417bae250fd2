// vipward config export: what it prints is what the schema reads.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { configFromJson } from '@vipward/config/schema';
import { diskReader } from '@vipward/daemon';
import { runExport } from '../src/config-export.ts';

let folder = '';
let printed = '';
let said = '';
const output = {
  out: (text: string) => {
    printed += text;
  },
  error: (text: string) => {
    said += text;
  },
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-export-'));
  printed = '';
  said = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

const exported = (text: string, configId = 'main'): number => {
  const file = join(folder, 'keepalived.conf');
  writeFileSync(file, text);
  return runExport({ file, read: diskReader }, { configId }, output);
};

test('the typed configuration is printed as JSON that the schema reads back', () => {
  const vip =
    'vrrp_instance V {\n interface eth0\n virtual_router_id 5\n @b priority 50\n virtual_ipaddress { 10.0.0.1 }\n}\n';
  expect(exported(vip, 'b')).toBe(0);
  const [instance] = configFromJson(JSON.parse(printed)).vrrpInstances;
  expect(instance).toMatchObject({ priority: 50, virtualAddresses: [{ prefixLength: 32 }] });
  expect(instance?.virtualAddresses[0]?.address.bytes).toEqual(Uint8Array.of(10, 0, 0, 1));
});

test('errors go to stderr, and what is left is printed', () => {
  expect(exported('global_defs {\n smtp_server 10.0.0.1 99999\n}\n')).toBe(1);
  expect(said).toContain('99999');
  expect(JSON.parse(printed)).toHaveProperty('global');
});

test('a file that is not there is status 2', () => {
  expect(runExport({ file: join(folder, 'none.conf'), read: diskReader }, {}, output)).toBe(2);
  expect(printed).toBe('');
});
