// vrrp_instance: what it is, what it is called on the wire, and what it owns.
import { choice, flag, int, interfaceName, seconds, uint } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const identity: readonly RowText[] = [
  {
    name: 'state',
    grammar: choice('MASTER', 'BACKUP'),
    default: 'BACKUP, or MASTER when priority is 255',
    help: 'initial state',
    acted: true,
  },
  {
    name: 'interface',
    grammar: interfaceName,
    default: 'required unless unicast without interface',
    help: 'interface of the adverts',
    acted: true,
  },
  {
    name: 'vrf',
    grammar: interfaceName,
    repeat: 'first',
    default: 'none',
    help: 'VRF for unicast without interface',
    acted: true,
  },
  { name: 'virtual_router_id', grammar: uint(1, 255), default: 'required', help: 'VRID', acted: true },
  {
    name: 'priority',
    grammar: uint(1, 255),
    default: '100 (255 when state MASTER and none given)',
    help: '255 = address owner',
    acted: true,
  },
  {
    name: 'advert_int',
    grammar: seconds(0.01, 255),
    default: '1',
    help: 'v2: rounded to whole seconds; v3: rounded to 0.01, at most 40.95',
    acted: true,
  },
  {
    name: 'version',
    grammar: int(2, 3),
    repeat: 'first-if-other',
    default: 'vrrp_version, 3 for IPv6',
    help: 'protocol version',
    acted: true,
  },
  {
    name: 'authentication',
    grammar: flag,
    body: 'keywords',
    help: 'legacy VRRPv2 authentication; dropped for v3 or strict',
    acted: true,
  },
  {
    name: 'auth_hmac',
    grammar: flag,
    body: 'keywords',
    help: 'HMAC-SHA256 trailer (new in 2.4); drops the legacy authentication',
    acted: true,
  },
];

export const owned: readonly RowText[] = [
  {
    name: 'virtual_ipaddress',
    grammar: flag,
    body: 'lines',
    help: 'VIPs that are advertised; all of one family; the rest of the options as for static_ipaddress',
    acted: true,
  },
  {
    name: 'virtual_ipaddress_excluded',
    grammar: flag,
    body: 'lines',
    help: 'VIPs that are not advertised; may be of either family',
    acted: true,
  },
  {
    name: 'no_virtual_ipaddress',
    grammar: flag,
    default: 'off',
    help: 'allow an instance without VIP (not with strict)',
    acted: true,
  },
  { name: 'virtual_routes', grammar: flag, body: 'lines', help: 'routes set while master', acted: true },
  { name: 'virtual_rules', grammar: flag, body: 'lines', help: 'policy rules set while master', acted: true },
];

export const others: readonly RowText[] = [
  {
    name: 'lvs_sync_daemon_interface',
    grammar: interfaceName,
    repeat: 'first',
    help: 'deprecated; use the global lvs_sync_daemon',
    deprecated: 'lvs_sync_daemon in global_defs',
    acted: true,
  },
  // Not a keyword of keepalived, but a spelling that stands in files in use.
  {
    name: 'lvs_sync_daemon_inteface',
    grammar: interfaceName,
    repeat: 'first',
    help: 'misspelling of lvs_sync_daemon_interface',
    aliasOf: 'lvs_sync_daemon_interface',
    deprecated: 'lvs_sync_daemon in global_defs',
    acted: true,
  },
  {
    name: 'linkbeat_use_polling',
    grammar: flag,
    default: 'off',
    help: 'deprecated; use linkbeat_interfaces',
    deprecated: 'linkbeat_interfaces at the top level',
    acted: true,
  },
  { name: 'debug', grammar: uint(0, 4), default: '0', help: 'accepted, no effect' },
];
