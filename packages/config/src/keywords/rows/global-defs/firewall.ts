// global_defs: the firewall rules that keep virtual addresses quiet.
import { flag, INT32_MAX, int, optionalText, UINT32_MAX, uint, words } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const firewall: readonly RowText[] = [
  {
    name: 'vrrp_iptables',
    grammar: words('[INCHAIN [OUTCHAIN]] (max 27 characters each, must differ)', 0),
    repeat: 'first',
    default: 'unset; no argument = INPUT OUTPUT',
    help: 'use iptables for no_accept/VMAC filtering; in a build with nftables only: error and nftables is used',
    acted: true,
  },
  {
    name: 'vrrp_ipsets',
    grammar: words('[ADDR [ADDR6 [IF6 [IGMP [MLD [ND]]]]]] (max 30 characters each, all different)', 0),
    default:
      'keepalived, keepalived6, keepalived_if6, keepalived_igmp, keepalived_mld, keepalived_nd; no argument = no ipsets',
    help: 'ipset names; omitted ones are derived from earlier ones (nftables has sets of its own: without effect)',
    acted: true,
  },
  {
    name: 'nftables',
    grammar: optionalText('TABLE'),
    repeat: 'first',
    default: 'unset; no argument = keepalived',
    help: 'use nftables with this table name',
    acted: true,
  },
  {
    name: 'nftables_priority',
    grammar: int(-INT32_MAX - 1, INT32_MAX),
    default: '-1',
    help: 'priority of the base chains',
    acted: true,
  },
  {
    name: 'nftables_ifindex',
    grammar: flag,
    default: 'off',
    help: 'IPv6 link-local sets keyed by interface index (they always are)',
    acted: true,
  },
  { name: 'nftables_counters', grammar: flag, default: 'off', help: 'put counters in the rules', acted: true },
  {
    name: 'nftables_ipvs',
    grammar: optionalText('TABLE'),
    repeat: 'first',
    default: 'unset; no argument = keepalived_ipvs',
    help: 'one fwmark per virtual_server_group through nftables',
    acted: true,
  },
  {
    name: 'nftables_ipvs_priority',
    grammar: int(-INT32_MAX - 1, INT32_MAX),
    default: '-1',
    help: 'chain priority for that table',
    acted: true,
  },
  {
    name: 'nftables_ipvs_start_fwmark',
    grammar: uint(1, UINT32_MAX),
    default: '1000',
    help: 'first fwmark handed out',
    acted: true,
  },
];
