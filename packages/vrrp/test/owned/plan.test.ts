// The plan of routes and rules: fewest changes, nobody else's are touched, and planning twice is empty.
import { describe, expect, test } from '@jest/globals';
import type { VrrpInstance } from '@vipward/config';
import type { IpRoute, IpRule, RouteChange } from '@vipward/netlink';
import fc from 'fast-check';
import { BackOff } from '../../src/owned/backoff.ts';
import { type Lookup, lookupOf, NOTHING, planRouting, type Wanted } from '../../src/owned/plan.ts';
import { isRoute, routeKey, toKernelRoute } from '../../src/owned/route.ts';
import { prioritiesOf, ruleKey, toKernelRule } from '../../src/owned/rule.ts';
import { withImpliedInterfaces } from '../../src/runtime/statics.ts';
import { FULL } from './full.ts';
import { configOf } from './lines.ts';

const links = new Map([
  ['eth0', { index: 2 }],
  ['eth1', { index: 3 }],
  ['red', { index: 4, vrfTable: 77 }],
]);
const linkOf = (name: string) => links.get(name);

const routesOf = (...lines: readonly string[]): readonly IpRoute[] =>
  (configOf(`static_routes {\n${lines.join('\n')}\n}`).staticRoutes ?? []).flatMap(
    (route) => toKernelRoute(route, linkOf) ?? [],
  );

const rulesOf = (...lines: readonly string[]): readonly IpRule[] => {
  const rules = configOf(`static_rules {\n${lines.join('\n')}\n}`).staticRules ?? [];
  return [...prioritiesOf(rules)].map(([rule, priority]) => toKernelRule(rule, priority));
};

const wanted = (routes: readonly IpRoute[], rules: readonly IpRule[] = []): Wanted => ({
  routes: routes.map((route) => ({ route, place: 'prepend' })),
  rules,
});

const route = (text: string): IpRoute => {
  const [only] = routesOf(text);
  if (only === undefined) throw new Error(`no route: ${text}`);
  return only;
};

const on = (one: IpRoute, ifIndex: number): IpRoute => ({
  ...one,
  hops: one.hops.map((hop) => ({ ...hop, ifIndex })),
});
const withoutTtl = ({ ttlPropagate: _, ...rest }: IpRoute): IpRoute => rest;

const there = (routes: readonly IpRoute[], rules: readonly IpRule[] = []): Lookup => lookupOf(wanted(routes, rules));

const kinds = (changes: readonly RouteChange[]): readonly string[] => changes.map(({ kind }) => kind);

describe('the plan', () => {
  const all = configOf(FULL);
  const everything = wanted(
    (all.staticRoutes ?? []).flatMap((line) => toKernelRoute(line, linkOf) ?? []),
    rulesOf('from 10.1.0.0/16 table 77 preference 100', 'to 10.2.0.0/16 blackhole preference 101'),
  );

  test('writes what is missing, takes away what is left over, rules first, and leaves the rest', () => {
    const [a, b, c] = [route('10.1.0.0/24 dev eth0'), route('10.2.0.0/24 dev eth0'), route('10.3.0.0/24 dev eth0')];
    const [r, s] = rulesOf('from 10.1.0.0/16 table 77 preference 100', 'from 10.2.0.0/16 table 77 preference 101');
    if (r === undefined || s === undefined) throw new Error('no rules');
    const changes = planRouting(there([b, c], [s]), wanted([a], [r]), wanted([a, b], [s]));
    expect(kinds(changes)).toEqual(['delete-rule', 'delete-route', 'add-route', 'add-rule']);
    expect(changes[1]).toMatchObject({ route: b });
  });

  test('is empty after it was carried out, whatever was there, and touches nothing of others', () => {
    const some = fc.subarray([...everything.routes]);
    const someRules = fc.subarray([...everything.rules]);
    const sides = fc.record({ routes: some, rules: someRules });
    fc.assert(
      fc.property(sides, sides, sides, (before, want, ours) => {
        const listed = { routes: before.routes.map((item) => item.route), rules: before.rules };
        const changes = planRouting(there(listed.routes, listed.rules), want, ours);
        const gone = new Set<unknown>();
        for (const change of changes) {
          if (change.kind === 'delete-route') gone.add(change.route);
          if (change.kind === 'delete-rule') gone.add(change.rule);
        }
        const after = {
          routes: [
            ...listed.routes.filter((one) => !gone.has(one)),
            ...changes.flatMap((change) => (change.kind === 'add-route' ? [change.route] : [])),
          ],
          rules: [
            ...listed.rules.filter((one) => !gone.has(one)),
            ...changes.flatMap((change) => (change.kind === 'add-rule' ? [change.rule] : [])),
          ],
        };
        expect(planRouting(there(after.routes, after.rules), want, ours)).toEqual([]);
        const mine = new Set([...want.routes, ...ours.routes].map((item) => item.route));
        for (const one of listed.routes) if (!mine.has(one)) expect(after.routes).toContain(one);
        for (const item of want.routes) expect(after.routes).toContain(item.route);
      }),
    );
  });

  test('asks for nothing twice, and nothing wants nothing', () => {
    const one = route('10.1.0.0/24 via 10.78.0.9 dev eth0');
    expect(kinds(planRouting(there([]), wanted([one, { ...one }])))).toEqual(['add-route']);
    expect(planRouting(there([one]), NOTHING)).toEqual([]);
  });

  test('another gateway to the same network is a change of both', () => {
    const before = route('10.1.0.0/24 via 10.78.0.9 dev eth0');
    const after = route('10.1.0.0/24 via 10.78.0.8 dev eth0');
    expect(kinds(planRouting(there([before]), wanted([after]), wanted([before])))).toEqual([
      'delete-route',
      'add-route',
    ]);
  });
});

describe('a route as it is listed', () => {
  test.each([
    ['the interface of a gateway', '10.1.0.0/24 via 10.78.0.9', (one: IpRoute) => on(one, 2)],
    ['the metric that IPv6 makes of none', 'fd00:1::/64 dev eth0', (one: IpRoute) => ({ ...one, priority: 1024 })],
    ['the time that is left', 'fd00:1::/64 dev eth0 expires 100', (one: IpRoute) => ({ ...one, expires: 7 })],
    ['no ttl-propagate', '10.1.0.0/24 dev eth0 ttl-propagate enabled', withoutTtl],
  ])('is the one that was asked for, with %s', (_what, text, listed) => {
    expect(isRoute(listed(route(text)), route(text))).toBe(true);
  });

  test.each([
    ['gateway', 'via 10.78.0.9 dev eth0', 'via 10.78.0.8 dev eth0'],
    ['interface', 'dev eth0', 'dev eth1'],
    ['protocol', 'dev eth0 protocol static no_track', 'dev eth0 no_track'],
    ['source', 'dev eth0 src 10.78.0.1', 'dev eth0'],
    ['scope', 'dev eth0 scope link', 'dev eth0'],
    ['metric of TCP', 'dev eth0 mtu lock 1300', 'dev eth0 mtu 1300'],
    ['realm', 'dev eth0 realms 3', 'dev eth0 realms 4'],
    ['onlink', 'via 10.78.0.9 dev eth0 onlink', 'via 10.78.0.9 dev eth0'],
    ['weight', 'nexthop via 10.78.0.9 weight 2 nexthop via 10.78.0.8', 'nexthop via 10.78.0.9 nexthop via 10.78.0.8'],
    ['tunnel', 'encap ip id 5 dst 10.78.0.9 dev eth0', 'encap ip id 6 dst 10.78.0.9 dev eth0'],
  ])('with another %s is another', (_what, one, other) => {
    const [a, b] = [route(`10.1.0.0/24 ${one}`), route(`10.1.0.0/24 ${other}`)];
    expect(isRoute(a, b)).toBe(false);
    expect(isRoute(b, a)).toBe(false);
    expect(isRoute(a, { ...a })).toBe(true);
  });

  test('of which an interface does not exist is no route yet', () => {
    expect(routesOf('10.1.0.0/24 dev eth9', '10.2.0.0/24 nexthop via 10.1.1.1 dev eth9 nexthop via 10.1.1.2')).toEqual(
      [],
    );
  });

  test('of a VRF lies in its table, once the VRF is there', () => {
    expect(routesOf('10.1.0.0/24 dev eth0 vrf red', '10.1.0.0/24 dev eth0 vrf blue')).toMatchObject([{ table: 77 }]);
  });

  test('has the units of the kernel', () => {
    const { metrics } = route(
      '10.1.0.0/24 dev eth0 rtt 300ms rttvar lock 1s rto_min 250ms features ecn congctl lock cubic',
    );
    expect(metrics).toEqual({
      ...{ rtt: 2400, rttvar: 4000, rtoMin: 250, features: 1, congestion: 'cubic', lock: (1 << 5) | (1 << 16) },
    });
  });

  test('lies under the key of all routes that it competes with', () => {
    expect(routeKey(route('10.1.0.0/24 via 10.78.0.9'))).toBe(routeKey(route('10.1.0.0/24 dev eth1')));
    expect(routeKey(route('10.1.0.0/24 dev eth0 metric 5'))).not.toBe(routeKey(route('10.1.0.0/24 dev eth0')));
  });
});

describe('rules', () => {
  test('without preference count down from 16384, each family for itself', () => {
    const rules = rulesOf(
      'from 10.1.0.0/16 table 77',
      'from fd00:1::/64 table 77',
      'from 10.2.0.0/16 table 77 preference 5',
      'from 10.3.0.0/16 table 77',
    );
    expect(rules.map(({ priority }) => priority)).toEqual([16_384, 16_384, 5, 16_383]);
  });

  test('that differ in anything the kernel tells apart have other keys', () => {
    const lines = [
      ...['from 10.1.0.0/16 table 7', 'to 10.1.0.0/16 table 7', 'not from 10.1.0.0/16 table 7', 'from all table 7'],
      ...['from all table 8', 'from all table 7 realms 3', 'iif eth0 table 7', 'oif eth0 table 7', 'fwmark 1 table 7'],
      ...['fwmark 1/3 table 7', 'tos 0x10 table 7', 'uidrange 1-2 table 7', 'ipproto tcp table 7', 'sport 1-2 table 7'],
      ...['dport 1-2 table 7', 'tunnel-id 5 table 7', 'suppress_prefixlength 0 table 7', 'suppress_ifgroup 0 table 7'],
      ...['from all blackhole', 'from all prohibit', 'from all unreachable', 'from all nop', 'l3mdev', 'goto 100'],
    ].map((line) => `${line} preference 50`);
    const keys = rulesOf(...lines).map(ruleKey);
    expect(keys).toHaveLength(lines.length);
    expect(new Set(keys).size).toBe(lines.length);
  });
});

describe('what is taken away again and again', () => {
  test('is put back at once, then ever later, and at once again after a minute in peace', () => {
    const backOff = new BackOff();
    const delays = [0, 100, 2000, 5000, 10_000, 20_000, 40_000, 60_000].map((at) => backOff.delay('a', at));
    expect(delays).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(backOff.delay('b', 60_000)).toBe(0);
    expect(backOff.delay('a', 120_001)).toBe(0);
  });
});

describe('interfaces that an instance needs', () => {
  const config = configOf(`
track_group G { group { VI_1 } }
static_routes {
 10.88.0.0/24 via 10.78.0.9 dev eth3 track_group G
 10.89.0.0/24 via 10.78.0.9 dev eth4
}
static_rules {
 iif eth5 table 77 preference 5 track_group G
}
vrrp_instance VI_1 {
 interface eth0
 virtual_router_id 51
 virtual_ipaddress {
  10.78.0.100 dev eth1
  10.78.0.101 dev eth2 no_track
 }
 virtual_routes {
  10.99.0.0/24 via 10.78.0.9 dev eth6
  10.99.1.0/24 via 10.78.0.9 dev eth7 no_track
  10.99.2.0/24 via 10.78.0.9 dev eth9
 }
}
vrrp_instance VI_2 {
 interface eth0
 virtual_router_id 52
 virtual_ipaddress {
  10.78.0.110
 }
}`);
  const statics = {
    routes: config.staticRoutes ?? [],
    rules: config.staticRules ?? [],
    trackGroups: config.trackGroups ?? [],
  };
  const tracked = (instance: VrrpInstance | undefined) =>
    instance &&
    withImpliedInterfaces(instance, statics, (name) => name !== 'eth9').trackInterfaces.map(({ name, weight }) => [
      name,
      weight,
    ]);

  test('are those of what it tracks and of its track_groups, as far as they exist', () => {
    expect(tracked(config.vrrpInstances[0])).toEqual([
      ['eth1', 0],
      ['eth6', 0],
      ['eth3', 0],
      ['eth5', 0],
    ]);
    expect(tracked(config.vrrpInstances[1])).toEqual([]);
  });
});
