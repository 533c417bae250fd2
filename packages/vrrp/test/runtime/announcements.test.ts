// The pace of announcements under a fake clock: slices, intervals, groups, and roles that change meanwhile.
import { expect, test } from '@jest/globals';
import type { VirtualAddress } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { FakeClock } from '@vipward/testkit';
import { Announcements, type Announcing, type PacingSettings } from '../../src/runtime/announcements.ts';
import { vip } from '../machine/make.ts';
import { link } from './fake-edges.ts';

const silent = { error: () => undefined, warning: () => undefined, info: () => undefined, detail: () => undefined };

const setUp = (settings: PacingSettings = {}) => {
  const clock = new FakeClock(0);
  const frames: string[] = [];
  const waiting: (() => void)[] = [];
  const announcements = new Announcements({
    arp: () => ({
      announce: (address, { name }) => void frames.push(`${clock.now()} ${name} ${formatIp(address)}`),
      close: () => undefined,
    }),
    clock,
    log: silent,
    afterInput: (fn) => void waiting.push(fn),
  });
  announcements.configure(settings);
  /** Lets what waits behind the sockets run; says how often that was. */
  const drain = (): number => {
    let turns = 0;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      turns++;
      next();
    }
    return turns;
  };
  return { announcements, clock, frames, drain };
};

const owner = (name: string, addresses: readonly VirtualAddress[], ours = () => true): Announcing => ({
  name,
  linkFor: ({ dev = 'eth0' }) => (ours() ? link(dev, dev === 'eth0' ? 2 : 3) : undefined),
  positionOf: (address) => addresses.indexOf(address),
});

const many = (count: number): readonly VirtualAddress[] =>
  Array.from({ length: count }, (_, i) => vip(`10.0.${i >> 8}.${i & 255}`));

test('a burst goes out in slices of 32, and the sockets are read between them', () => {
  const { announcements, frames, drain } = setUp();
  const addresses = many(100);
  announcements.announce(owner('A', addresses), addresses, 5);
  expect(frames).toHaveLength(32);
  expect(drain()).toBe(15);
  expect(frames).toHaveLength(500);
  expect(frames[99]).toBe('0 eth0 10.0.0.99');
  expect(frames[100]).toBe('0 eth0 10.0.0.0');
});

test('with an interval the first goes at once, and each address waits once for its turn', () => {
  const { announcements, clock, frames, drain } = setUp({ global: { vrrpGarpInterval: 100 } });
  const addresses = [vip('10.0.0.1'), vip('10.0.0.2'), vip('10.0.0.3')];
  announcements.announce(owner('A', addresses), addresses, 3);
  drain();
  clock.advance(1000);
  expect(frames).toEqual(['0 eth0 10.0.0.1', '100 eth0 10.0.0.1', '200 eth0 10.0.0.2', '300 eth0 10.0.0.3']);
});

test('interfaces have a pace of their own, those of a garp_group share one, and IPv6 is not held by that of IPv4', () => {
  const at = { file: 'k.conf', line: 1, column: 1 };
  const addresses = [vip('10.0.0.1'), { ...vip('10.0.0.2'), dev: 'eth1' }, vip('fd00::1')];
  const paced = (settings: PacingSettings): readonly string[] => {
    const { announcements, clock, frames, drain } = setUp(settings);
    announcements.announce(owner('A', addresses), addresses, 1);
    drain();
    clock.advance(1000);
    return frames;
  };
  expect(paced({ global: { vrrpGarpInterval: 100 } })).toEqual([
    '0 eth0 10.0.0.1',
    '0 eth1 10.0.0.2',
    '0 eth0 fd00::1',
  ]);
  const garpGroups = [{ garpInterval: 250, interfaces: ['eth0', 'eth1'], at }];
  expect(paced({ global: { vrrpGarpInterval: 100 }, garpGroups })).toEqual([
    '0 eth0 10.0.0.1',
    '0 eth0 fd00::1',
    '250 eth1 10.0.0.2',
  ]);
  // gna_interval is of the neighbour advertisements of the group's interfaces.
  const six = [{ gnaInterval: 400, interfaces: ['eth0', 'eth1'], at }];
  const both = [vip('fd00::1'), { ...vip('fd00::2'), dev: 'eth1' }, vip('10.0.0.1')];
  const { announcements, clock, frames, drain } = setUp({ global: { vrrpGnaInterval: 100 }, garpGroups: six });
  announcements.announce(owner('A', both), both, 1);
  drain();
  clock.advance(1000);
  expect(frames).toEqual(['0 eth0 fd00::1', '0 eth0 10.0.0.1', '400 eth1 fd00::2']);
});

test('who is no longer master when the turn comes says nothing, and delays nobody', () => {
  const { announcements, clock, frames } = setUp({ global: { vrrpGarpInterval: 100 } });
  let master = true;
  const addresses = [vip('10.0.0.1'), vip('10.0.0.2')];
  const others = [vip('10.0.0.9')];
  announcements.announce(
    owner('A', addresses, () => master),
    addresses,
    1,
  );
  announcements.announce(owner('B', others), others, 1);
  master = false;
  clock.advance(1000);
  expect(frames).toEqual(['0 eth0 10.0.0.1', '100 eth0 10.0.0.9']);
});

test('a reload puts what waits under the new pace', () => {
  const { announcements, clock, frames, drain } = setUp({ global: { vrrpGarpInterval: 1000 } });
  const addresses = [vip('10.0.0.1'), vip('10.0.0.2'), vip('10.0.0.3')];
  announcements.announce(owner('A', addresses), addresses, 1);
  clock.advance(10);
  announcements.configure({});
  drain();
  expect(frames).toEqual(['0 eth0 10.0.0.1', '10 eth0 10.0.0.2', '10 eth0 10.0.0.3']);
});

test('after close nothing is said', () => {
  const { announcements, clock, frames } = setUp({ global: { vrrpGarpInterval: 100 } });
  const addresses = [vip('10.0.0.1'), vip('10.0.0.2')];
  announcements.announce(owner('A', addresses), addresses, 1);
  announcements.close();
  clock.advance(1000);
  expect(frames).toEqual(['0 eth0 10.0.0.1']);
});
