// The unit file of the examples: what it starts is there, and systemd has nothing against it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
// As if this clone lay where the guide puts it.
const unit = readFileSync(join(root, 'examples/vipward.service'), 'utf8').replaceAll('/opt/vipward', root);
const folder = mkdtempSync(join(tmpdir(), 'vipward-unit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

test('the unit starts the daemon in the foreground, with the options of keepalived', () => {
  const [program = '', ...words] = setting('ExecStart').split(' ');
  expect(() => accessSync(program, constants.X_OK)).not.toThrow();
  expect(words).toEqual(['keepalived', '--dont-fork', '$DAEMON_ARGS']);
  expect(setting('EnvironmentFile')).toBe('-/etc/default/keepalived');
  expect(setting('Conflicts')).toBe('keepalived.service');
});

test('systemd leaves the workers to the next supervisor', () => {
  expect(setting('KillMode')).toBe('process');
  expect(Number(setting('RestartSec'))).toBeLessThan(10);
});

test('systemd-analyze finds nothing wrong with it', () => {
  const file = join(folder, 'vipward.service');
  writeFileSync(file, unit);
  const { error, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
  // Where there is no systemd nobody can be asked.
  const said = error === undefined ? stderr.split('\n').filter((line) => line.includes('vipward')) : [];
  expect(said).toEqual([]);
});
