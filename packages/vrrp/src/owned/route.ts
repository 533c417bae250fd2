// A route of the configuration as the kernel takes it, and whether a listed one is what was asked for. Pure.
import { type Encapsulation, type NextHop, type Realms, ROUTE_TYPES, type Route } from '@vipward/config';
import { type IpAddress, ipEqual } from '@vipward/config/address';
import type { IpRoute, Link, Network, RouteEncap, RouteHop, RouteMetrics } from '@vipward/netlink';

export type FindLink = (interfaceName: string) => Pick<Link, 'index' | 'vrfTable'> | undefined;

const RT_TABLE_MAIN = 254;
const RT_SCOPE_HOST = 254;
/** What the kernel makes of an IPv6 route without metric. */
const IP6_RT_PRIO_USER = 1024;
/** RFC 4191: medium, which the kernel lists where none was asked for. */
const MEDIUM = 0;
const PREFERENCES = { low: 3, medium: MEDIUM, high: 1 } as const;

/** Undefined while an interface of it does not exist, or its VRF. */
export const toKernelRoute = (route: Route, link: FindLink): IpRoute | undefined => {
  const { family, destination, from, type, table, protocol, scope, tos, metric, source, realms } = route;
  const hops = hopsOf(route).map((hop) => kernelHop(hop, link));
  const inVrf = route.vrf === undefined ? undefined : link(route.vrf)?.vrfTable;
  if (hops.some((hop) => hop === undefined) || (route.vrf !== undefined && inVrf === undefined)) return undefined;
  const metrics = metricsOf(route);
  const priority = family === 6 ? metric || IP6_RT_PRIO_USER : metric || undefined;
  return {
    family,
    destination,
    ...(from === undefined || from.prefixLength === 0 ? {} : { from }),
    type: ROUTE_TYPES[type],
    table: inVrf ?? table ?? RT_TABLE_MAIN,
    protocol,
    // keepalived leaves the scope global where nothing is written; the kernel takes a local route on the host alone.
    scope: family === 6 ? 0 : (scope ?? (type === 'local' ? RT_SCOPE_HOST : 0)),
    tos: tos ?? 0,
    ...(priority === undefined ? {} : { priority }),
    ...(source === undefined ? {} : { source }),
    hops: hops.flatMap((hop) => hop ?? []),
    ...(metrics === undefined ? {} : { metrics }),
    ...(realms === undefined ? {} : { flow: flowOf(realms) }),
    ...(route.expires === undefined ? {} : { expires: route.expires }),
    ...(family === 6 ? { preference: preferenceOf(route) } : {}),
    ...(route.ttlPropagate === undefined ? {} : { ttlPropagate: route.ttlPropagate }),
  };
};

/** Routes that can only be meant as each other's replacement lie under the same key. */
export const routeKey = (route: IpRoute): string => {
  const known = keys.get(route);
  if (known !== undefined) return known;
  const { family, destination, from, table, tos, priority = 0 } = route;
  const key = `${family} ${networkKey(destination)} ${from ? networkKey(from) : ''} ${table} ${tos} ${priority}`;
  keys.set(route, key);
  return key;
};

// Plans ask for the keys of all routes again and again.
const keys = new WeakMap<IpRoute, string>();

/**
 * Whether `listed` is what `asked` asks for. The kernel finds the interface of a gateway by itself, counts expiry down,
 * and does not list ttl-propagate.
 */
export const isRoute = (listed: IpRoute, asked: IpRoute): boolean => listed === asked || isSame(listed, asked);

const isSame = (listed: IpRoute, asked: IpRoute): boolean =>
  routeKey(listed) === routeKey(asked) &&
  listed.type === asked.type &&
  listed.protocol === asked.protocol &&
  (asked.family === 6 || listed.scope === asked.scope) &&
  sameAddress(listed.source, asked.source) &&
  (listed.flow ?? 0) === (asked.flow ?? 0) &&
  (listed.preference ?? MEDIUM) === (asked.preference ?? MEDIUM) &&
  (listed.expires === undefined) === (asked.expires === undefined) &&
  sameMetrics(listed.metrics ?? {}, asked.metrics ?? {}) &&
  sameHops(listed, asked);

// A route that drops packets has no next hop; IPv6 lists the loopback interface.
const sameHops = (listed: IpRoute, asked: IpRoute): boolean => {
  if (asked.hops.length === 0) return listed.hops.every(({ via }) => via === undefined);
  if (listed.hops.length !== asked.hops.length) return false;
  const left = [...listed.hops];
  return asked.hops.every((hop) => {
    const at = left.findIndex((other) => isHop(other, hop, asked.hops.length > 1));
    if (at < 0) return false;
    left.splice(at, 1);
    return true;
  });
};

const isHop = (listed: RouteHop, asked: RouteHop, weighted: boolean): boolean =>
  sameAddress(listed.via, asked.via) &&
  (asked.ifIndex === undefined || listed.ifIndex === asked.ifIndex) &&
  (!weighted || listed.weight === asked.weight) &&
  listed.onlink === asked.onlink &&
  (listed.flow ?? 0) === (asked.flow ?? 0) &&
  encapKey(listed.encap) === encapKey(asked.encap);

// What was left out is listed as zeros.
const encapKey = (encap: RouteEncap | undefined): string => {
  switch (encap?.kind) {
    case undefined:
      return '';
    case 'ip':
    case 'ip6': {
      const { kind, id = 0n, destination, source, ttl = 0, tos = 0, flags = 0 } = encap;
      return [kind, id, endKey(destination), endKey(source), ttl, tos, flags].join(' ');
    }
    case 'mpls':
      return `mpls ${encap.labels.join('/')} ${encap.ttl ?? 0}`;
    case 'ila':
      return `ila ${encap.locator} ${encap.checksumMode ?? 0}`;
    case 'other':
      return `${encap.type} ${encap.bytes.join(',')}`;
  }
};

const endKey = (address: IpAddress | undefined): string =>
  address === undefined || address.bytes.every((byte) => byte === 0) ? '' : address.bytes.join('.');

const METRIC_NAMES = [
  ...(['lock', 'mtu', 'window', 'rtt', 'rttvar', 'ssthresh', 'cwnd', 'advmss', 'reordering', 'hoplimit'] as const),
  ...(['initcwnd', 'features', 'rtoMin', 'initrwnd', 'quickAck', 'congestion', 'fastopenNoCookie'] as const),
];

const sameMetrics = (a: RouteMetrics, b: RouteMetrics): boolean =>
  METRIC_NAMES.every((name) => (a[name] || 0) === (b[name] || 0));

// `nexthop` lines, or what stands in the route itself; a route that drops packets has none.
const hopsOf = ({ nextHops, via, dev, onlink, encap }: Route): readonly NextHop[] => {
  if (nextHops.length > 0) return nextHops;
  if (via === undefined && dev === undefined) return [];
  return [
    {
      weight: 1,
      onlink,
      ...(via === undefined ? {} : { via }),
      ...(dev === undefined ? {} : { dev }),
      ...(encap === undefined ? {} : { encap }),
    },
  ];
};

const kernelHop = ({ via, dev, weight, onlink, encap, realms }: NextHop, link: FindLink): RouteHop | undefined => {
  const ifIndex = dev === undefined ? undefined : link(dev)?.index;
  if (dev !== undefined && ifIndex === undefined) return undefined;
  return {
    ...(via === undefined ? {} : { via }),
    ...(ifIndex === undefined ? {} : { ifIndex }),
    weight,
    onlink,
    ...(encap === undefined ? {} : { encap: kernelEncap(encap) }),
    ...(realms === undefined ? {} : { flow: flowOf(realms) }),
  };
};

const kernelEncap = (encap: Encapsulation): RouteEncap => {
  switch (encap.kind) {
    case 'ip':
    case 'ip6': {
      const { id, ...rest } = encap;
      return { ...rest, ...(id === undefined ? {} : { id: BigInt(id) }) };
    }
    case 'mpls':
      return encap;
    case 'ila': {
      const { locator, ...rest } = encap;
      return { ...rest, locator: locatorOf(locator) };
    }
  }
};

/** Four groups of 16 bits, or a number. */
const locatorOf = (text: string): bigint =>
  text.includes(':') ? text.split(':').reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n) : BigInt(text);

/** RTAX_* of those that can be locked, and the parts of a millisecond that times count in the kernel. */
const METRICS = {
  mtu: { number: 2, perMilli: 1 },
  window: { number: 3, perMilli: 1 },
  rtt: { number: 4, perMilli: 8 },
  rttvar: { number: 5, perMilli: 4 },
  ssthresh: { number: 6, perMilli: 1 },
  cwnd: { number: 7, perMilli: 1 },
  advmss: { number: 8, perMilli: 1 },
  reordering: { number: 9, perMilli: 1 },
  hoplimit: { number: 10, perMilli: 1 },
  initcwnd: { number: 11, perMilli: 1 },
  rtoMin: { number: 13, perMilli: 1 },
  initrwnd: { number: 14, perMilli: 1 },
} as const;
const RTAX_CC_ALGO = 16;
const RTAX_FEATURE_ECN = 1;

const metricsOf = ({
  metrics,
  congestionControl,
  ecn,
  quickAck,
  fastopenNoCookie,
}: Route): RouteMetrics | undefined => {
  let lock = congestionControl?.lock === true ? 1 << RTAX_CC_ALGO : 0;
  const values: { -readonly [Name in keyof RouteMetrics]: RouteMetrics[Name] } = {};
  for (const name of Object.keys(METRICS) as (keyof typeof METRICS)[]) {
    const metric = metrics[name];
    if (metric === undefined) continue;
    const { number, perMilli } = METRICS[name];
    values[name] = Math.round(metric.value * perMilli);
    if (metric.lock) lock |= 1 << number;
  }
  if (congestionControl !== undefined) values.congestion = congestionControl.name;
  if (ecn) values.features = RTAX_FEATURE_ECN;
  if (quickAck !== undefined) values.quickAck = quickAck ? 1 : 0;
  if (fastopenNoCookie !== undefined) values.fastopenNoCookie = fastopenNoCookie ? 1 : 0;
  if (lock !== 0) values.lock = lock;
  return Object.keys(values).length === 0 ? undefined : values;
};

/** One realm alone is the destination's. */
export const flowOf = ({ from = 0, to }: Realms): number => from * 0x10000 + to;

const preferenceOf = ({ preference = MEDIUM }: Route): number =>
  typeof preference === 'number' ? preference : PREFERENCES[preference];

const networkKey = ({ address, prefixLength }: Network): string => `${address.bytes.join('.')}/${prefixLength}`;

const sameAddress = (a: IpAddress | undefined, b: IpAddress | undefined): boolean =>
  a === undefined || b === undefined ? a === b : ipEqual(a, b);
