// More recordings of the real ipvsadm, replayed against a table in memory: output and exit status byte for byte.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { runIpvsadm } from '../../src/ipvsadm/run.ts';
import { memorySetup } from './memory.ts';
import { createShell } from './shell.ts';
import { parseTranscript, showStep } from './transcript.ts';

const folder = new URL('recorded/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.txt'));

describe('the recordings', () => {
  test.each(files)('%s is the same byte for byte', async (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const setup = memorySetup();
    const shell = createShell({ ipvsadm: (args, stdin, streams) => runIpvsadm(args, setup.io(streams, stdin)) });
    const replayed: string[] = [];
    for (const { command } of parseTranscript(text)) {
      const result = await shell.run(command);
      replayed.push(result ? showStep({ command, ...result }) : `cannot run ${command}\n`);
    }
    expect(replayed.join('')).toBe(text);
  });
});
