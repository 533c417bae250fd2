// Version 3 and unicast beside the real keepalived, in both roles and both families; and byte for byte the same packets.
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { directors } from './directors.ts';
import { four, lines, pairTests, peer, type Setting, six, vipBlock } from './pairs.ts';

/** As host a (ours) and host b (keepalived) have it; the harness exchanges the two where it must. */
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

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeWith(needs('root', 'netns', 'keepalived'), 'vipward and keepalived', () => {
  test.concurrent('the interval of the master is learned: a slow one is not taken for a dead one', async () => {
    await using lab = await directors();
    const vips = vipBlock('10.78.0.100');
    const theirs = await lab.keepalived('b', lines('version 3', 'priority 110', 'advert_int 2', vips));
    await theirs.waitFor('Entering MASTER STATE', { timeout: 20_000 });
    const ours = await lab.ours('a', [{ version: 3, priority: 100, advertInterval: 800, vips: ['10.78.0.100'] }]);
    await ours.waitFor('advertisement interval updated from 800ms to 2000ms by master');
    await wait(6000);
    expect(ours.log()).not.toContain('Entering MASTER STATE');
  }, 60_000);

  pairTests(settings);

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
