// What goes wrong before anything runs: one clear line, the right exit status, and nothing half done.
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createNetns, type Netns, type Outcome } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { owns, startDirector, until } from './lib/director.ts';
import { vipward } from './lib/program.ts';
import { seedFile, shorten } from './lib/seed.ts';

jest.setTimeout(60_000);

describeWith(needs('root', 'netns', 'reference', 'no-ipvs'), 'bad input', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
  let host: Netns;
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const run = (...words: string[]): Promise<Outcome> =>
    host.tryExec(vipward, [
      'keepalived',
      '-n',
      '-G',
      '-p',
      join(folder, 'p'),
      '-r',
      join(folder, 'v'),
      '-c',
      join(folder, 'c'),
      ...words,
    ]);
  const lines = (text: string): readonly string[] => text.trimEnd().split('\n');
  const nothingLeft = (): void => {
    for (const name of ['p', 'v', 'c', 'v.state', 'c.state']) expect(existsSync(join(folder, name))).toBe(false);
  };

  beforeAll(async () => {
    host = await createNetns('bad');
    await host.ipBatch([
      'link add eth0 type veth peer name peer0',
      'addr add 192.168.33.2/24 dev eth0',
      'link set eth0 up',
      'link set peer0 up',
    ]);
  });
  afterAll(async () => {
    await host?.delete();
    rmSync(folder, { recursive: true });
  });

  test('a file that is not there ends with 6 and names it', async () => {
    const { code, stderr } = await run('-f', '/nosuch/keepalived.conf');
    expect({ code, lines: lines(stderr) }).toEqual({
      code: 6,
      lines: ["vipward: Config files missing '/nosuch/keepalived.conf'."],
    });
    nothingLeft();
  });

  test('a directory in place of the file ends with 6 and is named as one', async () => {
    const { code, stderr } = await run('-f', folder);
    expect({ code, lines: lines(stderr) }).toEqual({
      code: 6,
      lines: [`vipward: Configuration file '${folder}' is a directory - skipping`],
    });
  });

  test('a file that may not be read ends -t with 4', async () => {
    const conf = file('locked.conf', seedFile('director-a.conf'));
    chmodSync(conf, 0o600);
    chownSync(conf, 65534, 65534);
    const bounded = '--bounding-set=-dac_override,-dac_read_search';
    const { code, stderr } = await host.tryExec('setpriv', [bounded, vipward, 'keepalived', '-t', '-f', conf]);
    expect({ code, stderr }).toEqual({ code: 4, stderr: `Unable to read configuration file ${conf}\n` });
  });

  test('a pid file in a folder that is not there ends with 1, and no folder is made', async () => {
    const conf = file('pid.conf', seedFile('director-a.conf'));
    const pidFile = join(folder, 'nosuch', 'keepalived.pid');
    const { code, stderr } = await run('-P', '-f', conf, '-p', pidFile);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`cannot write the pid file ${pidFile}`),
    });
    expect(existsSync(join(folder, 'nosuch'))).toBe(false);
  });

  test('a pid file of a worker that cannot be written ends the daemon at once, with 1', async () => {
    const conf = file('pid.conf', seedFile('director-a.conf'));
    const { code, stderr } = await run('-l', '-P', '-f', conf, '-r', join(folder, 'none', 'v'));
    expect(code).toBe(1);
    expect(stderr).toContain(`cannot write the pid file ${join(folder, 'none', 'v')}: ENOENT`);
    // What a worker says that is left alone: it would go on for ten seconds.
    expect(stderr).not.toContain('The supervisor has gone');
    nothingLeft();
  });

  test('an interface that is not there ends with 2, with file, line and column', async () => {
    const conf = file('eth9.conf', seedFile('director-a.conf').replace('interface eth0', 'interface eth9'));
    const { code, stderr } = await run('-P', '-f', conf);
    expect(code).toBe(2);
    expect(lines(stderr)).toEqual([expect.stringMatching(/eth9\.conf:\d+:\d+: the interface eth9 .*does not exist/)]);
    expect(await owns(host, '192.168.33.188')).toBe(false);
    nothingLeft();
  });

  test('no IPVS in the kernel ends with 1 and names the module, before a virtual address is taken', async () => {
    const { code, stderr } = await run('-f', file('a.conf', seedFile('director-a.conf')));
    expect(code).toBe(1);
    expect(lines(stderr)).toEqual([expect.stringContaining('modprobe ip_vs')]);
    expect(await owns(host, '192.168.33.188')).toBe(false);
    nothingLeft();
  });

  test('no privilege ends with 4 and names the capabilities', async () => {
    const { code, stderr } = await host.tryExec('setpriv', [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      vipward,
      'keepalived',
      '-n',
      '-G',
      '-f',
      '/etc/passwd',
    ]);
    expect(code).toBe(4);
    expect(lines(stderr)).toEqual([expect.stringMatching(/CAP_NET_ADMIN.*root/)]);
  });

  test('an unknown option ends with 1', async () => {
    expect(await run('--bogus')).toMatchObject({ code: 1, stderr: 'Unknown option --bogus\n' });
  });

  test('a second daemon with the same pid file says so and ends with 0', async () => {
    const config = shorten(seedFile('director-a.conf'));
    const director = startDirector({ host, program: 'vipward', config, flags: ['-P'] });
    await director.waitFor('Starting VRRP child process');
    const second = director.startAgain();
    expect(await second.process.ended).toBe(0);
    expect(second.log()).toContain('daemon is already running');
    expect(await director.terminate()).toBe(0);
    expect(readdirSync(director.folder)).toEqual(['keepalived.conf']);
  });

  test('a pid file with the pid of somebody else is not believed', async () => {
    const config = shorten(seedFile('director-a.conf'));
    const director = startDirector({ host, program: 'vipward', config, flags: ['-P'] });
    await director.waitFor('Starting VRRP child process');
    await director.killAll();
    writeFileSync(join(director.folder, 'main.pid'), '1\n');
    const again = director.startAgain();
    await again.waitFor('Starting VRRP child process');
    expect(await again.terminate()).toBe(0);
  });

  test('a virtual address that is left on the interface goes at the start and is taken when master, as keepalived does', async () => {
    await host.ip('addr add 192.168.33.188/32 dev eth0');
    const config = shorten(seedFile('director-a.conf'));
    const director = startDirector({ host, program: 'vipward', config, flags: ['-P'] });
    try {
      await director.waitFor('(VI_1) removing VIPs.');
      await until('it is gone', async () => !(await owns(host, '192.168.33.188')));
      await director.waitFor('Entering MASTER STATE');
      await until('it is back', () => owns(host, '192.168.33.188'));
    } finally {
      expect(await director.terminate()).toBe(0);
    }
    expect(await owns(host, '192.168.33.188')).toBe(false);
  });

  test('realserver up refuses an address that is in use on another interface, and changes nothing', async () => {
    await host.ip('addr add 192.168.33.77/24 dev eth0');
    const before = await host.exec('sh', ['-c', 'cat /proc/sys/net/ipv4/conf/*/arp_ignore']);
    const { code, stderr } = await host.tryExec(vipward, ['realserver', 'up', '192.168.33.78', '192.168.33.77']);
    expect(code).toBeGreaterThan(0);
    expect(lines(stderr)).toEqual([expect.stringMatching(/192\.168\.33\.77.*eth0/)]);
    expect(await owns(host, '192.168.33.78')).toBe(false);
    expect(await host.exec('sh', ['-c', 'cat /proc/sys/net/ipv4/conf/*/arp_ignore'])).toBe(before);
  });

  test('without -n it goes into the background, holds its pid file when the command returns, and ends on SIGTERM', async () => {
    const conf = file('bg.conf', shorten(seedFile('director-a.conf')));
    const pid = join(folder, 'bg.pid');
    const words = ['-P', '-G', '-f', conf, '-p', pid, '-r', join(folder, 'bgv.pid'), '-c', join(folder, 'bgc.pid')];
    const { code, stderr } = await host.tryExec(vipward, ['keepalived', ...words]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(existsSync(pid)).toBe(true);
    await until('the address', () => owns(host, '192.168.33.188'));
    await host.exec('sh', ['-c', `kill $(cat ${pid})`]);
    await until('the pid file to go', () => !existsSync(pid));
    expect(await owns(host, '192.168.33.188')).toBe(false);
  });

  test('what goes wrong in the background is said where it was started', async () => {
    const conf = file('bg.conf', shorten(seedFile('director-a.conf')));
    const { code, stderr } = await host.tryExec(vipward, ['keepalived', '-P', '-G', '-f', conf, '-p', '/proc/k.pid']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'vipward: the process in the background ended with status 1; the log says why\n',
    });
  });
});
