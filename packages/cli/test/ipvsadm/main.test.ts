// The production entry as a process: output that can't be written.
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

const program = `
  const { run } = await import(${JSON.stringify(new URL('../../src/ipvsadm/main.ts', import.meta.url).href)});
  process.exitCode = await run('ipvsadm', 'ipvsadm', process.argv.slice(1));`;

const run = (redirection: string) => {
  const words = ['--no-warnings', '--input-type=module', '-e', program, '--', '-v'];
  const script = `"$@" ${redirection}`;
  return spawnSync('sh', ['-c', script, 'sh', process.execPath, ...words], { encoding: 'utf8' });
};

test('goes to standard output', () => {
  expect(run('')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ipvsadm v1\.31 /), stderr: '' });
});

test('is one clear line when the disk is full', () => {
  expect(run('>/dev/full')).toMatchObject({
    status: 1,
    stderr: 'ipvsadm: cannot write: ENOSPC: no space left on device, write\n',
  });
});

test('is silent when the reader has gone, with the status of SIGPIPE', () => {
  // The pipe's reader ends at once, long before node has started.
  const words = ['--no-warnings', '--input-type=module', '-e', program, '--', '-h'];
  const script = '{ sleep 0.2; "$@"; echo $? >&2; } | true';
  expect(spawnSync('sh', ['-c', script, 'sh', process.execPath, ...words], { encoding: 'utf8' }).stderr).toBe('141\n');
});
