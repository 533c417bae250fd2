// Routes and rules of the typed configuration in the words of keepalived.conf: names resolved to numbers, defaults left out.
import { formatIp, type IpAddress } from '../address.ts';
import type {
  Encapsulation,
  NextHop,
  Prefix,
  Range,
  Realms,
  RouteMetric,
  RouteMetricName,
  RuleAction,
  StaticRoute,
  StaticRule,
} from '../model.ts';

/** RTPROT_KEEPALIVED, which is not written. */
const KEEPALIVED = 18;

/** One line of static_routes or virtual_routes. */
export const routeWords = (route: StaticRoute): string =>
  line(
    route.type === 'unicast' ? undefined : route.type,
    prefixWords(route.destination),
    option('from', route.from && prefixWords(route.from)),
    option('src', route.source && formatIp(route.source)),
    route.via && viaWords(route.via, route.family),
    option('dev', route.dev),
    option('table', route.table),
    option('vrf', route.vrf),
    option('metric', route.metric),
    option('scope', route.scope),
    option('protocol', route.protocol === KEEPALIVED ? undefined : route.protocol),
    option('tos', route.tos === undefined ? undefined : hex(route.tos)),
    route.onlink ? 'onlink' : undefined,
    route.encap && encapWords(route.encap),
    option('expires', route.expires),
    ...METRICS.map(([name, word]) => metricWords(word, route.metrics[name], TIMES.has(name))),
    route.congestionControl && `congctl ${route.congestionControl.lock ? 'lock ' : ''}${route.congestionControl.name}`,
    route.ecn ? 'features ecn' : undefined,
    option('quickack', bit(route.quickAck)),
    option('fastopen_no_cookie', bit(route.fastopenNoCookie)),
    option('realms', route.realms && realmsWords(route.realms)),
    option('pref', route.preference),
    option('ttl-propagate', route.ttlPropagate === undefined ? undefined : route.ttlPropagate ? 'enabled' : 'disabled'),
    route.mode === 'prepend' ? undefined : route.mode,
    route.noTrack ? 'no_track' : undefined,
    option('track_group', route.trackGroup),
    ...route.nextHops.map((hop) => nextHopWords(hop, route.family)),
  );

/** One line of static_rules or virtual_rules. */
export const ruleWords = (rule: StaticRule): string =>
  line(
    rule.family === 6 && rule.from === undefined && rule.to === undefined ? 'inet6' : undefined,
    rule.invert ? 'not' : undefined,
    option('from', rule.from && prefixWords(rule.from)),
    option('to', rule.to && prefixWords(rule.to)),
    option('iif', rule.iif),
    option('oif', rule.oif),
    option('fwmark', rule.fwmark && [rule.fwmark.mark, rule.fwmark.mask].filter((one) => one !== undefined).join('/')),
    option('tos', rule.tos === undefined ? undefined : hex(rule.tos)),
    option('uidrange', rangeWords(rule.uids)),
    option('ipproto', rule.ipProtocol),
    option('sport', rangeWords(rule.sourcePorts)),
    option('dport', rangeWords(rule.destinationPorts)),
    option('tunnel-id', rule.tunnelId),
    option('priority', rule.priority),
    option('protocol', rule.protocol === KEEPALIVED ? undefined : rule.protocol),
    option('realms', rule.realms && realmsWords(rule.realms)),
    option('suppress_prefixlength', rule.suppressPrefixLength),
    option('suppress_ifgroup', rule.suppressGroup),
    actionWords(rule.action),
    rule.noTrack ? 'no_track' : undefined,
    option('track_group', rule.trackGroup),
  );

const line = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join(' ');

const option = (word: string, value: string | number | undefined): string | undefined =>
  value === undefined ? undefined : `${word} ${value}`;

const prefixWords = ({ address, prefixLength }: Prefix): string => `${formatIp(address)}/${prefixLength}`;
const realmsWords = ({ from, to }: Realms): string => (from === undefined ? `${to}` : `${from}/${to}`);
const rangeWords = (range: Range | undefined): string | undefined => range && `${range.from}-${range.to}`;
const bit = (value: boolean | undefined): number | undefined => (value === undefined ? undefined : Number(value));
const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

const viaWords = (via: IpAddress, family: number): string =>
  `via ${via.family === family ? '' : `inet${via.family === 6 ? '6' : ''} `}${formatIp(via)}`;

const METRICS: readonly (readonly [RouteMetricName, string])[] = [
  ['mtu', 'mtu'],
  ['hoplimit', 'hoplimit'],
  ['advmss', 'advmss'],
  ['rtt', 'rtt'],
  ['rttvar', 'rttvar'],
  ['reordering', 'reordering'],
  ['window', 'window'],
  ['cwnd', 'cwnd'],
  ['ssthresh', 'ssthresh'],
  ['rtoMin', 'rto_min'],
  ['initcwnd', 'initcwnd'],
  ['initrwnd', 'initrwnd'],
];
const TIMES: ReadonlySet<RouteMetricName> = new Set(['rtt', 'rttvar', 'rtoMin']);

const metricWords = (word: string, metric: RouteMetric | undefined, time: boolean): string | undefined =>
  metric && `${word} ${metric.lock ? 'lock ' : ''}${metric.value}${time ? 'ms' : ''}`;

const nextHopWords = ({ via, dev, weight, onlink, encap, realms }: NextHop, family: number): string =>
  line(
    'nexthop',
    via && viaWords(via, family),
    option('dev', dev),
    option('weight', weight === 1 ? undefined : weight),
    onlink ? 'onlink' : undefined,
    encap && encapWords(encap),
    option('realms', realms && realmsWords(realms)),
  );

const CHECKSUM_MODES = ['adj-transport', 'neutral-map', 'no-action', 'neutral-map-auto'];

const encapWords = (encap: Encapsulation): string => {
  switch (encap.kind) {
    case 'ip':
    case 'ip6':
      return line(
        `encap ${encap.kind}`,
        option('id', encap.id),
        option('dst', encap.destination && formatIp(encap.destination)),
        option('src', encap.source && formatIp(encap.source)),
        option('tos', encap.tos === undefined ? undefined : hex(encap.tos)),
        option(encap.kind === 'ip' ? 'ttl' : 'hoplimit', encap.ttl),
        option('flags', encap.flags),
      );
    case 'mpls':
      return line(`encap mpls ${encap.labels.join('/')}`, option('ttl', encap.ttl));
    case 'ila':
      return line(
        `encap ila ${encap.locator}`,
        option('csum-mode', encap.checksumMode === undefined ? undefined : CHECKSUM_MODES[encap.checksumMode]),
      );
  }
};

const actionWords = (action: RuleAction): string => {
  switch (action.kind) {
    case 'table':
      return `table ${action.table}`;
    case 'goto':
      return `goto ${action.priority}`;
    case 'l3mdev':
    case 'nop':
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
      return action.kind;
  }
};
