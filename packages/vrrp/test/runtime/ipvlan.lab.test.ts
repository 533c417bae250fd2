// use_ipvlan beside keepalived with the same file, in a kernel that has ipvlans: links, addresses, settings, adverts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';

const FILE = [
  ...['vrrp_instance V4 {', 'interface eth0', 'virtual_router_id 51', 'use_ipvlan 10.78.0.9/24'],
  ...['virtual_ipaddress {', '10.78.0.201/24', '}', '}'],
  ...['vrrp_instance V6 {', 'interface eth0', 'virtual_router_id 52', 'use_ipvlan iv6 fe80::99 private'],
  ...['virtual_ipaddress {', 'fe80::201/64', 'fd00:78::201/64', '}', '}'],
].join('\n');

const IN_VRF = [
  ...['vrrp_instance V4 {', 'interface eth0', 'virtual_router_id 51', 'use_vmac'],
  ...['virtual_ipaddress {', '10.78.0.201/24', '}', '}'],
  ...['vrrp_instance V6 {', 'interface eth0', 'virtual_router_id 52', 'use_vmac'],
  ...['virtual_ipaddress {', 'fe80::201/64', 'fd00:78::201/64', '}', '}'],
].join('\n');

/** Made by one program or by the other, after `before` in a shell: what a master is, and what it leaves. */
const master = async (who: 'ours' | 'keepalived', text: string, before = 'true') => {
  await using net = await topology({
    prefix: 'vi',
    hosts: { a: { links: { eth0: { addresses: ['10.78.0.1/24'], mac: '02:00:00:00:00:0a' } } } },
  });
  const { a } = net.hosts;
  const directory = mkdtempSync(join(tmpdir(), 'vipward-ipvlan-'));
  try {
    const file = join(directory, 'k.conf');
    writeFileSync(file, text);
    await a.exec('sh', ['-c', before]);
    const { ifindex } = JSON.parse(await net.bridges.ip('-j link show lan'))[0];
    const capture = net.bridges.spawn(process.execPath, [join(import.meta.dirname, 'capture.ts'), String(ifindex)]);
    await capture.waitFor('capturing', { timeout: 60_000 });
    const look = async () => ({
      links: (await a.ip('-d link')).replaceAll(
        /promiscuity \d+|@if\d+|link-netns \S+|link-netnsid \d+|state \S+/g,
        '',
      ),
      addresses: (await a.ip('-o addr'))
        .split('\n')
        // The kernel makes the address that ends so from the MAC address and the number of the ipvlan.
        .map((line) => line.replace(/^\d+: /, '').replace(/fe80::200:0:\d+:a/, 'fe80::own'))
        .sort(),
      off: await a.exec('sh', ['-c', 'grep -s "" /proc/sys/net/ipv6/conf/*/disable_ipv6']),
    });
    const found = await look();
    const daemon =
      who === 'ours'
        ? a.spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'configured.ts'), file])
        : a.spawn('keepalived', [
            ...['-n', '-l', '-D', '-P', '-f', file, '-p', join(directory, 'p'), '-r', join(directory, 'r')],
          ]);
    const masters = /V4\) Entering MASTER[\s\S]*V6\) Entering MASTER|V6\) Entering MASTER[\s\S]*V4\) Entering MASTER/;
    await daemon.waitFor(masters, { timeout: 60_000 });
    await sleep(3000);
    const during = await look();
    await daemon.stop();
    const sources = capture
      .log()
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(' ')[1] ?? '')
      .map((hex) => `${hex.slice(12, 28)} ${hex.slice(24, 28) === '0800' ? hex.slice(52, 60) : hex.slice(44, 76)}`);
    return { before: found, during, after: await look(), sources: [...new Set(sources)].sort() };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

describeWith(needs('lab', 'keepalived'), 'an instance on an ipvlan', () => {
  test('is what keepalived makes of the same file, and nothing is left', async () => {
    expect(spawnSync('modprobe', ['-a', 'ipvlan', 'nf_tables'], { encoding: 'utf8' }).stderr).toBe('');
    const theirs = await master('keepalived', FILE);
    const ours = await master('ours', FILE);
    expect(ours.during).toEqual(theirs.during);
    expect(ours.sources).toEqual(theirs.sources);
    expect(ours.after).toEqual(ours.before);
  }, 240_000);

  test('and macvlans belong to the VRF of their interface', async () => {
    expect(spawnSync('modprobe', ['-a', 'vrf', 'macvlan'], { encoding: 'utf8' }).stderr).toBe('');
    const setUp =
      'ip link add blue address 02:00:00:00:02:0a type vrf table 10; ip link set blue up; ip link set eth0 master blue';
    const theirs = await master('keepalived', IN_VRF, setUp);
    const ours = await master('ours', IN_VRF, setUp);
    expect(ours.during).toEqual(theirs.during);
    expect(ours.during.links).toContain('master blue');
    expect(ours.after).toEqual(ours.before);
  }, 240_000);
});
