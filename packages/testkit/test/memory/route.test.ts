// MemoryKernel for links and addresses: the contract, and what only it can do.
import { describe, expect, test } from '@jest/globals';
import type { RouteEvent } from '@vipward/netlink';
import { createMemoryRoute, ip, settle } from '@vipward/testkit';
import { memoryWorld, routeContract } from '@vipward/testkit/jest';

routeContract('memory', memoryWorld);

describe('MemoryKernel', () => {
  const vip = { address: ip('10.0.0.100'), prefixLength: 24 };

  test('counts writes, refused ones too, and never reads', async () => {
    const kernel = createMemoryRoute({ links: ['eth0'] });
    const { index: ifIndex } = kernel.link('eth0');
    await kernel.addAddress({ ifIndex, ...vip });
    await expect(kernel.addAddress({ ifIndex, ...vip })).rejects.toMatchObject({ errnoName: 'EEXIST' });
    await kernel.addresses();
    expect(kernel.writes).toBe(2);
    kernel.clearWrites();
    expect(kernel.writes).toBe(0);
  });

  test('refuses on demand, and then no more', async () => {
    const kernel = createMemoryRoute({ links: ['eth0'], refuse: () => 'ENOBUFS' });
    const { index: ifIndex } = kernel.link('eth0');
    await expect(kernel.addAddress({ ifIndex, ...vip })).rejects.toMatchObject({ errno: 105, errnoName: 'ENOBUFS' });
    kernel.refuseWhen();
    await kernel.addAddress({ ifIndex, ...vip });
    expect(await kernel.addresses()).toHaveLength(1);
  });

  test('a link that is removed takes its addresses along, and watchers hear of both', async () => {
    const kernel = createMemoryRoute({ links: ['eth0', { name: 'eth1', mtu: 9000 }] });
    const { index: ifIndex } = kernel.link('eth1');
    await kernel.addAddress({ ifIndex, ...vip });
    const events: RouteEvent[] = [];
    kernel.watch((event) => void events.push(event));
    kernel.removeLink('eth1');
    kernel.overrun();
    await settle();
    expect(events.map((event) => event.kind)).toEqual(['address-removed', 'link-removed', 'resync']);
    expect((await kernel.links()).map((link) => link.name)).toEqual(['lo', 'eth0']);
    expect(() => kernel.link('eth1')).toThrow('no link eth1');
  });

  test('refuses everything once it is closed', async () => {
    const kernel = createMemoryRoute({ links: ['eth0'] });
    kernel.close();
    await expect(kernel.links()).rejects.toMatchObject({ code: 'NETLINK_CLOSED' });
    await expect(kernel.addAddress({ ifIndex: 2, ...vip })).rejects.toMatchObject({ code: 'NETLINK_CLOSED' });
  });
});
