// The option words inside the lines of value blocks: addresses, routes, rules, virtual server groups.
import { choice, flag, interfaceName, ip, ipPort, text, UINT32_MAX, uint, words } from '../grammar.ts';
import type { RowText } from '../row.ts';

/** Rows that are acted on, but for those named. */
const acted = (rows: readonly RowText[], ...left: readonly string[]): readonly RowText[] =>
  rows.map((row) => (left.includes(row.name) ? row : { ...row, acted: true }));

const everyAddress: readonly RowText[] = [
  {
    name: '<address>',
    grammar: words('IP[/PREFIX uint~ 0..32|128] first word of the line'),
    default: '/32, /128',
    help: 'one address a line, the first word; a bad prefix counts as the full length',
  },
  {
    name: 'dev',
    grammar: interfaceName,
    repeat: 'first',
    default: 'instance interface (static: default_interface)',
    help: 'interface of the address',
  },
  {
    name: 'scope',
    grammar: words('host link site nowhere global or number'),
    default: 'global',
    help: 'address scope',
  },
  {
    name: 'broadcast',
    grammar: words('IPv4 / + / -'),
    default: 'none',
    help: 'broadcast address (+ sets host bits, - clears them)',
  },
  { name: 'brd', grammar: words('IPv4 / + / -'), default: 'none', help: 'short form of broadcast' },
  { name: 'label', grammar: text('STR', 15), default: 'none', help: 'address label such as eth0:1' },
  { name: 'peer', grammar: words('IP[/PREFIX]'), repeat: 'first', default: 'none', help: 'point to point peer' },
  { name: 'home', grammar: flag, default: 'off', help: 'IFA_F_HOMEADDRESS' },
  { name: '-nodad', grammar: flag, default: 'off', help: 'clears the no-DAD flag' },
  { name: 'mngtmpaddr', grammar: flag, default: 'off', help: 'IFA_F_MANAGETEMPADDR' },
  { name: 'noprefixroute', grammar: flag, default: 'off', help: 'IFA_F_NOPREFIXROUTE' },
  { name: 'autojoin', grammar: flag, default: 'off', help: 'IFA_F_MCAUTOJOIN' },
  { name: 'no_track', grammar: flag, default: 'off', help: 'losing the address does not matter' },
  {
    name: 'preferred_lft',
    grammar: words('uint~[0..UINT32_MAX] / forever'),
    default: 'IPv6 /128: 0, else forever',
    help: 'preferred lifetime',
  },
];

export const addressOptions: readonly RowText[] = acted([
  ...everyAddress,
  { name: 'track_group', grammar: text('NAME'), repeat: 'first', default: 'none', help: 'instances that watch it' },
]);

export const vipOptions: readonly RowText[] = acted([
  ...everyAddress,
  { name: 'use_vmac', grammar: flag, default: 'off', help: 'put this address on a VMAC' },
]);

export const routeOptions: readonly RowText[] = acted(
  [
    {
      name: '<type and destination>',
      grammar: words(
        '[unicast local broadcast anycast multicast throw unreachable prohibit blackhole nat] IP[/PREFIX] / default',
        0,
      ),
      default: 'required',
      help: 'destination; a type word may come first',
    },
    { name: 'inet', grammar: words('swallows the next word too (trap)'), default: 'IPv4', help: 'force IPv4' },
    { name: 'inet6', grammar: words('swallows the next word too (trap)'), help: 'force IPv6' },
    { name: 'to', grammar: words('IP[/PREFIX]'), help: 'same as a bare destination' },
    { name: 'from', grammar: words('IPv6[/PREFIX]'), default: 'none', help: 'source prefix' },
    { name: 'src', grammar: ip, default: 'none', help: 'preferred source address' },
    { name: 'via', grammar: words('[inet|inet6] IP', 0), default: 'none', help: 'gateway' },
    { name: 'gw', grammar: words('[inet|inet6] IP', 0), help: 'deprecated name of via' },
    { name: 'or', grammar: ip, repeat: 'first', help: 'deprecated: second equal cost gateway' },
    { name: 'dev', grammar: interfaceName, default: 'none', help: 'output interface' },
    { name: 'oif', grammar: interfaceName, default: 'none', help: 'alias of dev' },
    { name: 'table', grammar: words('NUMBER or name'), default: 'main', help: 'routing table' },
    { name: 'vrf', grammar: interfaceName, default: 'none', help: 'table of that VRF' },
    { name: 'metric', grammar: uint(0, UINT32_MAX), default: 'none', help: 'metric' },
    { name: 'priority', grammar: uint(0, UINT32_MAX), default: 'none', help: 'alias of metric' },
    { name: 'preference', grammar: uint(0, UINT32_MAX), default: 'none', help: 'alias of metric' },
    { name: 'scope', grammar: words('NUMBER or name'), default: 'global', help: 'scope' },
    { name: 'protocol', grammar: words('NUMBER or name'), default: 'keepalived (18)', help: 'route protocol' },
    { name: 'tos', grammar: words('NUMBER or name'), default: 'none', help: 'TOS' },
    { name: 'dsfield', grammar: words('NUMBER or name'), default: 'none', help: 'alias of tos' },
    { name: 'onlink', grammar: flag, default: 'off', help: 'pretend the gateway is on link' },
    {
      name: 'encap',
      grammar: words('ip / ip6 / mpls / ila + parameters'),
      default: 'none',
      help: 'lightweight tunnel',
    },
    { name: 'expires', grammar: uint(0, Number.MAX_SAFE_INTEGER), default: 'none', help: 'lifetime' },
    { name: 'mtu', grammar: words('[lock] uint', 0), default: 'none', help: 'MTU' },
    { name: 'hoplimit', grammar: uint(0, 255), default: 'none', help: 'hop limit' },
    { name: 'advmss', grammar: words('[lock] uint', 0), default: 'none', help: 'advertised MSS' },
    { name: 'rtt', grammar: words('[lock] TIME (s, ms, secs or raw)', 0), default: 'none', help: 'initial RTT' },
    { name: 'rttvar', grammar: words('[lock] TIME', 0), default: 'none', help: 'RTT variance' },
    { name: 'reordering', grammar: words('[lock] uint', 0), default: 'none', help: 'reordering' },
    { name: 'window', grammar: uint(0, Number.MAX_SAFE_INTEGER), default: 'none', help: 'window clamp' },
    { name: 'cwnd', grammar: words('[lock] uint', 0), default: 'none', help: 'congestion window clamp' },
    { name: 'ssthresh', grammar: words('[lock] uint', 0), default: 'none', help: 'slow start threshold' },
    { name: 'realms', grammar: words('REALM[/REALM]'), default: 'none', help: 'realms' },
    { name: 'rto_min', grammar: words('[lock] TIME', 0), default: 'none', help: 'minimum RTO' },
    { name: 'initcwnd', grammar: uint(0, Number.MAX_SAFE_INTEGER), default: 'none', help: 'initial congestion window' },
    { name: 'initrwnd', grammar: uint(0, Number.MAX_SAFE_INTEGER), default: 'none', help: 'initial receive window' },
    { name: 'features', grammar: words('ecn'), repeat: 'adds', default: 'none', help: 'features' },
    { name: 'quickack', grammar: choice('0', '1'), default: 'none', help: 'quick ACK' },
    { name: 'congctl', grammar: words('[lock] NAME', 0), default: 'none', help: 'congestion control' },
    { name: 'pref', grammar: words('low medium high or uint'), default: 'none', help: 'router preference' },
    { name: 'ttl-propagate', grammar: choice('enabled', 'disabled'), default: 'none', help: 'MPLS TTL' },
    { name: 'fastopen_no_cookie', grammar: choice('0', '1'), default: 'none', help: 'TCP fast open without cookie' },
    { name: 'as', grammar: words('[to] X', 0), help: 'not supported' },
    { name: 'add', grammar: flag, default: 'prepend', help: 'like ip route add' },
    { name: 'prepend', grammar: flag, default: 'prepend', help: 'kernel default' },
    { name: 'append', grammar: flag, default: 'prepend', help: 'like ip route append' },
    { name: 'no_track', grammar: flag, default: 'off', help: 'losing the route does not matter' },
    {
      name: 'nexthop',
      grammar: words('[via [inet|inet6] IP] [dev IFNAME] [weight uint 1..256] [onlink] [encap ...] [realms R]', 0),
      repeat: 'adds',
      default: 'none',
      help: 'multipath',
    },
    { name: 'track_group', grammar: text('NAME'), repeat: 'first', default: 'none', help: 'instances that watch it' },
  ],
  'as',
);

export const ruleOptions: readonly RowText[] = acted([
  { name: 'inet', grammar: words('swallows the next word too (trap)'), default: 'IPv4', help: 'force IPv4' },
  { name: 'inet6', grammar: words('swallows the next word too (trap)'), help: 'force IPv6' },
  { name: 'not', grammar: flag, default: 'off', help: 'invert the match' },
  { name: 'from', grammar: words('IP[/PREFIX] / all / default'), default: 'none', help: 'source' },
  { name: 'to', grammar: words('IP[/PREFIX] / all / default'), default: 'none', help: 'destination' },
  { name: 'iif', grammar: interfaceName, default: 'none', help: 'input interface' },
  { name: 'dev', grammar: interfaceName, default: 'none', help: 'alias of iif' },
  { name: 'oif', grammar: interfaceName, default: 'none', help: 'output interface' },
  { name: 'fwmark', grammar: words('uint[/MASK] (any base)'), default: 'none', help: 'mark' },
  { name: 'tos', grammar: words('NUMBER or name'), default: 'none', help: 'TOS' },
  { name: 'dsfield', grammar: words('NUMBER or name'), default: 'none', help: 'alias of tos' },
  { name: 'uidrange', grammar: words('N-M'), default: 'none', help: 'user range' },
  { name: 'ipproto', grammar: words('NUMBER or name'), default: 'none', help: 'IP protocol' },
  { name: 'sport', grammar: words('N-M (a single port is rejected, trap)'), default: 'none', help: 'source ports' },
  {
    name: 'dport',
    grammar: words('N-M (a single port is rejected, trap)'),
    default: 'none',
    help: 'destination ports',
  },
  { name: 'tunnel-id', grammar: words('uint64'), default: 'none', help: 'tunnel id' },
  {
    name: 'priority',
    grammar: words('uint (any base)'),
    default: 'assigned downwards with an error',
    help: 'rule preference',
  },
  { name: 'preference', grammar: words('uint (any base)'), help: 'alias of priority' },
  { name: 'order', grammar: words('uint (any base)'), help: 'alias of priority' },
  { name: 'protocol', grammar: uint(0, 255), default: 'keepalived (18)', help: 'rule protocol' },
  { name: 'realms', grammar: words('REALM[/REALM]'), default: 'none', help: 'realms' },
  { name: 'suppress_prefixlength', grammar: uint(0, Number.MAX_SAFE_INTEGER), default: 'none', help: 'suppressor' },
  { name: 'sup_pl', grammar: uint(0, Number.MAX_SAFE_INTEGER), default: 'none', help: 'short form' },
  { name: 'suppress_ifgroup', grammar: words('GROUP'), default: 'none', help: 'suppressor' },
  { name: 'sup_group', grammar: words('GROUP'), default: 'none', help: 'short form' },
  {
    name: 'table',
    grammar: words('NUMBER or name (not 0)'),
    default: 'one action is required',
    help: 'action: look up the table',
  },
  { name: 'lookup', grammar: words('NUMBER or name (not 0)'), help: 'alias of table' },
  { name: 'l3mdev', grammar: flag, help: 'action: L3 master device' },
  { name: 'goto', grammar: words('uint (greater than preference)'), help: 'action: jump' },
  { name: 'nop', grammar: flag, help: 'action: nothing' },
  { name: 'type', grammar: words('action word'), help: 'may precede an action' },
  { name: 'blackhole', grammar: flag, help: 'action' },
  { name: 'unreachable', grammar: flag, help: 'action' },
  { name: 'prohibit', grammar: flag, help: 'action' },
  { name: 'no_track', grammar: flag, default: 'off', help: 'losing the rule does not matter' },
  { name: 'track_group', grammar: text('NAME'), repeat: 'first', default: 'none', help: 'instances that watch it' },
]);

export const serverGroupOptions: readonly RowText[] = [
  { name: '<address>', grammar: ipPort, repeat: 'adds', default: 'no port', help: 'one address', acted: true },
  {
    name: '<range>',
    grammar: words(
      'A.B.C.D-N [PORT] / A.B.C.D-E.F.G.H [PORT] / NET/LEN [PORT] (and IPv6; short form -HEX replaces the last 16 bits)',
    ),
    repeat: 'adds',
    help: 'address range',
    acted: true,
  },
  {
    name: 'fwmark',
    grammar: words('uint~[0..UINT32_MAX] [inet|inet6]'),
    repeat: 'adds',
    help: 'firewall mark',
    acted: true,
  },
];
