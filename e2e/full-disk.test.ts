// Output that goes where there is no room.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { vipward } from './lib/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'vipward-full-'));
const file = join(folder, 'keepalived.conf');
writeFileSync(file, 'global_defs {\n    router_id x\n}\n');

afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['check', file],
  ['check', '--json', file],
  ['config', 'show', file],
  ['config', 'fmt', file],
])('%s says so in one line, and is no success', (...args) => {
  const { status, stderr } = spawnSync('sh', ['-c', 'exec "$0" "$@" >/dev/full', vipward, ...args], {
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^vipward: cannot write the output: ENOSPC[^\n]*\n$/);
  expect(status).toBe(2);
});
