// rtnetlink of routes and rules: fixed headers and attribute tables (linux/rtnetlink.h, lwtunnel.h, fib_rules.h).
import { atLeast, type ByteWriter, hostIsLittleEndian, slice, type Window } from '../codec/bytes.ts';
import { binary, nested, text, u8, u16, u32 } from '../codec/field.ts';

/** RTM_* */
export const routingType = {
  newRoute: 24,
  deleteRoute: 25,
  getRoute: 26,
  newRule: 32,
  deleteRule: 33,
  getRule: 34,
} as const;

export const AF_INET = 2;
export const AF_INET6 = 10;

/** RTAX_*; `lock` is a bit for each of the others. */
export const metricsTable = {
  lock: [1, u32],
  mtu: [2, u32],
  window: [3, u32],
  rtt: [4, u32],
  rttvar: [5, u32],
  ssthresh: [6, u32],
  cwnd: [7, u32],
  advmss: [8, u32],
  reordering: [9, u32],
  hoplimit: [10, u32],
  initcwnd: [11, u32],
  features: [12, u32],
  rtoMin: [13, u32],
  initrwnd: [14, u32],
  quickAck: [15, u32],
  congestion: [16, text],
  fastopenNoCookie: [17, u32],
} as const;

/** RTA_* */
export const routeTable = {
  destination: [1, binary],
  from: [2, binary],
  oif: [4, u32],
  gateway: [5, binary],
  priority: [6, u32],
  source: [7, binary],
  metrics: [8, nested(metricsTable)],
  /** struct rtnexthop, each with attributes of its own. */
  multipath: [9, binary],
  flow: [11, u32],
  /** struct rta_cacheinfo; its third word is when an IPv6 route expires. */
  cacheInfo: [12, binary],
  table: [15, u32],
  /** Family and address of a gateway of the other family. */
  via: [18, binary],
  preference: [20, u8],
  encapType: [21, u16],
  encap: [22, binary],
  expires: [23, u32],
  ttlPropagate: [26, u8],
} as const;

/** FRA_* */
export const ruleTable = {
  to: [1, binary],
  from: [2, binary],
  iif: [3, text],
  goto: [4, u32],
  priority: [6, u32],
  fwmark: [10, u32],
  flow: [11, u32],
  tunnelId: [12, binary],
  suppressGroup: [13, u32],
  suppressPrefixLength: [14, u32],
  table: [15, u32],
  fwmask: [16, u32],
  oif: [17, text],
  l3mdev: [19, u8],
  uids: [20, binary],
  protocol: [21, u8],
  ipProtocol: [22, u8],
  sourcePorts: [23, binary],
  destinationPorts: [24, binary],
} as const;

/** struct rtmsg and struct fib_rule_hdr have the same shape. */
export interface RoutingHeader {
  readonly family: number;
  readonly toLength: number;
  readonly fromLength: number;
  readonly tos: number;
  /** Tables above 255 are in an attribute only. */
  readonly table: number;
  /** Of a rule: nothing. */
  readonly protocol: number;
  /** Of a rule: nothing. */
  readonly scope: number;
  /** RTN_* of a route, FR_ACT_* of a rule. */
  readonly type: number;
  readonly flags: number;
}

export const routingHeaderLength = 12;

export const writeRoutingHeader = (writer: ByteWriter, header: RoutingHeader): void => {
  writer.u8(header.family);
  writer.u8(header.toLength);
  writer.u8(header.fromLength);
  writer.u8(header.tos);
  writer.u8(header.table < 256 ? header.table : RT_TABLE_COMPAT);
  writer.u8(header.protocol);
  writer.u8(header.scope);
  writer.u8(header.type);
  writer.u32(header.flags);
};

export const decodeRoutingHeader = (
  payload: Window,
  what: string,
): { readonly header: RoutingHeader; readonly attributes: Window } => {
  atLeast(payload, routingHeaderLength, what);
  const { view, start } = payload;
  const byte = (offset: number): number => view.getUint8(start + offset);
  const header = {
    ...{ family: byte(0), toLength: byte(1), fromLength: byte(2), tos: byte(3), table: byte(4) },
    ...{ protocol: byte(5), scope: byte(6), type: byte(7) },
    flags: view.getUint32(start + 8, hostIsLittleEndian),
  };
  return { header, attributes: slice(payload, start + routingHeaderLength, payload.end) };
};

/** Whether a route's message is of this protocol: there may be a million others. */
export const hasProtocol = ({ view, start, end }: Window, protocol: number | undefined): boolean =>
  protocol === undefined || end - start < routingHeaderLength || view.getUint8(start + 5) === protocol;

const RT_TABLE_COMPAT = 252;
