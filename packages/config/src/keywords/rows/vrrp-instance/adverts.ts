// vrrp_instance: where adverts go, and when.
import { bool, flag, ip, UINT32_MAX, uint, words } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const advertPaths: readonly RowText[] = [
  {
    name: 'track_src_ip',
    grammar: flag,
    default: 'off',
    help: 'fault when the source address is missing',
    acted: true,
  },
  {
    name: 'mcast_src_ip',
    grammar: ip,
    default: 'primary address of the interface',
    help: 'source of adverts',
    acted: true,
  },
  {
    name: 'unicast_src_ip',
    grammar: ip,
    default: 'primary address of the interface',
    help: 'same setting as mcast_src_ip, also marks the instance unicast',
    acted: true,
  },
  { name: 'mcast_dst_ip', grammar: ip, default: 'vrrp_mcast_group4/6', help: 'destination of adverts', acted: true },
  {
    name: 'unicast_peer',
    grammar: flag,
    body: 'lines',
    help: 'peers; a TTL bound turns on the source check',
    acted: true,
  },
  {
    name: 'unicast_fault_no_peer',
    grammar: flag,
    default: 'off',
    help: 'no peers = fault instead of multicast',
    acted: true,
  },
  {
    name: 'unicast_ttl',
    grammar: uint(0, 255),
    default: '255 for IPv4, kernel value for IPv6',
    help: 'TTL/hop limit of unicast adverts',
    acted: true,
  },
  {
    name: 'check_unicast_src',
    grammar: flag,
    default: 'off',
    help: 'drop adverts from senders that are not peers',
    acted: true,
  },
  {
    name: 'old_unicast_checksum',
    grammar: words('[never]', 0),
    default: 'detect',
    help: 'checksum bug compatibility for v3 unicast',
    acted: true,
  },
  {
    name: 'v3_checksum_as_v2',
    grammar: bool,
    default: 'global setting',
    help: 'no pseudo header in the v3 IPv4 checksum',
    acted: true,
  },
  {
    name: 'native_ipv6',
    grammar: flag,
    default: 'off',
    help: 'deprecated; sets IPv6 and version 3',
    deprecated: 'version 3',
  },
];

export const advertTimes: readonly RowText[] = [
  {
    name: 'down_timer_adverts',
    grammar: uint(1, 100),
    default: 'vrrp_down_timer_adverts',
    help: 'advert intervals before master is down',
    acted: true,
  },
  {
    name: 'timer_expired_backup',
    grammar: uint(1, 254, { absent: 254 }),
    default: 'off; no argument = 254',
    help: 'go backup after having been scheduled too late',
    acted: true,
  },
  {
    name: 'thread_timer_expired',
    grammar: uint(1, 254, { absent: 254 }),
    help: 'deprecated spelling of timer_expired_backup',
    aliasOf: 'timer_expired_backup',
    deprecated: 'timer_expired_backup',
    acted: true,
  },
  {
    name: 'lower_prio_no_advert',
    grammar: bool,
    default: 'global (on when strict)',
    help: 'as the global keyword',
    acted: true,
  },
  {
    name: 'higher_prio_send_advert',
    grammar: bool,
    default: 'global (off when strict)',
    help: 'as the global keyword',
    acted: true,
  },
  {
    name: 'owner_ignore_adverts',
    grammar: bool,
    default: 'global (on when strict and 255)',
    help: 'only for priority 255',
    acted: true,
  },
  {
    name: 'kernel_rx_buf_size',
    grammar: uint(0, UINT32_MAX),
    default: 'global policy',
    help: "receive buffer of this instance's socket",
    acted: true,
  },
];
