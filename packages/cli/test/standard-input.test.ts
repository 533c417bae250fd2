// Standard input as the file of a command.
import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { isStandardInput } from '../src/standard-input.ts';

test('a pipe that is empty for a while is waited for', async () => {
  const module = new URL('../src/standard-input.ts', import.meta.url).href;
  // What makes the stream of it first makes the pipe one that does not block.
  const script = `process.stdin;
    const { standardInput } = await import(${JSON.stringify(module)});
    const coming = standardInput();
    process.stderr.write('reads');
    process.stdout.write(await coming);`;
  const reader = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
  const out = text(reader.stdout);
  await new Promise((resolve) => reader.stderr.once('data', resolve));
  reader.stdin.write('global_defs {\n');
  reader.stdin.end('}\n');
  expect(await out).toBe('global_defs {\n}\n');
});

test('- and /dev/stdin are standard input', () => {
  expect(['-', '/dev/stdin', './-', 'keepalived.conf'].map(isStandardInput)).toEqual([true, true, false, false]);
});

test('a directory as standard input is refused, and is no empty file', () => {
  const module = new URL('../src/standard-input.ts', import.meta.url).href;
  const script = `const { sourceOf } = await import(${JSON.stringify(module)});
    const { file, read } = await sourceOf('-');
    process.stdout.write(JSON.stringify(read.text(file)));`;
  const words = ['--no-warnings', '--input-type=module', '-e', script];
  const { stdout } = spawnSync('sh', ['-c', '"$@" </', 'sh', process.execPath, ...words], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual({ kind: 'refused', reason: 'is a directory' });
});
