// Addresses, routes and rules as ip-address(8), ip-route(8) and ip-rule(8) know them: names resolved to numbers, addresses to bytes.
import type { IpAddress, IpFamily } from '../address.ts';
import type { Millis, SourceLocation } from './common.ts';

export interface VirtualAddress {
  readonly address: IpAddress;
  /** 0..32 or 0..128 */
  readonly prefixLength: number;
  /** Interface other than the instance's own. */
  readonly dev?: string;
  readonly label?: string;
  readonly scope?: number;
  readonly broadcast?: IpAddress;
  readonly peer?: Prefix;
  readonly home?: boolean;
  /** Duplicate address detection stays on. */
  readonly dad?: boolean;
  readonly mngtmpaddr?: boolean;
  readonly noprefixroute?: boolean;
  readonly autojoin?: boolean;
  /** Losing the address does not matter. */
  readonly noTrack?: boolean;
  /** Seconds, or forever; absent = 0 for an IPv6 /128, else forever. */
  readonly preferredLifetime?: number | 'forever';
  /** Put on a macvlan of its own. */
  readonly useVmac?: boolean;
  readonly at: SourceLocation;
}

/** A network; 0.0.0.0/0 and ::/0 are the default. */
export interface Prefix {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/** static_ipaddress: set at start, whatever VRRP does. */
export interface StaticAddress extends VirtualAddress {
  /** The instances of this track_group go to fault without the address. */
  readonly trackGroup?: string;
}

export const ROUTE_TYPES = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
} as const;

/** RTN_* of the kernel, by name. */
export type RouteType = keyof typeof ROUTE_TYPES;

/** A metric of a route (RTAX_*); `lock`: the kernel does not change it by itself. */
export interface RouteMetric {
  /** Milliseconds for rtt, rttvar and rtoMin. */
  readonly value: number;
  readonly lock: boolean;
}

/** Lightweight tunnels; 64-bit numbers are decimal text, so that a Config stays plain data. */
export type Encapsulation =
  | {
      readonly kind: 'ip' | 'ip6';
      readonly id?: string;
      readonly destination?: IpAddress;
      readonly source?: IpAddress;
      readonly tos?: number;
      readonly ttl?: number;
      readonly flags?: number;
    }
  | {
      readonly kind: 'mpls' /** 0..1048575, outermost first */;
      readonly labels: readonly number[];
      readonly ttl?: number;
    }
  | { readonly kind: 'ila'; readonly locator: string; readonly checksumMode?: number };

export interface NextHop {
  readonly via?: IpAddress;
  readonly dev?: string;
  /** 1..256 */
  readonly weight: number;
  readonly onlink: boolean;
  readonly encap?: Encapsulation;
  readonly realms?: Realms;
}

/** Realm numbers of the packet's source and destination. */
export interface Realms {
  readonly from?: number;
  readonly to: number;
}

export interface Route {
  readonly type: RouteType;
  readonly family: IpFamily;
  readonly destination: Prefix;
  /** IPv6: counts only for packets from there. */
  readonly from?: Prefix;
  readonly source?: IpAddress;
  readonly via?: IpAddress;
  readonly dev?: string;
  readonly table?: number;
  readonly vrf?: string;
  readonly metric?: number;
  readonly scope?: number;
  /** RTPROT_*; 18 is keepalived. */
  readonly protocol: number;
  readonly tos?: number;
  readonly onlink: boolean;
  readonly encap?: Encapsulation;
  /** Seconds. */
  readonly expires?: number;
  readonly metrics: Partial<Readonly<Record<RouteMetricName, RouteMetric>>>;
  readonly congestionControl?: { readonly name: string; readonly lock: boolean };
  readonly ecn: boolean;
  readonly quickAck?: boolean;
  readonly fastopenNoCookie?: boolean;
  readonly realms?: Realms;
  readonly preference?: 'low' | 'medium' | 'high' | number;
  readonly ttlPropagate?: boolean;
  readonly mode: 'add' | 'prepend' | 'append';
  readonly noTrack: boolean;
  readonly nextHops: readonly NextHop[];
  readonly at: SourceLocation;
}

export type RouteMetricName =
  | 'mtu'
  | 'hoplimit'
  | 'advmss'
  | 'rtt'
  | 'rttvar'
  | 'reordering'
  | 'window'
  | 'cwnd'
  | 'ssthresh'
  | 'rtoMin'
  | 'initcwnd'
  | 'initrwnd';

export interface StaticRoute extends Route {
  readonly trackGroup?: string;
}

export type RuleAction =
  | { readonly kind: 'table'; readonly table: number }
  | { readonly kind: 'goto'; readonly priority: number }
  | { readonly kind: 'l3mdev' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit' };

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Rule {
  readonly family: IpFamily;
  readonly action: RuleAction;
  /** Without one keepalived counts down from 16384 over all rules of the family. */
  readonly priority?: number;
  readonly invert: boolean;
  readonly from?: Prefix;
  readonly to?: Prefix;
  readonly iif?: string;
  readonly oif?: string;
  readonly fwmark?: { readonly mark: number; readonly mask?: number };
  readonly tos?: number;
  readonly uids?: Range;
  /** IPPROTO_* */
  readonly ipProtocol?: number;
  readonly sourcePorts?: Range;
  readonly destinationPorts?: Range;
  /** Decimal, up to 64 bits. */
  readonly tunnelId?: string;
  readonly protocol: number;
  readonly realms?: Realms;
  readonly suppressPrefixLength?: number;
  readonly suppressGroup?: number;
  readonly noTrack: boolean;
  readonly at: SourceLocation;
}

export interface StaticRule extends Rule {
  readonly trackGroup?: string;
}

/** garp_group: at most one gratuitous ARP (neighbour advertisement) in this time over all its interfaces. */
export interface GarpGroup {
  readonly garpInterval?: Millis;
  readonly gnaInterval?: Millis;
  readonly interfaces: readonly string[];
  readonly at: SourceLocation;
}
