// A log on stderr whose reader goes away.
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

const program = (first: string): string => `
  const { outliveReader } = await import(${JSON.stringify(new URL('../../src/log/stderr.ts', import.meta.url).href)});
  ${first}
  for (const line of ['one', 'two', 'three']) {
    process.stderr.write(line);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  process.exitCode = 7;`;

// The reader ends at once, before node has started; the status comes on another descriptor.
const statusOf = (first: string): string => {
  const script = '{ sleep 0.2; "$@" 2>&1; echo $? >&3; } 3>&2 | true';
  const words = ['--no-warnings', '--input-type=module', '-e', program(first)];
  return spawnSync('sh', ['-c', script, 'sh', process.execPath, ...words], { encoding: 'utf8' }).stderr;
};

test('ends the process that writes it, unless that process outlives its reader', () => {
  expect(statusOf('')).toBe('1\n');
  expect(statusOf('outliveReader();')).toBe('7\n');
});
