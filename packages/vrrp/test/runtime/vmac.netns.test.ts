// use_vmac and no_accept beside keepalived with the same file: links, addresses, kernel settings, firewall rules and frames; each
// takes over from the other; what is killed goes on without a write; nothing is left.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
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
  /** Waits until it has not. */
  lacks(host: Name, address: string): Promise<void>;
  /** What a host is made of, as text. */
  snapshot(host: Name): Promise<Snapshot>;
  /** The same, once nothing of it has changed for half a second. */
  settled(host: Name): Promise<Snapshot>;
}

interface Snapshot {
  readonly links: string;
  readonly addresses: string;
  readonly settings: string;
  readonly rules: readonly string[];
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
  const waitFor = async (name: Name, address: string, there: boolean): Promise<void> => {
    for (let left = 600; left > 0; left--) {
      if ((await net.hosts[name].ip('-o addr')).includes(` ${address}`) === there) return;
      await sleep(50);
    }
    throw new Error(`${name} ${there ? 'did not get' : 'still has'} ${address}`);
  };
  const file = (text: string): string => {
    const path = join(directory, `${started++}.conf`);
    writeFileSync(path, text);
    return path;
  };
  const shell = (name: Name, words: string): Promise<string> => net.hosts[name].exec('sh', ['-c', words]);
  const snapshot = async (name: Name): Promise<Snapshot> => {
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
  };
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
    has: (name, address) => waitFor(name, address, true),
    lacks: (name, address) => waitFor(name, address, false),
    snapshot,
    async settled(name) {
      for (let last = await snapshot(name); ; ) {
        await sleep(500);
        const next = await snapshot(name);
        if (isDeepStrictEqual(next, last)) return next;
        last = next;
      }
    },
    async [Symbol.asyncDispose]() {
      await net.delete();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

describeWith(needs('root', 'netns', 'keepalived', 'curl', 'nft'), 'virtual MAC addresses', () => {
  test.concurrent('the same file gives the same links, addresses, settings and rules, and of ours nothing is left', async () => {
    const master = async (who: 'ours' | 'keepalived') => {
      await using world = await lab();
      const before = await world.snapshot('a');
      const director = await world[who]('a', FULL);
      for (const address of ['10.78.0.202', 'fd00:78::201', '10.79.0.203', 'fe80::203', '10.78.0.204'])
        await world.has('a', address);
      const during = await world.settled('a');
      await director.stop();
      return { before, during, after: await world.snapshot('a') };
    };
    const [theirs, ours] = await Promise.all([master('keepalived'), master('ours')]);
    expect(ours.during).toEqual(theirs.during);
    expect(ours.during.rules.join('')).toContain('@vips_link_local drop');
    // keepalived leaves arp_ignore and arp_filter of the parents behind.
    expect(ours.after).toEqual(ours.before);
  }, 120_000);

  const PAIR = [
    instance('V4', 51, 'use_vmac', 'no_accept', 'priority 100', vips('10.78.0.201/24')),
    instance('V6', 52, 'use_vmac', 'priority 100', vips('fe80::201/64', 'fd00:78::201/64')),
  ].join('\n');

  test.concurrent('adverts, gratuitous ARPs and neighbour advertisements are the same frames, from the virtual MAC address', async () => {
    const monologue = async (who: 'ours' | 'keepalived'): Promise<readonly string[]> => {
      await using world = await lab();
      const { ifindex } = JSON.parse(await world.net.bridges.ip('-j link show p1'))[0];
      const script = join(import.meta.dirname, 'capture.ts');
      const capture = world.net.bridges.spawn(process.execPath, ['--no-warnings', script, String(ifindex)]);
      await capture.waitFor('capturing');
      const director = await world[who]('a', PAIR);
      await world.has('a', '10.78.0.201');
      await world.has('a', 'fd00:78::201');
      await sleep(2500);
      await director.stop();
      await sleep(100);
      const frames = capture.log().split('\n').slice(1, -1);
      return (
        frames
          .map((line) => line.split(' ')[1] ?? '')
          .filter((hex) => hex.slice(12, 24).startsWith('00005e00'))
          // The kernel chooses the flow label of IPv6; the IP id of IPv4 counts the adverts, and so its checksum.
          .map((hex) =>
            hex.slice(24, 28) === '86dd'
              ? `${hex.slice(0, 31)}.....${hex.slice(36)}`
              : hex.slice(24, 28) === '0800'
                ? `${hex.slice(0, 36)}....${hex.slice(40, 48)}....${hex.slice(52)}`
                : hex,
          )
      );
    };
    const [theirs, ours] = await Promise.all([monologue('keepalived'), monologue('ours')]);
    // How many adverts there were until the stop is chance.
    expect(new Set(ours)).toEqual(new Set(theirs));
    const announced = (frames: readonly string[]): readonly string[] =>
      frames.filter((hex) => hex.slice(24, 28) === '0806' || hex.slice(40, 42) === '3a').sort();
    expect(announced(ours)).toEqual(announced(theirs));
    expect(announced(ours)).toHaveLength(30);
  }, 120_000);

  test.concurrent.each(['ours', 'keepalived'] as const)(
    'the other one takes over from %s when that is killed, and gives it back',
    async (better) => {
      const worse = better === 'ours' ? 'keepalived' : 'ours';
      await using world = await lab();
      const first = await world[better]('a', PAIR.replaceAll('priority 100', 'priority 150'));
      await world.has('a', '10.78.0.201');
      const second = await world[worse]('b', PAIR);
      await sleep(4500);
      expect(await world.net.hosts.b.ip('-o addr')).not.toContain('10.78.0.201');
      first.killAll('SIGKILL');
      await world.has('b', '10.78.0.201');
      await world.has('b', 'fd00:78::201');
      await world[better]('a', PAIR.replaceAll('priority 100', 'priority 150'));
      await world.has('a', '10.78.0.201');
      await world.has('a', 'fd00:78::201');
      await world.lacks('b', '10.78.0.201');
      expect(second.log()).not.toMatch(/Invalid|mismatch|wrong version|unexpected/);
    },
    120_000,
  );

  test.concurrent('a director that is killed goes on as master: no write, the same rules; what someone deletes comes back', async () => {
    await using world = await lab();
    const { a } = world.net.hosts;
    // A busy machine may need seconds to start the next one, and it must be back before the master-down time is over.
    const slow = PAIR.replaceAll('priority 100', 'priority 100\nadvert_int 3');
    const first = await world.ours('a', slow, 'state');
    await world.has('a', '10.78.0.201');
    await world.has('a', 'fd00:78::201');
    const before = await world.settled('a');
    const rules = await a.exec('nft', ['-a', 'list', 'ruleset']);
    first.killAll('SIGKILL');
    const next = await world.ours('a', slow, 'state');
    await sleep(500);
    expect(next.log().match(/notify .*/g)).toEqual(['notify V4 MASTER resumed', 'notify V6 MASTER resumed']);
    expect(next.log()).not.toMatch(/ write /);
    expect(await a.exec('nft', ['-a', 'list', 'ruleset'])).toBe(rules);
    expect(await world.snapshot('a')).toEqual(before);
    await a.ip('link del vrrp.51');
    await next.waitFor('(V4) Entering FAULT STATE');
    await world.has('a', '10.78.0.201');
    expect((await world.settled('a')).rules).toEqual(before.rules);
    await a.exec('nft', ['flush', 'ruleset']);
    await next.waitFor(/nftables table ip6? keepalived was deleted by nft \(process \d+\) and is put back/);
    expect((await world.settled('a')).rules).toEqual(before.rules);
    await next.stop();
    expect(await a.ip('link')).not.toContain('vrrp.5');
    expect(await a.exec('cat', ['/proc/sys/net/ipv4/conf/eth0/arp_ignore'])).toBe('0\n');
  }, 120_000);

  test.concurrent('with no_accept a master answers ARP and neighbour solicitations for its addresses, and nothing else', async () => {
    await using world = await lab();
    const { b } = world.net.hosts;
    const open = PAIR.replace('no_accept\n', '');
    const closed = PAIR.replace('use_vmac\npriority', 'use_vmac\nno_accept\npriority');
    expect(open).not.toBe(PAIR);
    // Nobody listens there: a host that takes the packet refuses the connection (7), else there is no answer (28).
    const refused = async (host: string): Promise<boolean> => {
      const { code } = await b.tryExec('curl', ['-s', '-m', '2', `http://${host}:9/`]);
      if (code !== 7 && code !== 28) throw new Error(`curl ended with ${code}`);
      return code === 7;
    };
    const reached = async (text: string) => {
      const director = await world.ours('a', text);
      await world.has('a', '10.78.0.201');
      await world.has('a', 'fd00:78::201');
      const answers = [await refused('10.78.0.201'), await refused('[fd00:78::201]')];
      const macs = await b.ip('neigh');
      await director.stop();
      await b.ip('neigh flush all');
      return { answers, macs };
    };
    expect((await reached(open)).answers).toEqual([true, true]);
    const { answers, macs } = await reached(closed);
    expect(answers).toEqual([false, false]);
    expect(macs).toMatch(/10\.78\.0\.201 dev eth0 lladdr 00:00:5e:00:01:33/);
    expect(macs).toMatch(/fd00:78::201 dev eth0 lladdr 00:00:5e:00:02:34/);
  }, 120_000);
});
