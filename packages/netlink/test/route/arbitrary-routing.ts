// Routes and rules of all kinds, for property tests.
import type { IpAddress, IpFamily } from '@vipward/config/address';
import fc from 'fast-check';
import type { IpRoute, IpRule, Network, RouteEncap, RouteHop, RouteMetrics } from '../../src/route/routing-model.ts';

const byte = fc.integer({ min: 0, max: 255 });
const word = fc.integer({ min: 0, max: 0xfffffffe });
const long = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const name = fc.stringMatching(/^[a-z]{1,15}$/);

const addressOf = (family: IpFamily): fc.Arbitrary<IpAddress> => {
  const length = family === 4 ? 4 : 16;
  return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ({ family, bytes }));
};

const networkOf = (family: IpFamily, least = 0): fc.Arbitrary<Network> =>
  fc
    .tuple(addressOf(family), fc.integer({ min: least, max: family === 4 ? 32 : 128 }))
    .map(([address, prefixLength]) => ({
      address: prefixLength === 0 ? { family, bytes: new Uint8Array(address.bytes.length) } : address,
      prefixLength,
    }));

/** Every field there or not there. */
const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<NonNullable<T[K]>> }): fc.Arbitrary<T> =>
  fc.record(fields, { requiredKeys: [] }) as unknown as fc.Arbitrary<T>;

export const anyEncap: fc.Arbitrary<RouteEncap> = fc.oneof(
  ...([4, 6] as const).map((family) =>
    some<Omit<Extract<RouteEncap, { kind: 'ip' | 'ip6' }>, 'kind'>>({
      id: long,
      destination: addressOf(family),
      source: addressOf(family),
      ttl: byte,
      tos: byte,
      flags: fc.integer({ min: 0, max: 0xffff }),
    }).map((rest): RouteEncap => ({ kind: family === 4 ? 'ip' : 'ip6', ...rest })),
  ),
  fc
    .tuple(fc.array(fc.integer({ min: 0, max: 0xfffff }), { minLength: 1, maxLength: 4 }), byte)
    .map(([labels, ttl]): RouteEncap => ({ kind: 'mpls', labels, ttl })),
  fc
    .tuple(long, fc.integer({ min: 0, max: 3 }))
    .map(([locator, checksumMode]): RouteEncap => ({ kind: 'ila', locator, checksumMode })),
  fc.uint8Array({ minLength: 4, maxLength: 12 }).map((bytes): RouteEncap => ({ kind: 'other', type: 5, bytes })),
);

const hop = (family: IpFamily): fc.Arbitrary<RouteHop> =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 0x7fffffff }),
      fc.integer({ min: 1, max: 256 }),
      fc.boolean(),
      some<Pick<RouteHop, 'via' | 'encap' | 'flow'>>({
        via: fc.oneof(addressOf(family), addressOf(family === 4 ? 6 : 4)),
        encap: anyEncap,
        flow: word,
      }),
    )
    .map(([ifIndex, weight, onlink, rest]) => ({ ifIndex, weight, onlink, ...rest }));

const metrics = some<RouteMetrics>({
  ...{ lock: word, mtu: word, window: word, rtt: word, rttvar: word, ssthresh: word, cwnd: word, advmss: word },
  ...{ reordering: word, hoplimit: byte, initcwnd: word, features: word, rtoMin: word, initrwnd: word },
  ...{ quickAck: fc.constantFrom(0, 1), congestion: name, fastopenNoCookie: fc.constantFrom(0, 1) },
}).filter((values) => Object.keys(values).length > 0);

const hops = (family: IpFamily): fc.Arbitrary<readonly RouteHop[]> =>
  fc.oneof(
    fc.constant([]),
    // A route with one hop has its realms itself, and no weight.
    hop(family).map(({ flow: _, ...single }) => [{ ...single, weight: 1 }]),
    fc.array(hop(family), { minLength: 2, maxLength: 4 }),
  );

export const anyRoute: fc.Arbitrary<IpRoute> = fc.constantFrom(4 as const, 6 as const).chain((family) =>
  fc
    .tuple(
      fc.record({
        destination: networkOf(family),
        type: fc.integer({ min: 1, max: 10 }),
        table: fc.oneof(byte, word),
        protocol: byte,
        scope: byte,
        tos: byte,
        hops: hops(family),
      }),
      some<Partial<IpRoute>>({
        ...{ from: networkOf(family, 1), priority: word, source: addressOf(family), metrics, flow: word },
        ...{ expires: word, preference: fc.constantFrom(0, 1, 3), ttlPropagate: fc.boolean() },
      }),
    )
    .map(([needed, rest]) => ({ family, ...needed, ...rest })),
);

const range = (max: number) =>
  fc
    .tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max }))
    .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

export const anyRule: fc.Arbitrary<IpRule> = fc.constantFrom(4 as const, 6 as const).chain((family) =>
  fc
    .tuple(
      fc.record({
        action: fc.oneof(
          word.map((table) => ({ kind: 'table' as const, table })),
          word.map((priority) => ({ kind: 'goto' as const, priority })),
          fc
            .constantFrom(
              'l3mdev' as const,
              'nop' as const,
              'blackhole' as const,
              'unreachable' as const,
              'prohibit' as const,
            )
            .map((kind) => ({ kind })),
        ),
        priority: word,
        invert: fc.boolean(),
        tos: byte,
        protocol: byte,
      }),
      some<Partial<IpRule>>({
        ...{ from: networkOf(family, 1), to: networkOf(family, 1), iif: name, oif: name, uids: range(0xffffffff) },
        fwmark: fc.record({ mark: word, mask: word }),
        ...{
          ipProtocol: fc.integer({ min: 1, max: 255 }),
          sourcePorts: range(0xffff),
          destinationPorts: range(0xffff),
        },
        ...{ tunnelId: long, flow: word, suppressPrefixLength: fc.integer({ min: 0, max: 128 }), suppressGroup: word },
      }),
    )
    .map(([needed, rest]) => ({ family, ...needed, ...rest })),
);
