// bfd_instance: one BFD session.
import { bool, flag, int, ip, milliseconds, uint, weight } from '../grammar.ts';
import { block } from '../row.ts';

export const bfdInstanceRows = block('bfd_instance', [
  { name: 'neighbor_ip', grammar: ip, default: 'required', help: 'address of the neighbour', acted: true },
  {
    name: 'neighbour_ip',
    grammar: ip,
    default: 'required',
    help: 'British spelling of neighbor_ip',
    aliasOf: 'neighbor_ip',
    acted: true,
  },
  { name: 'source_ip', grammar: ip, default: 'none', help: 'local address', acted: true },
  {
    name: 'min_rx',
    grammar: milliseconds(1, 4_294_967),
    default: '10',
    help: 'required receive interval',
    acted: true,
  },
  { name: 'min_tx', grammar: milliseconds(1, 4_294_967), default: '10', help: 'desired send interval', acted: true },
  {
    name: 'idle_tx',
    grammar: milliseconds(1000, 4_294_967),
    default: '1000',
    help: 'send interval while down',
    acted: true,
  },
  { name: 'multiplier', grammar: uint(1, 255), default: '5', help: 'missed packets before down', acted: true },
  { name: 'passive', grammar: flag, default: 'off', help: 'wait for the neighbour to start', acted: true },
  { name: 'ttl', grammar: uint(1, 255), default: '255 IPv4, 64 IPv6', help: 'TTL of sent packets', acted: true },
  { name: 'hoplimit', grammar: uint(1, 255), default: '64', help: 'alias of ttl', aliasOf: 'ttl', acted: true },
  {
    name: 'max_hops',
    grammar: int(-1, 255),
    default: '0',
    help: 'largest accepted loss of TTL/hop limit; 255 = no check',
    acted: true,
  },
  { name: 'multihop', grammar: bool, default: 'off', help: 'use port 4784 instead of 3784', acted: true },
  { name: 'weight', grammar: weight(253), default: '0', help: 'priority change in tracking instances', acted: true },
  { name: 'vrrp', grammar: flag, default: 'both', help: 'report events to the vrrp child only', acted: true },
  { name: 'checker', grammar: flag, default: 'both', help: 'report events to the checker child only', acted: true },
]);
