// The schema of the configuration: addresses, routes and rules.
import * as z from 'zod';
import { family, ip, millis, sourceLocation } from './common.ts';

export const prefix = z
  .object({ address: ip, prefixLength: z.number() })
  .meta({ id: 'Prefix', description: 'A network; 0.0.0.0/0 and ::/0 are the default.' });

export const virtualAddress = z
  .object({
    address: ip,
    prefixLength: z.int().min(0).max(128).describe('0..32 or 0..128'),
    dev: z.string().exactOptional().describe("Interface other than the instance's own."),
    label: z.string().exactOptional(),
    scope: z.number().exactOptional(),
    broadcast: ip.exactOptional(),
    peer: prefix.exactOptional(),
    home: z.boolean().exactOptional(),
    dad: z.boolean().exactOptional().describe('Duplicate address detection stays on.'),
    mngtmpaddr: z.boolean().exactOptional(),
    noprefixroute: z.boolean().exactOptional(),
    autojoin: z.boolean().exactOptional(),
    noTrack: z.boolean().exactOptional().describe('Losing the address does not matter.'),
    preferredLifetime: z
      .union([z.number(), z.literal('forever')])
      .exactOptional()
      .describe('Seconds, or forever; absent = 0 for an IPv6 /128, else forever.'),
    useVmac: z.boolean().exactOptional().describe('Put on a macvlan of its own.'),
    at: sourceLocation,
  })
  .meta({ id: 'VirtualAddress' });

export const staticAddress = virtualAddress
  .extend({
    trackGroup: z
      .string()
      .exactOptional()
      .describe('The instances of this track_group go to fault without the address.'),
  })
  .meta({ id: 'StaticAddress', description: 'static_ipaddress: set at start, whatever VRRP does.' });

export const routeType = z
  .enum([
    'unicast',
    'local',
    'broadcast',
    'anycast',
    'multicast',
    'blackhole',
    'unreachable',
    'prohibit',
    'throw',
    'nat',
  ])
  .meta({ id: 'RouteType', description: 'RTN_* of the kernel, by name.' });

export const routeMetric = z
  .object({ value: z.number().describe('Milliseconds for rtt, rttvar and rtoMin.'), lock: z.boolean() })
  .meta({
    id: 'RouteMetric',
    description: 'A metric of a route (RTAX_*); `lock`: the kernel does not change it by itself.',
  });

export const encapsulation = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.enum(['ip', 'ip6']),
      id: z.string().exactOptional(),
      destination: ip.exactOptional(),
      source: ip.exactOptional(),
      tos: z.number().exactOptional(),
      ttl: z.number().exactOptional(),
      flags: z.number().exactOptional(),
    }),
    z.object({ kind: z.literal('mpls'), labels: z.array(z.number()).readonly(), ttl: z.number().exactOptional() }),
    z.object({ kind: z.literal('ila'), locator: z.string(), checksumMode: z.number().exactOptional() }),
  ])
  .meta({
    id: 'Encapsulation',
    description: 'Lightweight tunnels; 64-bit numbers are decimal text, so that a Config stays plain data.',
  });

export const realms = z
  .object({ from: z.number().exactOptional(), to: z.number() })
  .meta({ id: 'Realms', description: "Realm numbers of the packet's source and destination." });

export const nextHop = z
  .object({
    via: ip.exactOptional(),
    dev: z.string().exactOptional(),
    weight: z.int().min(1).max(256).describe('1..256'),
    onlink: z.boolean(),
    encap: encapsulation.exactOptional(),
    realms: realms.exactOptional(),
  })
  .meta({ id: 'NextHop' });

export const routeMetricName = z
  .enum([
    'mtu',
    'hoplimit',
    'advmss',
    'rtt',
    'rttvar',
    'reordering',
    'window',
    'cwnd',
    'ssthresh',
    'rtoMin',
    'initcwnd',
    'initrwnd',
  ])
  .meta({ id: 'RouteMetricName' });

export const route = z
  .object({
    type: routeType,
    family: family,
    destination: prefix,
    from: prefix.exactOptional().describe('IPv6: counts only for packets from there.'),
    source: ip.exactOptional(),
    via: ip.exactOptional(),
    dev: z.string().exactOptional(),
    table: z.number().exactOptional(),
    vrf: z.string().exactOptional(),
    metric: z.number().exactOptional(),
    scope: z.number().exactOptional(),
    protocol: z.number().describe('RTPROT_*; 18 is keepalived.'),
    tos: z.number().exactOptional(),
    onlink: z.boolean(),
    encap: encapsulation.exactOptional(),
    expires: z.number().exactOptional().describe('Seconds.'),
    metrics: z.partialRecord(routeMetricName, routeMetric),
    congestionControl: z.object({ name: z.string(), lock: z.boolean() }).exactOptional(),
    ecn: z.boolean(),
    quickAck: z.boolean().exactOptional(),
    fastopenNoCookie: z.boolean().exactOptional(),
    realms: realms.exactOptional(),
    preference: z.union([z.literal('low'), z.literal('medium'), z.literal('high'), z.number()]).exactOptional(),
    ttlPropagate: z.boolean().exactOptional(),
    mode: z.enum(['add', 'prepend', 'append']),
    noTrack: z.boolean(),
    nextHops: z.array(nextHop).readonly(),
    at: sourceLocation,
  })
  .meta({ id: 'Route' });

export const staticRoute = route.extend({ trackGroup: z.string().exactOptional() }).meta({ id: 'StaticRoute' });

export const ruleAction = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('table'), table: z.number() }),
    z.object({ kind: z.literal('goto'), priority: z.number() }),
    z.object({ kind: z.enum(['l3mdev', 'nop', 'blackhole', 'unreachable', 'prohibit']) }),
  ])
  .meta({ id: 'RuleAction' });

export const range = z.object({ from: z.number(), to: z.number() }).meta({ id: 'Range' });

export const rule = z
  .object({
    family: family,
    action: ruleAction,
    priority: z
      .number()
      .exactOptional()
      .describe('Without one keepalived counts down from 16384 over all rules of the family.'),
    invert: z.boolean(),
    from: prefix.exactOptional(),
    to: prefix.exactOptional(),
    iif: z.string().exactOptional(),
    oif: z.string().exactOptional(),
    fwmark: z.object({ mark: z.number(), mask: z.number().exactOptional() }).exactOptional(),
    tos: z.number().exactOptional(),
    uids: range.exactOptional(),
    ipProtocol: z.number().exactOptional().describe('IPPROTO_*'),
    sourcePorts: range.exactOptional(),
    destinationPorts: range.exactOptional(),
    tunnelId: z.string().exactOptional().describe('Decimal, up to 64 bits.'),
    protocol: z.number(),
    realms: realms.exactOptional(),
    suppressPrefixLength: z.number().exactOptional(),
    suppressGroup: z.number().exactOptional(),
    noTrack: z.boolean(),
    at: sourceLocation,
  })
  .meta({ id: 'Rule' });

export const staticRule = rule.extend({ trackGroup: z.string().exactOptional() }).meta({ id: 'StaticRule' });

export const garpGroup = z
  .object({
    garpInterval: millis.exactOptional(),
    gnaInterval: millis.exactOptional(),
    interfaces: z.array(z.string()).readonly(),
    at: sourceLocation,
  })
  .meta({
    id: 'GarpGroup',
    description:
      'garp_group: at most one gratuitous ARP (neighbour advertisement) in this time over all its interfaces.',
  });
