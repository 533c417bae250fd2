// Routes out of rtnetlink messages and into them.
import type { IpFamily } from '@vipward/config/address';
import { readAttributes, writeAttributes } from '../codec/attribute.ts';
import { type ByteWriter, hostIsLittleEndian, type Window } from '../codec/bytes.ts';
import { DecodeError } from '../errors.ts';
import { familyOf, ip } from './address.ts';
import { decodeHops, encodeHops, hopAttributes, RTNH_F_ONLINK, singleHop } from './route-hops.ts';
import type { IpRoute, Network } from './routing-model.ts';
import { AF_INET, AF_INET6, decodeRoutingHeader, routeTable, writeRoutingHeader } from './routing-tables.ts';

/** Payload of RTM_NEWROUTE and RTM_DELROUTE. */
export const writeRoute = (writer: ByteWriter, route: IpRoute): void => {
  const { family, destination, from, hops, metrics, source, priority, flow, expires, preference, ttlPropagate } = route;
  const [first] = hops;
  const single = hops.length === 1 ? first : undefined;
  writeRoutingHeader(writer, {
    family: family === 4 ? AF_INET : AF_INET6,
    toLength: destination.prefixLength,
    fromLength: from?.prefixLength ?? 0,
    ...{ tos: route.tos, table: route.table, protocol: route.protocol, scope: route.scope, type: route.type },
    flags: single?.onlink === true ? RTNH_F_ONLINK : 0,
  });
  writeAttributes(writer, routeTable, {
    ...(single === undefined ? {} : hopAttributes(single, family)),
    ...(destination.prefixLength === 0 ? {} : { destination: destination.address.bytes }),
    ...(from === undefined ? {} : { from: from.address.bytes }),
    ...(single?.ifIndex === undefined ? {} : { oif: single.ifIndex }),
    ...(priority === undefined ? {} : { priority }),
    ...(source === undefined ? {} : { source: source.bytes }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(hops.length > 1 ? { multipath: encodeHops(hops, family) } : {}),
    ...(flow === undefined ? {} : { flow }),
    table: route.table,
    ...(preference === undefined ? {} : { preference }),
    ...(expires === undefined ? {} : { expires }),
    ...(ttlPropagate === undefined ? {} : { ttlPropagate: ttlPropagate ? 1 : 0 }),
  });
};

/** undefined for what is neither IPv4 nor IPv6 (MPLS), and for cached routes. Throws DecodeError. */
export const decodeRoute = (payload: Window): IpRoute | undefined => {
  const { header, attributes } = decodeRoutingHeader(payload, 'route header');
  const family = familyOf(header.family);
  if (family === undefined || (header.flags & RTM_F_CLONED) !== 0) return undefined;
  const values = readAttributes(routeTable, attributes);
  const { start } = payload;
  const single = singleHop(values, family, header.flags, start);
  const hops = values.multipath === undefined ? (single ? [single] : []) : decodeHops(values.multipath, family);
  const { metrics, priority, source, flow, preference, ttlPropagate } = values;
  const expires = values.expires ?? expiryOf(values.cacheInfo);
  return {
    family,
    destination: network(values.destination, header.toLength, family, start),
    ...(header.fromLength === 0 ? {} : { from: network(values.from, header.fromLength, family, start) }),
    ...{ type: header.type, table: values.table ?? header.table, protocol: header.protocol },
    ...{ scope: header.scope, tos: header.tos },
    ...(priority === undefined ? {} : { priority }),
    ...(source === undefined ? {} : { source: ip(source, family, start) }),
    // The realms of a route with one hop are the route's.
    hops: hops.length === 1 ? hops.map(({ flow: _, ...hop }) => hop) : hops,
    ...(metrics === undefined || Object.keys(metrics).length === 0 ? {} : { metrics }),
    ...(flow === undefined ? {} : { flow }),
    ...(expires === undefined ? {} : { expires }),
    ...(preference === undefined ? {} : { preference }),
    ...(ttlPropagate === undefined ? {} : { ttlPropagate: ttlPropagate !== 0 }),
  };
};

export const network = (
  bytes: Uint8Array | undefined,
  prefixLength: number,
  family: IpFamily,
  offset: number,
): Network => {
  const full = family === 4 ? 4 : 16;
  if (prefixLength > full * 8) throw new DecodeError(`a prefix of ${prefixLength} bits`, offset);
  return { address: ip(bytes ?? new Uint8Array(full), family, offset), prefixLength };
};

const RTM_F_CLONED = 0x200;
/** rta_expires counts ticks of 1/100 s, whatever the kernel's own are. */
const USER_HZ = 100;

const expiryOf = (cacheInfo: Uint8Array | undefined): number | undefined => {
  if (cacheInfo === undefined || cacheInfo.length < 12) return undefined;
  const ticks = new DataView(cacheInfo.buffer, cacheInfo.byteOffset, 12).getInt32(8, hostIsLittleEndian);
  return ticks === 0 ? undefined : Math.max(0, Math.ceil(ticks / USER_HZ));
};
