// Which macvlans and ipvlans a configuration asks for, how they are called, and what lies on them: as keepalived 2.2.7 has it.
import { describe, expect, test } from '@jest/globals';
import type { VrrpInstance } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import type { Link } from '@vipward/netlink';
import { advertInterface } from '../../src/runtime/instance-settings.ts';
import { type StackedNames, stack } from '../../src/stacked/links.ts';
import { configOf } from '../owned/lines.ts';
import { link } from '../runtime/fake-edges.ts';

const hex = (mac: Uint8Array | undefined): string | undefined => mac && Buffer.from(mac).toString('hex');
const planned = (text: string, more: readonly Link[] = [], settings?: StackedNames) => {
  const { vrrpInstances, global } = configOf(text);
  return stack(vrrpInstances, [link('eth0', 2), link('eth1', 3), ...more], settings ?? global);
};
const instance = (name: string, id: number, ...lines: readonly string[]): string =>
  [`vrrp_instance ${name} {`, 'interface eth0', `virtual_router_id ${id}`, ...lines, '}'].join('\n');
const vips = (...lines: readonly string[]): string => ['virtual_ipaddress {', ...lines, '}'].join('\n');
const shown = ({ links }: ReturnType<typeof stack>): readonly string[] =>
  links.map(({ name, parent, mac, kind, mode }) => `${name}@${parent} ${kind} ${mode} ${hex(mac) ?? ''}`.trimEnd());
const placed = (one: VrrpInstance | undefined): readonly string[] =>
  [...(one?.virtualAddresses ?? []), ...(one?.excludedAddresses ?? [])].map(
    ({ address, dev }) => `${formatIp(address)} ${dev}`,
  );
const macvlan = (change: Partial<Link>): Link => ({
  ...link('vrrp.51', 9),
  ...{ kind: 'macvlan', mode: 'private', parent: 2, mac: Uint8Array.of(0, 0, 0x5e, 0, 1, 51) },
  ...change,
});
const four = vips('10.0.0.100');

describe('use_vmac', () => {
  test('gives a private macvlan with the MAC address of the RFC, for each family its own', () => {
    const six = instance('V6', 52, 'use_vmac', vips('fe80::1'));
    const plan = planned(`${instance('V4', 51, 'use_vmac', four)}\n${six}`);
    expect(shown(plan)).toEqual([
      'vrrp.51@eth0 macvlan private 00005e000133',
      'vrrp.52@eth0 macvlan private 00005e000234',
    ]);
    expect(plan.links.map(({ six, copiesLinkLocal }) => [six, copiesLinkLocal])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(plan.instances.flatMap(placed)).toEqual(['10.0.0.100 vrrp.51', 'fe80::1 vrrp.52']);
    expect(plan.instances.map(advertInterface)).toEqual(['vrrp.51', 'vrrp.52']);
    expect(plan.instances[0]?.trackInterfaces.map(({ name }) => name)).toEqual(['vrrp.51']);
  });

  test('takes a name, a MAC address, or five octets of one', () => {
    const plan = planned(
      `${instance('A', 51, 'use_vmac vv 02:00:00:00:00:09', four)}\n${instance('B', 52, 'use_vmac 02:03:04:05:06', four)}`,
    );
    expect(shown(plan)).toEqual(['vv@eth0 macvlan private 020000000009', 'vrrp.52@eth0 macvlan private 020304050634']);
  });

  test('names the second of one virtual_router_id as keepalived does', () => {
    const plan = planned(
      [
        instance('A', 51, 'use_vmac', four),
        instance('B', 51, 'use_vmac', vips('fe80::1')),
        instance('C', 51, 'use_vmac', four).replace('eth0', 'eth1'),
      ].join('\n'),
    );
    expect(plan.links.map(({ name }) => name)).toEqual(['vrrp.51', 'vrrp6.51', 'vrrp1.51']);
  });

  test('takes what a predecessor made, and no link of others', () => {
    const text = instance('A', 51, 'use_vmac', four);
    const names = (...more: readonly Link[]): readonly string[] => planned(text, more).links.map(({ name }) => name);
    expect(names(macvlan({}))).toEqual(['vrrp.51']);
    expect(names(macvlan({ name: 'other' }))).toEqual(['other']);
    expect(names(macvlan({ mode: 'bridge' }))).toEqual(['vrrp1.51']);
    expect(names(macvlan({ parent: 3 }))).toEqual(['vrrp1.51']);
    expect(names(macvlan({ mac: Uint8Array.of(2, 0, 0, 0, 0, 1) }))).toEqual(['vrrp1.51']);
  });

  test('says that the written name belongs to something else, and makes another', () => {
    const plan = planned(instance('A', 51, 'use_vmac eth1', four));
    expect(plan.links.map(({ name }) => name)).toEqual(['vrrp.51']);
    expect(plan.notes).toEqual([
      '(A) interface eth1 already exists and is not a private macvlan of ours on eth0; vrrp.51 is used instead',
    ]);
  });

  test('with vmac_xmit_base, and with unicast, leaves adverts to the interface', () => {
    const base = planned(instance('A', 51, 'use_vmac', 'vmac_xmit_base', vips('fe80::1')));
    expect(base.instances.map(advertInterface)).toEqual(['eth0']);
    expect(base.links[0]?.copiesLinkLocal).toBe(false);
    const unicast = planned(instance('A', 51, 'use_vmac', 'unicast_peer {', '10.0.0.9', '}', four));
    expect(unicast.instances.map(advertInterface)).toEqual(['eth0']);
    expect(unicast.instances.flatMap(placed)).toEqual(['10.0.0.100 vrrp.51']);
  });

  test('leaves addresses of another family and of other interfaces where they are, unless they want a macvlan', () => {
    const own = vips('10.0.0.100', '10.1.0.1 dev eth1', '10.0.0.3 dev eth0', '10.1.0.2 dev eth1 use_vmac');
    const text = (...words: readonly string[]): string =>
      instance('A', 51, 'use_vmac', ...words, own, 'virtual_ipaddress_excluded {', 'fd00::5', 'fd00::6 dev eth1', '}');
    const some = planned(text());
    expect(some.instances.flatMap(placed)).toEqual([
      ...['10.0.0.100 vrrp.51', '10.1.0.1 eth1', '10.0.0.3 vrrp.51', '10.1.0.2 vrrp1.51'],
      ...['fd00::5 undefined', 'fd00::6 eth1'],
    ]);
    expect(some.links[0]?.six).toBe(true);
    const all = planned(text('use_vmac_addr'), [], { vmacPrefix: 'vm', vmacAddrPrefix: 'va' });
    expect(all.instances.flatMap(placed)).toEqual([
      ...['10.0.0.100 vm.51', '10.1.0.1 va.51', '10.0.0.3 vm.51', '10.1.0.2 va.51'],
      ...['fd00::5 va6.51', 'fd00::6 va1.51'],
    ]);
    expect(shown(all).slice(2)).toEqual([
      'va6.51@eth0 macvlan private 00005e000233',
      'va1.51@eth1 macvlan private 00005e000233',
    ]);
  });
});

test('an ipvlan carries the adverts and their source address, and the interface keeps the virtual addresses', () => {
  const plan = planned(instance('A', 51, 'use_ipvlan iv 10.0.0.9/24 vepa', four));
  expect(shown(plan)).toEqual(['iv@eth0 ipvlan vepa']);
  expect(plan.links[0]?.address).toMatchObject({ prefixLength: 24 });
  expect(plan.instances.flatMap(placed)).toEqual(['10.0.0.100 undefined']);
  expect(plan.instances.map(advertInterface)).toEqual(['iv']);
  expect(plan.instances.map(({ multicastSourceIp: ip }) => ip && formatIp(ip))).toEqual(['10.0.0.9']);
});

test('an ipvlan of a predecessor is taken by its name, whatever mode a sibling has given it', () => {
  const there = { ...link('vrrp.51', 9), kind: 'ipvlan', mode: 'private', parent: 2 } as const;
  const plan = planned(instance('A', 51, 'use_ipvlan 10.0.0.9/24', four), [there]);
  expect(plan.links.map(({ name }) => name)).toEqual(['vrrp.51']);
});

test('an instance without such words is as it was', () => {
  const { vrrpInstances } = configOf(instance('A', 51, four));
  expect(stack(vrrpInstances, [link('eth0', 2)]).instances[0]).toBe(vrrpInstances[0]);
});
