// The next hops of a route: one in the route's own attributes, several as RTA_MULTIPATH.
import type { IpAddress, IpFamily } from '@vipward/config/address';
import { readAttributes, type Values, writeAttributes } from '../codec/attribute.ts';
import { align4, ByteWriter, hostIsLittleEndian, type Window, windowOf } from '../codec/bytes.ts';
import { DecodeError } from '../errors.ts';
import { familyOf, ip } from './address.ts';
import { decodeEncap, encodeEncap } from './route-encap.ts';
import type { RouteHop } from './routing-model.ts';
import { AF_INET, AF_INET6, routeTable } from './routing-tables.ts';

/** RTNH_F_ONLINK, in rtm_flags and rtnh_flags. The other bits are states that the kernel tells. */
export const RTNH_F_ONLINK = 4;

type RouteAttributes = Values<typeof routeTable>;

/** RTA_GATEWAY or RTA_VIA, RTA_ENCAP, and the realms. */
export const hopAttributes = (hop: RouteHop, family: IpFamily): RouteAttributes => ({
  ...gateway(hop.via, family),
  ...(hop.encap === undefined ? {} : encodeEncap(hop.encap)),
  ...(hop.flow === undefined ? {} : { flow: hop.flow }),
});

/** What stands in the route's own attributes; undefined when nothing says where packets go. */
export const singleHop = (
  attributes: RouteAttributes,
  family: IpFamily,
  flags: number,
  offset: number,
): RouteHop | undefined => {
  const hop = readHop(attributes, family, offset);
  if (attributes.oif === undefined && hop.via === undefined) return undefined;
  return {
    ...hop,
    ...(attributes.oif === undefined ? {} : { ifIndex: attributes.oif }),
    weight: 1,
    onlink: (flags & RTNH_F_ONLINK) !== 0,
  };
};

export const encodeHops = (hops: readonly RouteHop[], family: IpFamily): Uint8Array => {
  const writer = new ByteWriter(64);
  for (const hop of hops) {
    const start = writer.length;
    writer.u16(0);
    writer.u8(hop.onlink ? RTNH_F_ONLINK : 0);
    writer.u8(hop.weight - 1);
    writer.u32(hop.ifIndex ?? 0);
    writeAttributes(writer, routeTable, hopAttributes(hop, family));
    writer.patchU16(start, writer.length - start);
  }
  return writer.written();
};

/** struct rtnexthop, one after the other. Throws DecodeError. */
export const decodeHops = (bytes: Uint8Array, family: IpFamily): readonly RouteHop[] => {
  const window = windowOf(bytes);
  const hops: RouteHop[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 8) throw new DecodeError(`next hop has ${bytes.length - at} of 8 bytes`, at);
    const length = window.view.getUint16(at, hostIsLittleEndian);
    if (length < 8 || length > bytes.length - at)
      throw new DecodeError(`next hop says ${length} bytes, ${bytes.length - at} are there`, at);
    hops.push(decodeHop({ ...window, start: at, end: at + length }, family));
    at += align4(length);
  }
  return hops;
};

const decodeHop = (window: Window, family: IpFamily): RouteHop => {
  const { view, start } = window;
  const ifIndex = view.getInt32(start + 4, hostIsLittleEndian);
  return {
    ...readHop(readAttributes(routeTable, { ...window, start: start + 8 }), family, start),
    ...(ifIndex > 0 ? { ifIndex } : {}),
    weight: view.getUint8(start + 3) + 1,
    onlink: (view.getUint8(start + 2) & RTNH_F_ONLINK) !== 0,
  };
};

const readHop = (
  { gateway: direct, via, encapType, encap, flow }: RouteAttributes,
  family: IpFamily,
  offset: number,
): Pick<RouteHop, 'via' | 'encap' | 'flow'> => ({
  ...(direct === undefined ? {} : { via: ip(direct, family, offset) }),
  ...(via === undefined ? {} : { via: otherFamily(via, offset) }),
  ...(encapType === undefined || encap === undefined ? {} : { encap: decodeEncap(encapType, encap) }),
  ...(flow === undefined ? {} : { flow }),
});

const gateway = (via: IpAddress | undefined, family: IpFamily): RouteAttributes => {
  if (via === undefined) return {};
  if (via.family === family) return { gateway: via.bytes };
  const number = via.family === 4 ? AF_INET : AF_INET6;
  return { via: Uint8Array.of(...new Uint8Array(Uint16Array.of(number).buffer), ...via.bytes) };
};

const otherFamily = (bytes: Uint8Array, offset: number): IpAddress => {
  if (bytes.length < 2) throw new DecodeError(`a gateway has ${bytes.length} bytes`, offset);
  const family = familyOf(new DataView(bytes.buffer, bytes.byteOffset, 2).getUint16(0, hostIsLittleEndian));
  if (family === undefined) throw new DecodeError('a gateway of neither IPv4 nor IPv6', offset);
  return ip(bytes.slice(2), family, offset);
};
