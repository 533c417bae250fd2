// vrrpRouteTable and vrrpRouteNextHopTable: static routes under instance 0, then those of the instances.
import type { NextHop, Route, RouteMetricName } from '@vipward/config';
import type { IpAddress } from '@vipward/config/address';
import { gauge, gaugeOrNone, inetAddress, inetAddressType, integer, type Value, yesNo } from '../../agentx/value.ts';
import { type Columns, type ManagedObject, type Row, table } from '../../view/object.ts';
import { entryOf, numbered, textOrNone, vrrpPart } from '../names.ts';
import type { Snapshot } from '../snapshot.ts';
import { scopeNumber } from './scope.ts';
import { statusOf } from './state.ts';

interface Held {
  readonly route: Route;
  readonly set: boolean;
}

export const routeTable = (snapshot: Snapshot): ManagedObject =>
  table(entryOf(vrrpPart, 7), { ...addressColumns(snapshot), ...metricColumns }, routesOf(snapshot));

export const nextHopTable = (snapshot: Snapshot): ManagedObject =>
  table(
    entryOf(vrrpPart, 11),
    nextHopColumns(snapshot),
    routesOf(snapshot).flatMap(({ index, of: { route } }) =>
      numbered(route.nextHops, index).map((row) => ({ ...row, of: { hop: row.of, route } })),
    ),
  );

const routesOf = (snapshot: Snapshot): readonly Row<Held>[] => {
  const { staticRoutes = [], vrrpInstances } = snapshot.config;
  return [
    ...numbered(
      staticRoutes.map((route): Held => ({ route, set: true })),
      [0],
    ),
    ...vrrpInstances.flatMap(({ name, virtualRoutes = [] }, i) => {
      const set = statusOf(snapshot, name)?.role === 'master';
      return numbered(
        virtualRoutes.map((route): Held => ({ route, set })),
        [i + 1],
      );
    }),
  ];
};

const addressColumns = ({ interfaces }: Snapshot): Columns<Held> => ({
  2: ({ route }) => inetAddressType(route.family),
  3: ({ route }) => inetAddress(route.destination.address),
  4: ({ route }) => gauge(route.destination.prefixLength),
  5: ({ route }) => addressOrNone(route.via),
  7: ({ route }) => addressOrNone(route.source),
  8: ({ route }) => gauge(route.metric ?? 0),
  9: ({ route }) => integer(scopeNumber(route.scope)),
  10: ({ route }) => routeType(route),
  11: ({ route }) => interfaceIndex(interfaces, route.dev),
  12: ({ route }) => textOrNone(route.dev),
  13: ({ route }) => gauge(route.table ?? mainTable),
  14: ({ set }) => yesNo(set),
  15: ({ route }) => addressOrNone(route.from?.address),
  16: ({ route }) => gaugeOrNone(route.from?.prefixLength),
  17: ({ route }) => gaugeOrNone(route.tos),
  // RTPROT_* and one more.
  18: ({ route }) => integer(route.protocol + 1),
  19: ({ route }) => yesNo(route.ecn),
  20: ({ route }) => yesNo(route.quickAck === true),
  21: ({ route }) => (route.expires === undefined ? undefined : integer(route.expires)),
  42: ({ route }) => textOrNone(route.congestionControl?.name),
  43: ({ route }) => (typeof route.preference === 'string' ? integer(preferences[route.preference]) : undefined),
  44: ({ route }) => gaugeOrNone(route.realms?.to),
  45: ({ route }) => gaugeOrNone(route.realms?.from),
  55: ({ route }) => (route.fastopenNoCookie === undefined ? undefined : yesNo(route.fastopenNoCookie)),
});

/** Where the value of a metric stands, and whether the kernel must leave it alone behind it. */
const metricPlaces: readonly (readonly [name: RouteMetricName, value: number, lock?: number])[] = [
  ['mtu', 22, 23],
  ['hoplimit', 24],
  ['advmss', 25, 26],
  ['rtt', 27, 28],
  ['rttvar', 29, 30],
  ['reordering', 31, 32],
  ['window', 33],
  ['cwnd', 34, 35],
  ['ssthresh', 36, 37],
  ['rtoMin', 38, 39],
  ['initcwnd', 40],
  ['initrwnd', 41],
];

const metricColumns: Columns<Held> = Object.fromEntries(
  metricPlaces.flatMap(([name, value, lock]) => [
    [value, ({ route }: Held) => gaugeOrNone(route.metrics[name]?.value)],
    ...(lock === undefined ? [] : [[lock, ({ route }: Held) => lockOrNone(route.metrics[name]?.lock)] as const]),
  ]),
);

const nextHopColumns = ({ interfaces }: Snapshot): Columns<{ readonly hop: NextHop; readonly route: Route }> => ({
  2: ({ hop, route }) => inetAddressType(hop.via?.family ?? route.family),
  3: ({ hop }) => addressOrNone(hop.via),
  4: ({ hop }) => interfaceIndex(interfaces, hop.dev),
  5: ({ hop }) => textOrNone(hop.dev),
  6: ({ hop }) => gauge(hop.weight),
  7: ({ hop }) => yesNo(hop.onlink),
  8: ({ hop }) => gaugeOrNone(hop.realms?.to),
  9: ({ hop }) => gaugeOrNone(hop.realms?.from),
});

/** unicast(1), ecmp(2), blackhole(3) ... of the MIB; what it does not name is left out. */
const routeType = ({ type, nextHops }: Route): Value | undefined => {
  if (nextHops.length > 0) return integer(2);
  const number = routeTypes[type];
  return number === undefined ? undefined : integer(number);
};

const routeTypes: Partial<Readonly<Record<Route['type'], number>>> = {
  unicast: 1,
  blackhole: 3,
  anycast: 4,
  multicast: 5,
  broadcast: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
};

const preferences = { low: 1, medium: 2, high: 3 } as const;
/** RT_TABLE_MAIN */
const mainTable = 254;

const addressOrNone = (address: IpAddress | undefined): Value | undefined => address && inetAddress(address);
const lockOrNone = (lock: boolean | undefined): Value | undefined => (lock === undefined ? undefined : yesNo(lock));

const interfaceIndex = (interfaces: Snapshot['interfaces'], name: string | undefined): Value | undefined => {
  const known = name === undefined ? undefined : interfaces.get(name);
  return known && integer(known.index);
};
