// use_vmac and no_accept beside keepalived with the same file: links, addresses, kernel settings, firewall rules and frames; each
// takes over from the other; what is killed goes on without a write; nothing is left.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type Logged, type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';

type Name = 'a' | 'b';

const instance = (name: string, id: number, ...lines: readonly string[]): string =>
  [`vrrp_instance ${name} {`, 'interface eth0', `virtual_router_id ${id}`, 'garp_master_delay 1', ...lines, '}'].join(
    '\n',
  );
const vips = (...lines: readonly string[]): string => ['virtual_ipaddress {', ...lines, '}'].join('\n');

/** All kinds at once: both families, names, addresses on macvlans of their own, adverts by the parent, no_accept without macvlan. */
const FULL = [
  'global_defs {\nvmac_addr_prefix va\nnftables rules\nnftables_priority -5\n}',
  instance('V4', 51, 'use_vmac mine', 'no_accept', vips('10.78.0.201/24', '10.78.0.202')),
  instance('V6', 52, 'use_vmac', vips('fe80::201/64', 'fd00:78::201/64')),
  instance(
    'BASE',
    53,
    ...['use_vmac', 'vmac_xmit_base', 'use_vmac_addr', 'no_accept', vips('10.78.0.203/24', '10.79.0.203/24 dev eth1')],
    ...['virtual_ipaddress_excluded {', 'fd00:78::203/64', 'fe80::203/64', '}'],
  ),
  instance('PLAIN', 54, 'no_accept', vips('10.78.0.204/24')),
].join('\n');

interface Lab extends AsyncDisposable {
  readonly net: Topology<Name>;
  ours(host: Name, text: string, stateFile?: string): Promise<Logged>;
  keepalived(host: Name, text: string): Promise<Logged>;
  /** Waits until the host has the address. */
  has(host: Name, address: string): Promise<void>;
  /** What a host is made of, as text. */
  snapshot(host: Name): Promise<{ links: string; addresses: string; settings: string; rules: readonly string[] }>;
}

const lab = async (): Promise<Lab> => {
  const host = (last: string, byte: string) => ({
    links: {
      eth0: { addresses: [`10.78.0.${last}/24`, `fd00:78::${last}/64`], mac: `02:00:00:00:00:${byte}` },
      eth1: { network: 'other', addresses: [`10.79.0.${last}/24`], mac: `02:00:00:00:01:${byte}` },
    },
  });
  const net = await topology({ prefix: 'vv', hosts: { a: host('1', '0a'), b: host('2', '0b') } });
  const directory = mkdtempSync(join(tmpdir(), 'vipward-vmac-'));
  let started = 0;
  const file = (text: string): string => {
    const path = join(directory, `${started++}.conf`);
    writeFileSync(path, text);
    return path;
  };
  const shell = (name: Name, words: string): Promise<string> => net.hosts[name].exec('sh', ['-c', words]);
  return {
    net,
    async ours(name, text, stateFile = '') {
      const script = join(import.meta.dirname, 'configured.ts');
      const state = stateFile === '' ? '' : join(directory, stateFile);
      const director = net.hosts[name].spawn(process.execPath, ['--no-warnings', script, file(text), state]);
      await director.waitFor(' started', { timeout: 30_000 });
      return director;
    },
    async keepalived(name, text) {
      const path = file(text);
      const daemon = net.hosts[name].spawn('keepalived', [
        ...['-n', '-l', '-D', '-P', '-f', path, '-p', `${path}.pid`, '-r', `${path}.vrrp.pid`],
      ]);
      await daemon.waitFor('Startup complete', { timeout: 30_000 });
      return daemon;
    },
    async has(name, address) {
      for (let left = 600; left > 0; left--) {
        if ((await net.hosts[name].ip('-o addr')).includes(` ${address}`)) return;
        await sleep(50);
      }
      throw new Error(`${name} did not get ${address}`);
    },
    async snapshot(name) {
      const links = await net.hosts[name].ip('-d link');
      const addresses = await net.hosts[name].ip('-o addr');
      const settings = await shell(
        name,
        'cd /proc/sys/net && grep -rs "" ipv4/conf ipv6/conf | grep -v stable_secret | sort',
      );
      const rules = await shell(name, 'nft list tables && nft list ruleset');
      return {
        links: links.replaceAll(/promiscuity \d+|@if\d+|link-netns \S+|link-netnsid \d+/g, ''),
        addresses: addresses
          .split('\n')
          .map((line) => line.replace(/^\d+: /, ''))
          .sort()
          .join('\n'),
        settings,
        // One table after the other, whichever was made first.
        rules: rules
          .replaceAll(' comment "vipward"', '')
          .split(/^(?=table)/m)
          .sort(),
      };
    },
    async [Symbol.asyncDispose]() {
      await net.delete();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

describeWith(needs('root', 'netns', 'keepalived', 'program:nft'), 'virtual MAC addresses', () => {
  test('the same file gives the same links, addresses, settings and rules, and of ours nothing is left', async () => {
    const master = async (who: 'ours' | 'keepalived') => {
      await using world = await lab();
      const before = await world.snapshot('a');
      const director = await world[who]('a', FULL);
      for (const address of ['10.78.0.202', 'fd00:78::201', '10.79.0.203', 'fe80::203', '10.78.0.204'])
        await world.has('a', address);
      await sleep(500);
      const during = await world.snapshot('a');
      await director.stop();
      return { before, during, after: await world.snapshot('a') };
    };
    const [theirs, ours] = await Promise.all([master('keepalived'), master('ours')]);
    expect(ours.during).toEqual(theirs.during);
    expect(ours.during.rules.join('')).toContain('@vips_link_local drop');
    // keepalived leaves arp_ignore and arp_filter of the parents behind.
    expect(ours.after).toEqual(ours.before);
  }, 120_000);
});
