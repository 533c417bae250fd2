// What every RouteKernel must do: one suite for the memory and for the real kernel.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { formatIp } from '@vipward/config/address';
import type {
  InterfaceAddress,
  IpRoute,
  IpRule,
  Link,
  NewAddress,
  RouteChange,
  RouteEvent,
  RoutingEvent,
} from '@vipward/netlink';
import { ip } from './ipvs-values.ts';
import type { RouteWorld } from './route-world.ts';

/** Defines the suite; openWorld is called once. */
export const routeContract = (name: string, openWorld: () => Promise<RouteWorld>): void => {
  describe(`links and addresses of ${name}`, () => {
    let world: RouteWorld;
    let one: Link;
    let other: Link;

    const linkNamed = async (wanted: string): Promise<Link> => {
      const link = (await world.kernel.links()).find((candidate) => candidate.name === wanted);
      if (link === undefined) throw new Error(`no link ${wanted}`);
      return link;
    };
    const at = (text: string, more: Partial<NewAddress> = {}): NewAddress => {
      const [address = '', length = ''] = text.split('/');
      return { ifIndex: one.index, address: ip(address), prefixLength: Number(length), ...more };
    };
    const ours = async (): Promise<readonly InterfaceAddress[]> =>
      (await world.kernel.addresses()).filter(({ ifIndex }) => ifIndex === one.index || ifIndex === other.index);
    const texts = async (): Promise<readonly string[]> => (await ours()).map(textOf).sort();

    beforeAll(async () => {
      world = await openWorld();
      one = await linkNamed(world.links[0]);
      other = await linkNamed(world.links[1]);
    });
    afterEach(async () => {
      // A primary address takes its secondary ones along: what is gone then is not asked for again.
      for (let [first] = await ours(); first !== undefined; [first] = await ours()) {
        await world.kernel.deleteAddress(first);
      }
    });
    afterAll(() => world.close());

    test('lists lo and the links, with what they are', async () => {
      const links = await world.kernel.links();
      expect(links.find((link) => link.loopback)).toMatchObject({ name: 'lo', index: 1 });
      expect(one).toMatchObject({ up: true, running: true, loopback: false, multicast: true, noArp: false, mtu: 1500 });
      expect(one).toMatchObject({ kind: 'veth' });
      expect(one.mac).toHaveLength(6);
      expect(one.mac).not.toEqual(other.mac);
    });

    test('reports an IPv4 address as it was given', async () => {
      await world.kernel.addAddress(at('10.66.0.1/24', { protocol: 18, label: `${one.name}:1` }));
      expect(await ours()).toMatchObject([
        { ifIndex: one.index, prefixLength: 24, scope: 0, flags: 0x80, label: `${one.name}:1`, protocol: 18 },
      ]);
      expect(await texts()).toEqual(['10.66.0.1/24']);
    });

    test('labels an IPv4 address with the name of its link when nothing else is said', async () => {
      await world.kernel.addAddress(at('10.66.0.1/32', { scope: 253 }));
      expect(await ours()).toMatchObject([{ label: one.name, scope: 253, protocol: 0 }]);
    });

    test('reports an IPv6 address as it was given, without duplicate address detection', async () => {
      await world.kernel.addAddress(at('fd66::1/64', { protocol: 18, noDad: true }));
      const [address] = await ours();
      expect(address).toMatchObject({ prefixLength: 64, scope: 0, flags: 0x82, protocol: 18 });
      expect(address?.label).toBeUndefined();
    });

    test('marks the second address of a network as secondary, and drops it with the first', async () => {
      await world.kernel.addAddress(at('10.66.0.1/24'));
      await world.kernel.addAddress(at('10.66.0.2/24'));
      await world.kernel.addAddress(at('10.66.0.3/32'));
      expect((await ours()).map((a) => [textOf(a), a.flags & 1]).sort()).toEqual([
        ['10.66.0.1/24', 0],
        ['10.66.0.2/24', 1],
        ['10.66.0.3/32', 0],
      ]);
      await world.kernel.deleteAddress(at('10.66.0.1/24'));
      expect(await texts()).toEqual(['10.66.0.3/32']);
    });

    test('takes an IPv4 address twice with different prefix lengths, and on two links', async () => {
      await world.kernel.addAddress(at('10.66.0.1/24'));
      await world.kernel.addAddress(at('10.66.0.1/32'));
      await world.kernel.addAddress(at('10.66.0.1/32', { ifIndex: other.index }));
      expect(await texts()).toEqual(['10.66.0.1/24', '10.66.0.1/32', '10.66.0.1/32']);
    });

    describe('refuses', () => {
      const refused = async (work: Promise<void>, errnoName: string): Promise<void> => {
        await expect(work).rejects.toMatchObject({ code: 'NETLINK_REFUSED', errnoName });
      };

      test('an address that is there with EEXIST', async () => {
        await world.kernel.addAddress(at('10.66.0.1/24'));
        await world.kernel.addAddress(at('fd66::1/64'));
        await refused(world.kernel.addAddress(at('10.66.0.1/24')), 'EEXIST');
        await refused(world.kernel.addAddress(at('fd66::1/64')), 'EEXIST');
        await refused(world.kernel.addAddress(at('fd66::1/128')), 'EEXIST');
        expect(await texts()).toEqual(['10.66.0.1/24', 'fd66::1/64']);
      });

      test('to delete an address that is not there with EADDRNOTAVAIL', async () => {
        await world.kernel.addAddress(at('10.66.0.1/24'));
        await world.kernel.addAddress(at('fd66::1/64'));
        await refused(world.kernel.deleteAddress(at('10.66.0.2/24')), 'EADDRNOTAVAIL');
        await refused(world.kernel.deleteAddress(at('10.66.0.1/32')), 'EADDRNOTAVAIL');
        await refused(world.kernel.deleteAddress(at('10.66.0.1/24', { label: `${one.name}:9` })), 'EADDRNOTAVAIL');
        await refused(world.kernel.deleteAddress(at('fd66::2/64')), 'EADDRNOTAVAIL');
        await refused(world.kernel.deleteAddress(at('fd66::1/128')), 'EADDRNOTAVAIL');
        await refused(world.kernel.deleteAddress(at('10.66.0.1/24', { ifIndex: other.index })), 'EADDRNOTAVAIL');
        expect(await texts()).toEqual(['10.66.0.1/24', 'fd66::1/64']);
      });

      test('a link that is not there with ENODEV', async () => {
        const nowhere = { ifIndex: 0x7ffffff0 };
        await refused(world.kernel.addAddress(at('10.66.0.1/24', nowhere)), 'ENODEV');
        await refused(world.kernel.addAddress(at('fd66::1/64', nowhere)), 'ENODEV');
        await refused(world.kernel.deleteAddress(at('10.66.0.1/24', nowhere)), 'ENODEV');
        await refused(world.kernel.deleteAddress(at('fd66::1/64', nowhere)), 'ENODEV');
      });

      test('a prefix longer than the address with EINVAL', async () => {
        await refused(world.kernel.addAddress(at('10.66.0.1/33')), 'EINVAL');
        await refused(world.kernel.addAddress(at('fd66::1/129')), 'EINVAL');
      });

      test('IPv6 addresses that are nobody’s with EADDRNOTAVAIL', async () => {
        await refused(world.kernel.addAddress(at('ff02::1/64')), 'EADDRNOTAVAIL');
        await refused(world.kernel.addAddress(at('::/64')), 'EADDRNOTAVAIL');
      });

      test('a second scope within one network with EINVAL', async () => {
        await world.kernel.addAddress(at('10.66.0.1/24'));
        await refused(world.kernel.addAddress(at('10.66.0.2/24', { scope: 253 })), 'EINVAL');
      });
    });

    test('takes, lists and notifies of routes and rules, and refuses what is there or not there', async () => {
      const { kernel } = world;
      await kernel.addAddress(at('10.66.0.1/24'));
      const events: RoutingEvent[] = [];
      const stop = kernel.watchRouting((event) => void events.push(event), PROTOCOL);
      const route: IpRoute = {
        ...{ family: 4, destination: { address: ip('10.67.0.0'), prefixLength: 24 }, type: 1, table: 254 },
        ...{ protocol: PROTOCOL, scope: 0, tos: 0 },
        hops: [{ via: ip('10.66.0.9'), ifIndex: one.index, weight: 1, onlink: false }],
      };
      const rule: IpRule = {
        ...{
          family: 4,
          action: { kind: 'table', table: 77 },
          priority: 4711,
          invert: false,
          tos: 0,
          protocol: PROTOCOL,
        },
        from: { address: ip('10.67.0.0'), prefixLength: 24 },
      };
      const add: readonly RouteChange[] = [
        { kind: 'add-route', route, place: 'prepend' },
        { kind: 'add-rule', rule },
      ];
      const remove: readonly RouteChange[] = [
        { kind: 'delete-rule', rule },
        { kind: 'delete-route', route },
      ];
      const outcome = async (changes: readonly RouteChange[]): Promise<readonly (string | undefined)[]> =>
        (await kernel.apply(changes)).map(({ error }) => error.errnoName);
      expect(await outcome(add)).toEqual([]);
      expect(await kernel.routes(PROTOCOL)).toEqual([route]);
      expect((await kernel.rules()).filter(({ protocol }) => protocol === PROTOCOL)).toEqual([rule]);
      expect(await outcome(add)).toEqual(['EEXIST', 'EEXIST']);
      const elsewhere = { ...route, hops: route.hops.map((hop) => ({ ...hop, via: ip('10.66.0.8') })) };
      expect(await outcome([{ kind: 'add-route', route: elsewhere, place: 'add' }])).toEqual(['EEXIST']);
      expect(await outcome(remove)).toEqual([]);
      expect(await outcome(remove)).toEqual(['ENOENT', 'ESRCH']);
      expect(await kernel.routes(PROTOCOL)).toEqual([]);
      await seen(events, ({ kind }) => kind === 'route-removed');
      expect(events.map(({ kind }) => kind)).toEqual(['route', 'rule', 'rule-removed', 'route-removed']);
      stop();
    });

    test('makes a macvlan, takes it up, says what it is, and deletes it with what is on it', async () => {
      const { kernel } = world;
      const name = `${one.name}m`.slice(-15);
      const mac = Uint8Array.of(0, 0, 0x5e, 0, 1, 51);
      const done = async (...changes: readonly RouteChange[]): Promise<readonly (string | undefined)[]> =>
        (await kernel.apply(changes)).map(({ error }) => error.errnoName);
      const add: RouteChange = {
        kind: 'add-link',
        link: { name, kind: 'macvlan', parent: one.index, mode: 'private', mac },
      };
      const events: RouteEvent[] = [];
      const stop = kernel.watch((event) => void events.push(event));
      expect(await done(add)).toEqual([]);
      expect(await linkNamed(name)).toMatchObject({
        ...{ kind: 'macvlan', parent: one.index, mode: 'private', mac, up: false },
      });
      expect(await done(add)).toEqual(['EEXIST']);
      expect(await done({ kind: 'add-link', link: { ...add.link, name: 'nobody', parent: 0x7ffffff0 } })).toEqual([
        'ENODEV',
      ]);
      expect(await done({ kind: 'set-link', link: { name, up: true, noLinkLocal: true } })).toEqual([]);
      const made = await linkNamed(name);
      expect(made.up).toBe(true);
      await kernel.addAddress(at('10.66.0.1/24', { ifIndex: made.index }));
      expect(await done({ kind: 'delete-link', name }, { kind: 'delete-link', name })).toEqual(['ENODEV']);
      await seen(events, (e) => e.kind === 'address-removed' && e.address.ifIndex === made.index);
      await seen(events, (e) => e.kind === 'link-removed' && e.index === made.index);
      expect((await kernel.links()).map((link) => link.name)).not.toContain(name);
      expect(await done({ kind: 'set-link', link: { name, up: true, noLinkLocal: true } })).toEqual(['ENODEV']);
      stop();
    });

    test('notifies of addresses that come and go, and of a link that goes down and comes up', async () => {
      const events: RouteEvent[] = [];
      const stop = world.kernel.watch((event) => void events.push(event));
      await world.kernel.addAddress(at('10.66.0.1/24', { protocol: 18 }));
      await seen(
        events,
        (e) => e.kind === 'address' && textOf(e.address) === '10.66.0.1/24' && e.address.protocol === 18,
      );
      await world.kernel.deleteAddress(at('10.66.0.1/24'));
      await seen(events, (e) => e.kind === 'address-removed' && textOf(e.address) === '10.66.0.1/24');
      await world.setUp(one.name, false);
      await seen(events, (e) => e.kind === 'link' && e.link.index === one.index && !e.link.up && !e.link.running);
      await world.setUp(one.name, true);
      await seen(events, (e) => e.kind === 'link' && e.link.index === one.index && e.link.up && e.link.running);
      stop();
      const before = events.length;
      await world.kernel.addAddress(at('10.66.0.9/24'));
      await world.kernel.links();
      expect(events.length).toBe(before);
    });

    test('a link that goes down keeps its IPv4 addresses and loses its IPv6 addresses', async () => {
      await world.kernel.addAddress(at('10.66.0.1/24'));
      await world.kernel.addAddress(at('fd66::1/64', { noDad: true }));
      await world.setUp(one.name, false);
      try {
        expect(await texts()).toEqual(['10.66.0.1/24']);
        expect(await linkNamed(one.name)).toMatchObject({ up: false, running: false });
      } finally {
        await world.setUp(one.name, true);
      }
    });
  });
};

/** Of nobody else, so that a list of it is our own. */
const PROTOCOL = 211;

const textOf = ({ address, prefixLength }: InterfaceAddress): string => `${formatIp(address)}/${prefixLength}`;

/** Waits until an event of this sort has come; the suite's own timeout ends a wait in vain. */
const seen = async <E>(events: readonly E[], wanted: (event: E) => boolean): Promise<void> => {
  while (!events.some(wanted)) await new Promise((resolve) => setTimeout(resolve, 5));
};
