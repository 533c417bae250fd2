// Version 3 and unicast beside the real keepalived, in both roles and both families; and byte for byte the same packets.
import { describe, expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { advertisementFrames, arpFrames, directors, type Frame, vrrp6Frames, vrrpFrames } from './directors.ts';
import type { Plan } from './router.ts';

interface Setting {
  readonly name: string;
  readonly plan: Omit<Plan, 'priority'>;
  /** The same in keepalived's words, without the priority. */
  readonly words: string;
  readonly vip: string;
  readonly adverts: (frames: readonly Frame[]) => readonly Frame[];
}

const lines = (...all: readonly string[]): string => all.join('\n');
const vipBlock = (...vips: readonly string[]): string => lines('virtual_ipaddress {', ...vips, '}');
const peer = (address: string): string => lines('unicast_peer {', address, '}');
const four = { adverts: vrrpFrames };
const six = { adverts: vrrp6Frames };

/** As host a (ours) and host b (keepalived) have it; `mirror` exchanges the two. */
const settings: readonly Setting[] = [
  {
    name: 'version 3, IPv4 multicast, every 0.2 s',
    plan: { version: 3, advertInterval: 200, vips: ['10.78.0.100', '10.78.0.101/24'] },
    words: lines('version 3', 'advert_int 0.2', vipBlock('10.78.0.100', '10.78.0.101/24')),
    vip: '10.78.0.100/32',
    ...four,
  },
  {
    name: 'version 3, IPv6 multicast, every 0.2 s',
    plan: { version: 3, advertInterval: 200, vips: ['fd00:78::100/128', 'fe80::100/128', 'fd00:78::101/64'] },
    words: lines('advert_int 0.2', vipBlock('fd00:78::100', 'fe80::100', 'fd00:78::101/64')),
    vip: 'fd00:78::100/128',
    ...six,
  },
  {
    name: 'version 2 with excluded addresses of both families, another source and two adverts until it is down',
    plan: {
      ...{ advertInterval: 1000, vips: ['10.78.0.100'], excluded: ['10.78.0.150', 'fd00:78::150/128'] },
      ...{ mcastSourceIp: '10.78.0.201', downTimerAdverts: 2 },
    },
    words: lines(
      ...['advert_int 1', 'mcast_src_ip 10.78.0.202', 'down_timer_adverts 2', vipBlock('10.78.0.100')],
      ...['virtual_ipaddress_excluded {', '10.78.0.150', 'fd00:78::150', '}'],
    ),
    vip: '10.78.0.150/32',
    ...four,
  },
  {
    name: 'version 2, IPv4 unicast',
    plan: { advertInterval: 1000, vips: ['10.78.0.100'], peers: ['10.78.0.2'], sourceIp: '10.78.0.1' },
    words: lines('advert_int 1', 'unicast_src_ip 10.78.0.2', peer('10.78.0.1'), vipBlock('10.78.0.100')),
    vip: '10.78.0.100/32',
    ...four,
  },
  {
    name: 'version 3, IPv4 unicast',
    plan: { version: 3, advertInterval: 200, vips: ['10.78.0.100'], peers: ['10.78.0.2'], sourceIp: '10.78.0.1' },
    words: lines('version 3', 'advert_int 0.2', 'unicast_src_ip 10.78.0.2', peer('10.78.0.1'), vipBlock('10.78.0.100')),
    vip: '10.78.0.100/32',
    ...four,
  },
  {
    name: 'version 3, IPv4 unicast, keepalived with the old checksum',
    plan: { version: 3, advertInterval: 200, vips: ['10.78.0.100'], peers: ['10.78.0.2'], sourceIp: '10.78.0.1' },
    words: lines(
      ...['version 3', 'advert_int 0.2', 'old_unicast_checksum', 'unicast_src_ip 10.78.0.2', peer('10.78.0.1')],
      vipBlock('10.78.0.100'),
    ),
    vip: '10.78.0.100/32',
    ...four,
  },
  {
    name: 'version 3, IPv6 unicast',
    plan: {
      ...{ version: 3, advertInterval: 200, vips: ['fd00:78::100/128'] },
      ...{ peers: ['fd00:78::2'], sourceIp: 'fd00:78::1' },
    },
    words: lines('advert_int 0.2', 'unicast_src_ip fd00:78::2', peer('fd00:78::1'), vipBlock('fd00:78::100')),
    vip: 'fd00:78::100/128',
    ...six,
  },
];

const mirror = (words: string): string =>
  words.replaceAll(/(10\.78\.0\.(?:20)?|fd00:78::)([12])$/gm, (_, net, host) => `${net}${host === '1' ? 2 : 1}`);

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeWith(needs('root', 'netns', 'keepalived'), 'vipward and keepalived', () => {
  describe.each(settings)('$name', ({ plan, words, vip }) => {
    const has = async (lab: Awaited<ReturnType<typeof directors>>, host: 'a' | 'b'): Promise<boolean> =>
      (await lab.addresses(host, 'eth0', vip.includes(':') ? 6 : 4)).includes(vip);

    test.concurrent('vipward yields to a better keepalived, follows it when it is killed, and when it ends', async () => {
      await using lab = await directors();
      const ours = await lab.ours('a', [{ ...plan, priority: 100 }]);
      await lab.hasAddress('a', vip);
      const theirs = await lab.keepalived('b', lines('priority 110', words));
      await ours.waitFor('with higher priority 110, ours 100', { timeout: 20_000 });
      await lab.hasAddress('b', vip);
      await wait(500);
      expect(await has(lab, 'a')).toBe(false);
      theirs.killAll('SIGKILL');
      await lab.hasAddress('a', vip);

      // The killed one's pid files would be believed when another process has its number by now.
      const again = await lab.keepalived('b', lines('priority 110', words), { name: 'again' });
      await lab.hasAddress('b', vip);
      await wait(1500);
      expect(await has(lab, 'a')).toBe(false);
      await again.stop();
      await ours.waitFor('Backup received priority 0 advertisement');
      await lab.hasAddress('a', vip);
      expect(ours.log()).not.toMatch(/Invalid|mismatch|wrong version|unexpected/);
    }, 120_000);

    test.concurrent('keepalived yields to a better vipward, follows it when it is killed, and when it ends', async () => {
      await using lab = await directors();
      const theirs = await lab.keepalived('b', lines('priority 90', words));
      await theirs.waitFor('Entering MASTER STATE', { timeout: 20_000 });
      const ours = await lab.ours('a', [{ ...plan, priority: 100 }]);
      await theirs.waitFor('with higher priority 100, ours 90', { timeout: 20_000 });
      await lab.hasAddress('a', vip);
      await wait(1500);
      expect(await has(lab, 'b')).toBe(false);
      ours.killAll('SIGKILL');
      await lab.hasAddress('b', vip);

      const again = await lab.ours('a', [{ ...plan, priority: 100 }]);
      await again.waitFor('Entering MASTER STATE', { timeout: 20_000 });
      await wait(1500);
      expect(await has(lab, 'b')).toBe(false);
      await again.stop();
      await theirs.waitFor('Backup received priority 0 advertisement');
      await lab.hasAddress('b', vip);
      expect(theirs.log()).not.toMatch(/Invalid|mismatch|wrong version|unexpected/);
    }, 120_000);
  });

  test.concurrent('the interval of the master is learned: a slow one is not taken for a dead one', async () => {
    await using lab = await directors();
    const vips = vipBlock('10.78.0.100');
    const theirs = await lab.keepalived('b', lines('version 3', 'priority 110', 'advert_int 2', vips));
    await theirs.waitFor('Entering MASTER STATE', { timeout: 20_000 });
    const ours = await lab.ours('a', [{ version: 3, priority: 100, advertInterval: 800, vips: ['10.78.0.100'] }]);
    await ours.waitFor("advertisement interval changed: mine=800 milli-sec, rcv'd=2000 milli-sec");
    await wait(6000);
    expect(ours.log()).not.toContain('Entering MASTER STATE');
  }, 60_000);
});

describeWith(needs('root', 'netns', 'keepalived'), 'the same configuration', () => {
  const mac = '02000000000a';

  /** All that a lone director a says until it has been stopped. */
  const monologue = async (who: 'ours' | 'keepalived', { plan, words, vip }: Setting): Promise<readonly Frame[]> => {
    await using lab = await directors({ fixedMacs: true });
    const daemon =
      who === 'ours'
        ? await lab.ours('a', [{ ...plan, priority: 100, garpMasterDelay: 1000 }])
        : await lab.keepalived('a', lines('priority 100', 'garp_master_delay 1', mirror(words)));
    await lab.hasAddress('a', vip);
    await wait(2500);
    await daemon.stop();
    await wait(100);
    return lab.frames().filter(({ hex }) => hex.slice(12, 24) === mac);
  };

  // The kernel chooses an IPv6 packet's flow label.
  const withoutFlow = (hex: string): string => `${hex.slice(0, 31)}.....${hex.slice(36)}`;
  const withoutId = (hex: string): string => `${hex.slice(0, 36)}....${hex.slice(40, 48)}....${hex.slice(52)}`;

  test.concurrent.each(settings)(
    '$name: gives the same bytes',
    async (setting) => {
      const theirs = await monologue('keepalived', setting);
      const ours = await monologue('ours', setting);
      const adverts = (frames: readonly Frame[]): readonly string[] =>
        setting.adverts(frames).map(({ hex }) => (setting.adverts === vrrp6Frames ? withoutFlow(hex) : hex));
      const count = Math.min(adverts(ours).length, adverts(theirs).length) - 1;
      expect(count).toBeGreaterThanOrEqual(2);
      if (!setting.words.includes('old_unicast')) {
        expect(adverts(ours).slice(0, count)).toEqual(adverts(theirs).slice(0, count));
        expect(withoutId(adverts(ours).at(-1) ?? '')).toEqual(withoutId(adverts(theirs).at(-1) ?? ''));
      }
      const announced = (frames: readonly Frame[]): readonly string[] => [
        ...advertisementFrames(frames).map(({ hex }) => hex),
        ...arpFrames(frames)
          .map(({ hex }) => hex)
          .filter((hex) => hex.slice(56, 64) === hex.slice(76, 84)),
      ];
      expect(announced(ours)).not.toEqual([]);
      expect(announced(ours)).toEqual(announced(theirs));
    },
    120_000,
  );

  test.concurrent('sets IPv6 addresses with the same flags and lifetimes', async () => {
    const flags = async (who: 'ours' | 'keepalived'): Promise<unknown> => {
      await using lab = await directors();
      const vips = ['fd00:78::100/128', 'fd00:78::101/64'];
      if (who === 'ours') await lab.ours('a', [{ version: 3, priority: 100, advertInterval: 200, vips }]);
      else await lab.keepalived('a', lines('priority 100', 'advert_int 0.2', vipBlock(...vips)));
      await lab.hasAddress('a', 'fd00:78::100/128');
      await lab.hasAddress('a', 'fd00:78::101/64');
      const [{ addr_info: all = [] } = {}] = JSON.parse(await lab.net.hosts.a.ip('-j -6 addr show dev eth0'));
      return all.filter(({ local }: { local: string }) => local.startsWith('fd00:78::10'));
    };
    expect(await flags('ours')).toEqual(await flags('keepalived'));
  }, 60_000);
});
