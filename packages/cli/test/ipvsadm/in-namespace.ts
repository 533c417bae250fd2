// Starts replay.ts in a network and mount namespace of its own and reads what it wrote.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('replay.ts', import.meta.url));

/** The transcript of every file, by the file's name without .cmds. */
export const replayInNamespace = (whose: 'ours' | 'real', files: readonly string[]): ReadonlyMap<string, string> => {
  const folder = mkdtempSync(join(tmpdir(), 'ipvsadm-'));
  try {
    const arguments_ = ['-n', '-m', process.execPath, '--no-warnings', program, whose, folder, ...files];
    const { stderr, status } = spawnSync('unshare', arguments_, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`replay of ${files.join(' ')}: exit ${status}\n${stderr}`);
    return new Map(
      files.map((file) => {
        const name = basename(file, '.cmds');
        return [name, readFileSync(join(folder, `${name}.txt`), 'utf8')];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
};
