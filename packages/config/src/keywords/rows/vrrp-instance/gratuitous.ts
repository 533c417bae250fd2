// vrrp_instance: gratuitous ARP and neighbour advertisements.
import { INT32_MAX, UINT32_MAX, uint, words } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const gratuitous: readonly RowText[] = [
  {
    name: 'garp_master_delay',
    grammar: uint(0, 4294, { unit: 's' }),
    default: 'vrrp_garp_master_delay',
    help: 'as the global keyword',
    acted: true,
  },
  {
    name: 'garp_master_repeat',
    grammar: uint(0, UINT32_MAX),
    default: 'vrrp_garp_master_repeat',
    help: 'as the global keyword',
    acted: true,
  },
  {
    name: 'garp_master_refresh',
    grammar: uint(0, UINT32_MAX, { unit: 's' }),
    default: 'vrrp_garp_master_refresh',
    help: 'as the global keyword',
    acted: true,
  },
  {
    name: 'garp_master_refresh_repeat',
    grammar: uint(0, UINT32_MAX),
    default: 'vrrp_garp_master_refresh_repeat',
    help: 'as the global keyword',
    acted: true,
  },
  {
    name: 'garp_lower_prio_delay',
    grammar: uint(0, 4294, { unit: 's' }),
    default: 'vrrp_garp_lower_prio_delay (0 when strict)',
    help: 'as the global keyword',
    acted: true,
  },
  {
    name: 'garp_lower_prio_repeat',
    grammar: uint(0, INT32_MAX),
    default: 'vrrp_garp_lower_prio_repeat (0 when strict)',
    help: 'as the global keyword',
    acted: true,
  },
  {
    name: 'garp_extra_if',
    grammar: words('[all] uint~[0..86400] s', 0),
    default: 'vrrp_garp_extra_if',
    help: '0 turns it off',
    acted: true,
  },
  {
    name: 'vmac_garp_intvl',
    grammar: words('[all] uint~[0..86400] s', 0),
    help: 'deprecated spelling of garp_extra_if (config error reported)',
    aliasOf: 'garp_extra_if',
    deprecated: 'garp_extra_if',
    acted: true,
  },
];
