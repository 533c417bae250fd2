// The desired table: canonical services and destinations, and keepalived's own tables for the corpus.
import { describe, expect, test } from '@jest/globals';
import type { VirtualServer } from '@vipward/config';
import { initialHealth } from '../../src/machine/health-state.ts';
import { desiredTable } from '../../src/machine/table.ts';
import { ip, rs, vs } from '../fixture.ts';
import { saveLines } from './save-lines.ts';

const linesOf = (...servers: readonly VirtualServer[]): readonly string[] =>
  saveLines(desiredTable(servers, initialHealth(servers)));

describe('a service', () => {
  test('carries persistence and its mask only when it is persistent', () => {
    expect(linesOf(vs([], { persistenceTimeout: 60, persistenceMask: 0xffffff00 }))).toEqual([
      '-A -t 192.168.33.188:80 -s wrr -p 60 -M 255.255.255.0',
    ]);
    const [entry] = desiredTable([vs([], { persistenceMask: 0xffffff00 })], { virtualServers: [] });
    expect(entry?.service).toMatchObject({ persistent: false, timeout: 0, netmask: 0xffffffff });
  });

  test('of IPv6 has the full mask 128, of a mark the family', () => {
    const target = { kind: 'fwmark', mark: 7 } as const;
    const [entry] = desiredTable([vs([], { target, family: 6 })], { virtualServers: [] });
    expect(entry?.service).toMatchObject({ key: { kind: 'fwmark', mark: 7, family: 6 }, netmask: 128 });
  });

  test('written twice is one service with the destinations of both', () => {
    expect(linesOf(vs([rs(1)], { scheduler: 'rr' }), vs([rs(1), rs(2)]))).toEqual([
      '-A -t 192.168.33.188:80 -s rr',
      '-a -t 192.168.33.188:80 -r 192.168.33.1:80 -g -w 1',
      '-a -t 192.168.33.188:80 -r 192.168.33.2:80 -g -w 1',
    ]);
  });
});

test('destinations carry forwarding, tunnels and thresholds', () => {
  const gue = { kind: 'TUN', tunnel: 'gue', port: 5555, checksum: 'nocsum' } as const;
  const server = vs([
    rs(1, { forwarding: { kind: 'NAT' }, port: 8080, upperThreshold: 100, lowerThreshold: 50 }),
    rs(2, { forwarding: { kind: 'TUN', tunnel: 'ipip' } }),
    rs(3, { forwarding: gue }),
    rs(4, { address: ip('2001:db8::4'), forwarding: { kind: 'TUN', tunnel: 'gre', checksum: 'csum' } }),
  ]);
  const [entry] = desiredTable([server], initialHealth([server]));
  expect(entry?.destinations).toMatchObject([
    { forwarding: 'masq', upperThreshold: 100, lowerThreshold: 50 },
    { forwarding: 'tunnel', tunnel: { type: 'ipip' } },
    { forwarding: 'tunnel', tunnel: { type: 'gue', port: 5555, checksum: 'nocsum' } },
    { forwarding: 'tunnel', tunnel: { type: 'gre', checksum: 'csum' } },
  ]);
  expect(entry?.destinations[0]).not.toHaveProperty('tunnel');
});
