// A sync group over two networks beside keepalived with the same group: both addresses move together, whoever is better.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';

const both = ['10.78.0.100/32', '10.79.0.100/32'];

const setUp = async () => {
  const link = (net: string, host: number) => ({
    network: net,
    addresses: [`10.${net === 'one' ? 78 : 79}.0.${host}/24`],
  });
  const links = (host: number) => ({ eth0: link('one', host), eth1: link('two', host) });
  const net = await topology({ prefix: 'vr', hosts: { a: { links: links(1) }, b: { links: links(2) } } });
  const directory = mkdtempSync(join(tmpdir(), 'vipward-vrrp-'));
  const addresses = async (host: 'a' | 'b'): Promise<readonly string[]> => {
    const found = JSON.parse(await net.hosts[host].ip('-j -4 addr show'));
    return found
      .flatMap(({ addr_info: list }: { addr_info: { local: string; prefixlen: number }[] }) => list)
      .map(({ local, prefixlen }: { local: string; prefixlen: number }) => `${local}/${prefixlen}`)
      .filter((address: string) => both.includes(address));
  };
  return {
    net,
    async ours(priority: number) {
      const plan = (name: string, interfaceName: string, virtualRouterId: number, vip: string | undefined) => ({
        ...{ name, interfaceName, virtualRouterId, priority, version: 3, advertInterval: 200, vips: [vip] },
      });
      const plans = [plan('A', 'eth0', 51, both[0]), plan('B', 'eth1', 52, both[1])];
      const file = join(import.meta.dirname, 'router.ts');
      const words = ['--no-warnings', file, JSON.stringify(plans), '', 'A B'];
      const router = net.hosts.a.spawn(process.execPath, words);
      await router.waitFor(' started', { timeout: 20_000 });
      return router;
    },
    async keepalived(priority: number) {
      const block = (name: string, interfaceName: string, vrid: number, vip: string | undefined): string =>
        `vrrp_instance ${name} {\n interface ${interfaceName}\n virtual_router_id ${vrid}\n version 3\n priority ${priority}
 advert_int 0.2\n virtual_ipaddress {\n ${vip}\n }\n}\n`;
      const file = join(directory, 'b.conf');
      const group = 'vrrp_sync_group G1 {\n group {\n A\n B\n }\n}\n';
      writeFileSync(file, `${group}${block('A', 'eth0', 51, both[0])}${block('B', 'eth1', 52, both[1])}`);
      const pids = ['-p', join(directory, 'parent.pid'), '-r', join(directory, 'vrrp.pid')];
      const daemon = net.hosts.b.spawn('keepalived', ['-n', '-l', '-D', '-P', '-f', file, ...pids]);
      await daemon.waitFor('Startup complete', { timeout: 20_000 });
      return daemon;
    },
    /** Until `host` has all of these, and nothing else of the two. */
    async has(host: 'a' | 'b', wanted: readonly string[], timeout = 20_000): Promise<void> {
      const deadline = performance.now() + timeout;
      while ((await addresses(host)).toSorted().join() !== wanted.toSorted().join()) {
        if (performance.now() > deadline) throw new Error(`${host} has ${await addresses(host)}, not ${wanted}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    addresses,
    async [Symbol.asyncDispose]() {
      await net.delete();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeWith(needs('root', 'netns', 'keepalived'), 'a sync group', () => {
  test.concurrent('of vipward gives both addresses to keepalived when one cable is pulled, and takes both back', async () => {
    await using lab = await setUp();
    const ours = await lab.ours(150);
    await lab.has('a', both);
    await lab.keepalived(100);
    await wait(1500);
    expect(await lab.addresses('b')).toEqual([]);

    await lab.net.unplug('a', 'eth1');
    await lab.has('b', both);
    await lab.has('a', []);
    await wait(1500);
    // Better than the master of the first network all the time, and yet backup.
    expect(await lab.addresses('a')).toEqual([]);
    expect(ours.log()).toContain('VRRP_Group(G1) Syncing instances to FAULT state');

    await lab.net.plug('a', 'eth1');
    await lab.has('a', both);
    await lab.has('b', []);
  }, 90_000);

  test.concurrent('of keepalived gives both to vipward, and both go back when keepalived is well again', async () => {
    await using lab = await setUp();
    await lab.keepalived(150);
    const ours = await lab.ours(100);
    await lab.has('b', both);
    await lab.net.unplug('b', 'eth0');
    await lab.has('a', both);
    await lab.has('b', []);
    await lab.net.plug('b', 'eth0');
    await lab.has('b', both);
    await lab.has('a', []);
    expect(ours.log()).toContain('VRRP_Group(G1) Syncing instances to BACKUP state');
  }, 90_000);
});
