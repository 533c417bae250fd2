// What the original says of a text, in tests of words that it must skip.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The exit status of `keepalived -t` and all that it prints. */
export const keepalivedTest = (text: string): readonly [number | null, string] => {
  const directory = mkdtempSync(join(tmpdir(), 'vw-own-'));
  try {
    const file = join(directory, 'keepalived.conf');
    writeFileSync(file, text);
    const { status, stderr, stdout } = spawnSync('keepalived', ['-t', '-f', file], { encoding: 'utf8' });
    return [status, `${stdout}${stderr}`];
  } finally {
    rmSync(directory, { recursive: true });
  }
};
