// interface_up_down_delays: what is believed of a link, and when.
import { expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import { LinkDelays } from '../../src/runtime/link-delays.ts';

const watched = (delays: { down: number; up: number }) => {
  const clock = new FakeClock();
  const settled: string[] = [];
  const links = new LinkDelays(clock, (name) => settled.push(name));
  links.set([{ name: 'eth0', ...delays }]);
  return { clock, settled, believe: (up: boolean, name = 'eth0') => links.believe(name, up) };
};

test('a link is believed at first sight, and without a delay at once', () => {
  const { believe } = watched({ down: 2000, up: 0 });
  expect(believe(true)).toBe(true);
  expect(believe(true, 'eth1')).toBe(true);
  expect(believe(false, 'eth1')).toBe(false);
});

test('a link that is down for long enough is down, and up again at once', () => {
  const { clock, settled, believe } = watched({ down: 2000, up: 0 });
  believe(true);
  expect(believe(false)).toBe(true);
  clock.advance(1999);
  expect(believe(false)).toBe(true);
  expect(settled).toEqual([]);
  clock.advance(1);
  expect(settled).toEqual(['eth0']);
  expect(believe(false)).toBe(false);
  expect(believe(true)).toBe(true);
});

test('a macvlan waits as long as its parent, unless it has a delay of its own', () => {
  const clock = new FakeClock();
  const links = new LinkDelays(clock, () => undefined);
  links.set([{ name: 'eth0', down: 2000, up: 0 }]);
  links.believe('vrrp.51', true, 'eth0');
  expect(links.believe('vrrp.51', false, 'eth0')).toBe(true);
  clock.advance(2000);
  expect(links.believe('vrrp.51', false, 'eth0')).toBe(false);
  links.set([
    { name: 'eth0', down: 2000, up: 0 },
    { name: 'vrrp.51', down: 0, up: 0 },
  ]);
  links.believe('vrrp.51', true, 'eth0');
  expect(links.believe('vrrp.51', false, 'eth0')).toBe(false);
});

test('a link that comes back in time was never away', () => {
  const { clock, settled, believe } = watched({ down: 2000, up: 3000 });
  believe(true);
  believe(false);
  clock.advance(1500);
  expect(believe(true)).toBe(true);
  clock.advance(10_000);
  expect(settled).toEqual([]);
  believe(false);
  clock.advance(2000);
  expect(believe(true)).toBe(false);
  clock.advance(3000);
  expect(settled).toEqual(['eth0', 'eth0']);
  expect(believe(true)).toBe(true);
});
