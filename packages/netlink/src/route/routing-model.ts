// IP routes and policy rules in nouns: one form for what is asked of the kernel and for what it lists.
import type { IpAddress, IpFamily } from '@vipward/config/address';
import type { IfIndex } from './model.ts';

/** 0.0.0.0/0 and ::/0 are everything. */
export interface Network {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

export interface IpRoute {
  readonly family: IpFamily;
  readonly destination: Network;
  /** IPv6: only packets from there. */
  readonly from?: Network;
  /** RTN_*: 1 is unicast. */
  readonly type: number;
  /** Beyond 255 too. */
  readonly table: number;
  /** RTPROT_*: who put it there. */
  readonly protocol: number;
  /** RT_SCOPE_*; IPv6 has none but 0. */
  readonly scope: number;
  readonly tos: number;
  /** Lower wins; the kernel makes 1024 of an absent or 0 one in IPv6. */
  readonly priority?: number;
  /** Preferred source address. */
  readonly source?: IpAddress;
  /** None for what is dropped; several share the traffic by weight. */
  readonly hops: readonly RouteHop[];
  readonly metrics?: RouteMetrics;
  /** Realms, from * 65536 + to. Of a route with several hops each hop has its own. */
  readonly flow?: number;
  /** Seconds that are left; IPv6. */
  readonly expires?: number;
  /** RFC 4191: 0 medium, 1 high, 3 low; IPv6. */
  readonly preference?: number;
  readonly ttlPropagate?: boolean;
}

export interface RouteHop {
  /** Of the other family it is RTA_VIA (IPv4 routes by IPv6 gateways, Linux 5.2). */
  readonly via?: IpAddress;
  readonly ifIndex?: IfIndex;
  /** 1..256, counts only beside other hops. */
  readonly weight: number;
  /** The gateway counts as reachable, whatever the addresses of the interface say. */
  readonly onlink: boolean;
  readonly encap?: RouteEncap;
  readonly flow?: number;
}

/** RTAX_*, in the units of the kernel: rtt and rttvar in eighths and quarters of a millisecond, rtoMin in ms. */
export interface RouteMetrics {
  /** Bit n: the kernel leaves metric n alone (1 << RTAX_*). */
  readonly lock?: number;
  readonly mtu?: number;
  readonly window?: number;
  readonly rtt?: number;
  readonly rttvar?: number;
  readonly ssthresh?: number;
  readonly cwnd?: number;
  readonly advmss?: number;
  readonly reordering?: number;
  readonly hoplimit?: number;
  readonly initcwnd?: number;
  /** RTAX_FEATURE_*: 1 is ECN. */
  readonly features?: number;
  readonly rtoMin?: number;
  readonly initrwnd?: number;
  readonly quickAck?: number;
  readonly congestion?: string;
  readonly fastopenNoCookie?: number;
}

/** A lightweight tunnel (LWTUNNEL_ENCAP_*). */
export type RouteEncap =
  | {
      readonly kind: 'ip' | 'ip6';
      readonly id?: bigint;
      readonly destination?: IpAddress;
      readonly source?: IpAddress;
      readonly ttl?: number;
      readonly tos?: number;
      readonly flags?: number;
    }
  /** Labels 0..1048575, outermost first. */
  | { readonly kind: 'mpls'; readonly labels: readonly number[]; readonly ttl?: number }
  | { readonly kind: 'ila'; readonly locator: bigint; readonly checksumMode?: number }
  /** What this package does not read: the bytes of RTA_ENCAP. */
  | { readonly kind: 'other'; readonly type: number; readonly bytes: Uint8Array };

export type IpRuleAction =
  | { readonly kind: 'table'; readonly table: number }
  | { readonly kind: 'goto'; readonly priority: number }
  | { readonly kind: 'l3mdev' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit' };

export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

export interface IpRule {
  readonly family: IpFamily;
  readonly action: IpRuleAction;
  readonly priority: number;
  readonly invert: boolean;
  readonly from?: Network;
  readonly to?: Network;
  readonly iif?: string;
  readonly oif?: string;
  readonly fwmark?: { readonly mark: number; readonly mask: number };
  readonly tos: number;
  readonly uids?: NumberRange;
  readonly ipProtocol?: number;
  readonly sourcePorts?: NumberRange;
  readonly destinationPorts?: NumberRange;
  readonly tunnelId?: bigint;
  /** RTPROT_*: who put it there; 0 = not said. */
  readonly protocol: number;
  /** Realms, as of a route. */
  readonly flow?: number;
  readonly suppressPrefixLength?: number;
  readonly suppressGroup?: number;
}

/** Which place a route takes among those to the same network: behind, before, or only when there is none. */
export type RoutePlace = 'append' | 'prepend' | 'add';
