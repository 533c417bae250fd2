// The bundle as the guide installs it: away from the clone, without the packages that it was made of.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vipward-installed-'));
const file = join(folder, 'keepalived.conf');

beforeAll(() => {
  for (const part of ['bin', 'dist'])
    cpSync(join(root, 'packages/cli', part), join(folder, 'packages/cli', part), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  const node = `node_modules/node-linux-${process.arch}`;
  symlinkSync(join(root, node), join(folder, node));
  writeFileSync(
    file,
    `virtual_server fd00:77::80 53 {
    lb_algo rr
    lb_kind DR
    protocol UDP
    real_server fd00:77::81 53 {
    }
}
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(join(folder, 'packages/cli/bin/vipward'), words, { encoding: 'utf8' });
  return { status, stdout, stderr };
};

test.each([
  [['keepalived', '-t', '-f', file], 0, ''],
  [['check', file], 0, ''],
  [['config', 'show', file], 0, ''],
  [['config', 'export', file], 0, ''],
  [['drain', '[fd00:77::80]:53', 'fd00:77::81', '--socket', join(folder, 'none')], 3, 'no daemon listens'],
])('%j works with IPv6 addresses', (words, status, said) => {
  const result = run(...words);
  expect(result).toMatchObject({ status, stderr: said === '' ? '' : expect.stringContaining(said) });
});
