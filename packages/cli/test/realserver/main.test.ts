// `vipward realserver` whose reader has gone.
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

const program = `
  const { main } = await import(${JSON.stringify(new URL('../../src/realserver/main.ts', import.meta.url).href)});
  process.exitCode = await main(['--help']);`;

test('is silent, with the status of SIGPIPE', () => {
  const words = ['--no-warnings', '--input-type=module', '-e', program];
  const script = '{ sleep 0.2; "$@"; echo $? >&2; } | true';
  expect(spawnSync('sh', ['-c', script, 'sh', process.execPath, ...words], { encoding: 'utf8' }).stderr).toBe('141\n');
});
