// Gratuitous ARPs and neighbour advertisements beside keepalived: the same frames in the same order, with the same gaps.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';

interface Seen {
  /** ms */
  readonly at: number;
  readonly frame: string;
}

/** Gratuitous ARPs and NAs of one run of one program, by bridge and kind. */
type Announced = Readonly<Record<string, readonly Seen[]>>;

/** On a busy machine the first of two frames may come late (ms), and one pair of many far too late: the median says it. */
const lateness = 30;

/** For `ms` from the moment it is master on, and until `quiet` ms pass without another announcement. */
const run = async (
  program: 'keepalived' | 'ours',
  configuration: string,
  ms: number,
  quiet: number,
): Promise<Announced> => {
  await using net = await topology({
    prefix: 'vr',
    hosts: {
      a: {
        links: {
          eth0: { addresses: ['10.78.0.1/24', 'fd00:78::1/64'], mac: '02:00:00:00:00:0a' },
          eth1: { network: 'other', mac: '02:00:00:00:01:0a' },
        },
      },
    },
  });
  const directory = mkdtempSync(join(tmpdir(), 'vipward-garp-'));
  try {
    const file = join(directory, 'k.conf');
    writeFileSync(file, configuration);
    const captures = await Promise.all(
      ['lan', 'other'].map(async (bridge) => {
        const [{ ifindex }] = JSON.parse(await net.bridges.ip(`-j link show ${bridge}`));
        const capture = net.bridges.spawn(process.execPath, [join(import.meta.dirname, 'capture.ts'), String(ifindex)]);
        await capture.waitFor('capturing');
        return { bridge, capture };
      }),
    );
    const pid = (role: string): string => join(directory, `${role}.pid`);
    const director =
      program === 'ours'
        ? net.hosts.a.spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'configured.ts'), file])
        : net.hosts.a.spawn('keepalived', [
            ...['-n', '-l', '-D', '-P', '-f', file, '-p', pid('parent'), '-r', pid('vrrp')],
          ]);
    await director.waitFor('Entering MASTER STATE', { timeout: 20_000 });
    await sleep(ms);
    let announced = announcedIn(captures);
    // A busy machine is late with the last ones.
    for (let before = -1; quiet > 0 && before !== countOf(announced); announced = announcedIn(captures)) {
      before = countOf(announced);
      await sleep(quiet);
    }
    await director.stop();
    return announced;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const announcedIn = (
  captures: readonly { readonly bridge: string; readonly capture: { log(): string } }[],
): Announced => {
  const announced: Record<string, Seen[]> = {};
  for (const { bridge, capture } of captures) {
    for (const line of capture.log().split('\n').slice(1, -1)) {
      const [at = '', frame = ''] = line.split(' ');
      const kind = frame.slice(24, 28) === '0806' ? 'ARP' : frame.slice(40, 42) === '3a' ? 'NA' : '';
      // Of virtual addresses only: ff:ff:ff:ff:ff:ff as target, or an NA to all nodes.
      const ours = kind === 'ARP' ? frame.slice(64, 76) === 'ffffffffffff' : frame.startsWith('333300000001');
      if (kind === '' || !ours) continue;
      announced[`${bridge} ${kind}`] = [...(announced[`${bridge} ${kind}`] ?? []), { at: Number(at), frame }];
    }
  }
  return announced;
};

const countOf = (announced: Announced): number => Object.values(announced).reduce((sum, { length }) => sum + length, 0);

const framesOf = (announced: Announced): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(announced).map(([key, seen]) => [key, seen.map(({ frame }) => frame)]));

/**
 * Both programs at the same time, each alone on its wire: keepalived's and ours. Where a busy machine holds keepalived up for an
 * interval, it sends at once what otherwise waits for its turn: then both are asked again.
 */
const both = async (configuration: string, ms: number, quiet = 500): Promise<[Announced, Announced]> => {
  for (let attempt = 1; ; attempt++) {
    const [theirs, ours] = await Promise.all([
      run('keepalived', configuration, ms, quiet),
      run('ours', configuration, ms, quiet),
    ]);
    if (attempt === 3 || isDeepStrictEqual(framesOf(ours), framesOf(theirs))) return [theirs, ours];
  }
};

/** ms from a frame to the next, the median of all. */
const medianGap = (seen: readonly Seen[] = []): number => {
  const gaps = seen.slice(1).map(({ at }, i) => at - (seen[i]?.at ?? 0));
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
};

const instance = (more: string): string => `
vrrp_instance VI_1 {
 interface eth0
 virtual_router_id 51
 priority 100
 advert_int 0.3
 version 3
 ${more}
 virtual_ipaddress {
  10.78.0.100/24
  10.78.0.101/24
  10.78.0.102/24 dev eth1
  10.78.0.103/24 dev eth1
 }
 virtual_ipaddress_excluded {
  fd00:78::100/128
  fd00:78::101/128
  fd00:78::102/128 dev eth1
  10.78.0.104/24 dev eth1
 }
}
`;

describeWith(needs('root', 'netns', 'keepalived'), 'announcements beside keepalived', () => {
  test('without an interval: two bursts', async () => {
    const configuration = instance('garp_master_delay 1\n garp_master_repeat 3');
    const [theirs, ours] = await both(configuration, 2000);
    expect(framesOf(ours)).toEqual(framesOf(theirs));
    expect(ours['lan ARP']).toHaveLength(12);
  }, 120_000);

  test('vrrp_garp_interval and vrrp_gna_interval keep frames of one interface apart', async () => {
    const configuration = `global_defs {\n vrrp_garp_interval 0.1\n vrrp_gna_interval 0.05\n}\n${instance('garp_master_delay 1')}`;
    const [theirs, ours] = await both(configuration, 2000);
    expect(framesOf(ours)).toEqual(framesOf(theirs));
    expect(medianGap(ours['other ARP'])).toBeGreaterThan(100 - lateness);
    expect(medianGap(ours['lan NA'])).toBeGreaterThan(50 - lateness);
  }, 120_000);

  test('a garp_group keeps the frames of all its interfaces apart', async () => {
    const group = 'garp_group {\n garp_interval 0.1\n interfaces {\n  eth0\n  eth1\n }\n}\n';
    const configuration = `${group}${instance('garp_master_delay 1\n garp_master_repeat 2')}`;
    const [theirs, ours] = await both(configuration, 2500);
    expect(framesOf(ours)).toEqual(framesOf(theirs));
    const all = [...(ours['lan ARP'] ?? []), ...(ours['other ARP'] ?? [])].sort((a, b) => a.at - b.at);
    expect(medianGap(all)).toBeGreaterThan(100 - lateness);
  }, 120_000);

  test('vrrp_min_garp says each address once, garp_extra_if one address of each other interface again and again', async () => {
    const configuration = `global_defs {\n vrrp_min_garp\n}\n${instance('garp_extra_if all 1')}`;
    const [theirs, ours] = await both(configuration, 2700, 0);
    expect(framesOf(ours)).toEqual(framesOf(theirs));
    expect(ours['lan ARP']).toHaveLength(2);
    expect(ours['other ARP']).toHaveLength(5);
  }, 120_000);
});
