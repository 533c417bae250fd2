// Several daemons on one machine: network namespaces, instances, and where their pid files are, as with keepalived.
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createNetns, type Netns, spawnLogged } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { keepalived, type Program, vipward } from './lib/program.ts';

jest.setTimeout(200_000);

interface Seen {
  /** Below /run, and whether the first of them names the process that was started. */
  readonly pidFiles: readonly string[];
  readonly same: boolean;
  /** Which of the namespaces has the table, and in which scripts run: `here` is the one of the test. */
  readonly table: readonly string[];
  readonly script: string | undefined;
}

describeWith(needs('lab', 'ipvs', 'ipvsadm', 'keepalived'), 'the place of a daemon', () => {
  const folder = mkdtempSync(join(tmpdir(), 'places-'));
  let inner: Netns;

  beforeAll(async () => {
    inner = await createNetns('places');
    writeFileSync(join(folder, 'check'), `#!/bin/sh\nreadlink /proc/self/ns/net > ${folder}/ns\n`, { mode: 0o755 });
  });
  afterAll(async () => {
    await inner.delete();
    rmSync(folder, { recursive: true, force: true });
  });

  const service = (): string => `virtual_server 10.9.0.50 80 {
  delay_loop 1
  lvs_sched rr
  lvs_method NAT
  protocol TCP
  real_server 127.0.0.2 80 {
    MISC_CHECK {
      misc_path ${folder}/check
    }
  }
}
`;

  const pidFilesBelow = (path: string): readonly string[] =>
    existsSync(path)
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.pid'))
          .sort()
      : [];

  const look = async (program: Program, lines: string, flags: readonly string[]): Promise<Seen> => {
    const file = join(folder, 'keepalived.conf');
    writeFileSync(file, `global_defs {\n  script_user root\n}\n${lines}\n${service()}`);
    rmSync(join(folder, 'ns'), { force: true });
    const before = new Set(pidFilesBelow('/run'));
    const words = ['-n', '-l', '-D', '-G', '-C', '-f', file, ...flags];
    const daemon =
      program === 'vipward' ? spawnLogged(vipward, ['keepalived', ...words]) : spawnLogged(keepalived, words);
    await daemon.waitFor('Misc check', { timeout: 30_000 });
    const pidFiles = pidFilesBelow('/run').filter((name) => !before.has(name));
    const main = pidFiles.find((name) => /keepalived[^/]*\.pid$/.test(name)) ?? '';
    const same = Number(readFileSync(join('/run', main), 'utf8')) === daemon.pid;
    const network = readFileSync(join(folder, 'ns'), 'utf8').trim();
    const script = network === readlinkSync('/proc/self/ns/net') ? 'here' : network === ofInner() ? 'inner' : undefined;
    const own = await tableHere();
    const innerTable = await inner.exec('ipvsadm', ['-Sn']);
    daemon.kill('SIGTERM');
    await daemon.ended;
    return {
      pidFiles,
      same,
      table: [...(own.includes('10.9.0.50') ? ['here'] : []), ...(innerTable.includes('10.9.0.50') ? ['inner'] : [])],
      script,
    };
  };
  const ofInner = (): string => `net:[${statSync(`/run/netns/${inner.name}`).ino}]`;
  const tableHere = async (): Promise<string> => {
    const listing = spawnLogged('ipvsadm', ['-Sn']);
    await listing.ended;
    return listing.log();
  };

  test.each<readonly [string, (name: string) => string, (name: string) => readonly string[]]>([
    ['the usual one', () => '', () => []],
    ['use_pid_dir', () => 'use_pid_dir', () => []],
    ['instance', () => 'instance abc', () => []],
    ['net_namespace', (name) => `net_namespace ${name}`, () => []],
    ['net_namespace and instance', (name) => `net_namespace ${name}\ninstance abc`, () => []],
    ['net_namespace_ipvs', (name) => `net_namespace_ipvs ${name}`, () => []],
    ['net_namespace with a table outside', (name) => `net_namespace ${name}\nnet_namespace_ipvs`, () => []],
    ['-s', () => 'net_namespace nosuch', (name) => ['-s', name]],
  ])('is where keepalived has it: %s', async (_, lines, flags) => {
    const theirs = await look('keepalived', lines(inner.name), flags(inner.name));
    const ours = await look('vipward', lines(inner.name), flags(inner.name));
    expect(ours).toEqual(theirs);
    expect(ours.pidFiles.length).toBeGreaterThan(1);
    expect(ours.same).toBe(true);
  });

  test('in a namespace that is not there is nowhere', async () => {
    writeFileSync(join(folder, 'keepalived.conf'), `net_namespace nosuch\n${service()}`);
    const daemon = spawnLogged(vipward, ['keepalived', '-n', '-l', '-G', '-f', join(folder, 'keepalived.conf')]);
    expect(await daemon.ended).not.toBe(0);
    expect(daemon.log()).toContain('Unable to set network namespace nosuch - exiting');
  });
});
