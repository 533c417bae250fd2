// Authentication headers, other multicast groups and TTLs beside the real keepalived, in both roles; and byte for byte the same packets.
import { describeWith, needs } from '@vipward/testkit/jest';
import { four, lines, pairTests, type Setting, six, vipBlock } from './pairs.ts';

const ah = { authentication: { type: 'AH', pass: 'secret' } } as const;
const ahWords = lines('authentication {', 'auth_type AH', 'auth_pass secret', '}');
const peers = (...all: readonly string[]): string => lines('unicast_peer {', ...all, '}');
const unicast = { vips: ['10.78.0.100'], peers: ['10.78.0.2'], sourceIp: '10.78.0.1' };

/** As host a (ours) and host b (keepalived) have it. */
const settings: readonly Setting[] = [
  {
    name: 'version 2 with an authentication header, multicast',
    plan: { ...ah, vips: ['10.78.0.100', '10.78.0.101/24'] },
    words: lines('advert_int 1', ahWords, vipBlock('10.78.0.100', '10.78.0.101/24')),
    vip: '10.78.0.100/32',
    ...four,
  },
  {
    name: 'version 2 with an authentication header, unicast with another TTL',
    plan: { ...ah, ...unicast, unicastTtl: 17 },
    words: lines(
      ...['advert_int 1', 'unicast_ttl 17', 'unicast_src_ip 10.78.0.2', peers('10.78.0.1'), ahWords],
      vipBlock('10.78.0.100'),
    ),
    vip: '10.78.0.100/32',
    ...four,
  },
  {
    name: 'version 2 to another multicast group',
    plan: { vips: ['10.78.0.100'], mcastGroup: '224.0.0.77' },
    words: lines('advert_int 1', 'mcast_dst_ip 224.0.0.77', vipBlock('10.78.0.100')),
    vip: '10.78.0.100/32',
    ...four,
  },
  {
    name: 'version 3 to another multicast group of IPv6',
    plan: { version: 3, advertInterval: 200, vips: ['fd00:78::100/128'], mcastGroup: 'ff02::77' },
    words: lines('advert_int 0.2', 'mcast_dst_ip ff02::77', vipBlock('fd00:78::100')),
    vip: 'fd00:78::100/128',
    ...six,
  },
  {
    name: 'version 3 with bounds on the TTL of the peer, and only from the peer',
    plan: {
      ...{ ...unicast, version: 3, advertInterval: 200, unicastTtl: 100, checkUnicastSource: true },
      peerTtl: { minTtl: 90, maxTtl: 110 },
    },
    words: lines(
      ...['version 3', 'advert_int 0.2', 'unicast_ttl 100', 'check_unicast_src', 'unicast_src_ip 10.78.0.2'],
      ...[lines('unicast_peer {', '10.78.0.1', '}'), vipBlock('10.78.0.100')],
    ),
    vip: '10.78.0.100/32',
    ...four,
  },
  {
    name: 'version 3 unicast without an interface, beside keepalived, which needs one',
    plan: {
      ...{ version: 3, advertInterval: 200, interfaceName: '' },
      ...{ vips: [{ address: '10.78.0.100', dev: 'eth0' }], peers: ['10.78.0.2'], sourceIp: '10.78.0.1' },
    },
    words: lines(
      'version 3',
      'advert_int 0.2',
      'unicast_src_ip 10.78.0.2',
      peers('10.78.0.1'),
      vipBlock('10.78.0.100'),
    ),
    vip: '10.78.0.100/32',
    ...four,
  },
];

describeWith(needs('root', 'netns', 'keepalived'), 'vipward and keepalived', () => {
  pairTests(settings);
});
