// As whom a script runs, as the kernel shows it of the script itself.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Account } from '@vipward/sockets';
import { describeWith, needs } from '@vipward/testkit/jest';
import { systemSpawn } from '../../src/run/spawn.ts';

describeWith(needs('root'), 'a script of another user', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spawn-'));
    chmodSync(folder, 0o777);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const identityAs = async (account: Account): Promise<readonly string[]> => {
    const out = join(folder, 'out');
    const argv = ['/bin/sh', '-c', `grep -E "^(Uid|Gid|Groups)" /proc/$$/status > ${out}`];
    const result = await new Promise((resolve) => systemSpawn(process.env)({ argv, account }, resolve));
    expect(result).toEqual({ kind: 'exited', status: 0 });
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    rmSync(out);
    return lines.map((line) => line.split(/\s+/).slice(0, 2).join(' ').trim());
  };

  test('has no other groups, unless it is to have those of the user', async () => {
    const nobody = { uid: 65_534, gid: 65_534 };
    expect(await identityAs(nobody)).toEqual(['Uid: 65534', 'Gid: 65534', 'Groups:']);
    expect(await identityAs({ ...nobody, supplementary: true })).toEqual(['Uid: 65534', 'Gid: 65534', 'Groups: 65534']);
  });
});
