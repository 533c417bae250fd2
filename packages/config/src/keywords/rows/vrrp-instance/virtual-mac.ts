// vrrp_instance: addresses on an interface with a MAC of their own.
import { flag, words } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const virtualMac: readonly RowText[] = [
  {
    name: 'use_vmac',
    repeat: 'adds',
    grammar: words('[[name] IFNAME] [MAC of 5 or 6 octets] [netlink_notify_msg] [group GROUP] in any order', 0),
    default: 'off; name vrrp.VRID',
    help: 'run on a macvlan with the virtual MAC; a group by its number, netlink_notify_msg has no effect',
    acted: true,
  },
  { name: 'use_vmac_addr', grammar: flag, default: 'off', help: 'macvlans for VIPs on other interfaces', acted: true },
  { name: 'vmac_xmit_base', grammar: flag, default: 'off', help: 'adverts leave by the parent interface', acted: true },
  {
    name: 'use_ipvlan',
    grammar: words('[[name] IFNAME] [IP] [bridge|private|vepa] [group GROUP] in any order', 0),
    repeat: 'first',
    default: 'off; bridge',
    help: 'run on an ipvlan',
    acted: true,
  },
];
