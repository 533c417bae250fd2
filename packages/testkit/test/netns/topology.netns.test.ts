// Namespaces and topologies on the real kernel: hosts reach each other, cables can be pulled, nothing stays behind.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createNetns, startHttpServer, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';

const left = (): readonly string[] => readdirSync('/run/netns').filter((name) => name.startsWith(`tk-${process.pid}-`));

describeWith(needs('root', 'netns', 'program:ip'), 'a namespace', () => {
  test('has lo up and nothing else, and goes with its programs', async () => {
    const netns = await createNetns('tk');
    expect(await netns.ip('-br link')).toMatch(/^lo\s+UNKNOWN/);
    const program = netns.spawn('sleep', ['60']);
    await netns.delete();
    expect(await program.ended).toBe(128 + 15);
    expect(left()).toEqual([]);
  });

  test('takes its folders, its logs and what its programs have left running with it', async () => {
    const netns = await createNetns('tk');
    const folder = netns.folder('tk-folder-');
    writeFileSync(join(folder, 'file'), '');
    const program = netns.spawn('sh', ['-c', 'sleep 60 & echo child $!']);
    expect(await program.ended).toBe(0);
    const child = /child (\d+)/.exec(program.log())?.[1];
    expect(existsSync(`/proc/${child}`)).toBe(true);
    await netns.delete();
    for (let i = 0; i < 500 && existsSync(`/proc/${child}`); i++) await sleep(20);
    expect(existsSync(`/proc/${child}`)).toBe(false);
    expect([existsSync(folder), existsSync(dirname(program.logFile))]).toEqual([false, false]);
    expect(program.log()).toBe(`child ${child}\n`);
  });

  test('keeps its settings to itself', async () => {
    await using one = await createNetns('tk');
    await using other = await createNetns('tk');
    await one.sysctl({ 'ipv4/ip_forward': '1' });
    expect((await one.exec('cat', ['/proc/sys/net/ipv4/ip_forward'])).trim()).toBe('1');
    expect((await other.exec('cat', ['/proc/sys/net/ipv4/ip_forward'])).trim()).toBe('0');
  });
});

describeWith(needs('root', 'netns', 'program:ip', 'curl'), 'a topology', () => {
  test('lets hosts on one bridge reach each other, over IPv4 and IPv6', async () => {
    await using net = await topology({
      prefix: 'tk',
      hosts: { client: ['10.0.0.1/24', 'fd00::1/64'], server: ['10.0.0.2/24', 'fd00::2/64'] },
    });
    for (const [address, url] of [
      ['10.0.0.2', 'http://10.0.0.2/'],
      ['fd00::2', 'http://[fd00::2]/'],
    ] as const) {
      await startHttpServer({ name: `rs ${address}`, address, port: 80, netns: net.hosts.server });
      expect(await net.hosts.client.exec('curl', ['-sS', '--max-time', '10', url])).toBe(`rs ${address}\n`);
    }
  });

  test('routes between two bridges through a host that forwards', async () => {
    await using net = await topology({
      prefix: 'tk',
      hosts: {
        client: {
          links: { eth0: { network: 'front', addresses: ['10.1.0.1/24'] } },
          routes: ['default via 10.1.0.254'],
        },
        router: {
          links: {
            eth0: { network: 'front', addresses: ['10.1.0.254/24'] },
            eth1: { network: 'back', addresses: ['10.2.0.254/24'], mac: '02:00:00:00:00:fe' },
          },
          sysctl: { 'ipv4/ip_forward': '1' },
        },
        server: {
          links: { eth0: { network: 'back', addresses: ['10.2.0.1/24'] } },
          routes: ['default via 10.2.0.254'],
        },
      },
    });
    await startHttpServer({ name: 'rs', address: '10.2.0.1', port: 80, netns: net.hosts.server });
    expect(await net.hosts.client.exec('curl', ['-sS', '--max-time', '10', 'http://10.2.0.1/'])).toBe('rs\n');
    expect(await net.hosts.router.ip('link show eth1')).toContain('02:00:00:00:00:fe');
  });

  test('takes the carrier away from a host whose cable is pulled, and gives it back', async () => {
    await using net = await topology({ prefix: 'tk', hosts: { one: ['10.0.0.1/24'], two: ['10.0.0.2/24'] } });
    await net.unplug('one');
    expect(await net.hosts.one.ip('link show eth0')).toContain('NO-CARRIER');
    await net.plug('one');
    expect(await net.hosts.one.ip('link show eth0')).not.toContain('NO-CARRIER');
    await expect(net.unplug('two', 'eth7')).rejects.toThrow('two has no link eth7');
  });

  test('that cannot be built leaves nothing behind', async () => {
    await expect(topology({ prefix: 'tk', hosts: { one: ['10.0.0.1/24', '10.0.0.1/24'] } })).rejects.toThrow('ip -n');
    expect(left()).toEqual([]);
  });
});
