// vrrp_instance: what its priority depends on.
import { flag } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const tracking: readonly RowText[] = [
  {
    name: 'track_interface',
    grammar: flag,
    body: 'lines',
    default: 'weight 0 = fault',
    help: 'interfaces to watch (own one is implied)',
    acted: true,
  },
  {
    name: 'track_script',
    grammar: flag,
    body: 'lines',
    default: 'weight of the vrrp_script',
    help: 'scripts to watch',
    acted: true,
  },
  {
    name: 'track_file',
    grammar: flag,
    body: 'lines',
    default: 'weight of the track_file',
    help: 'files to watch',
    acted: true,
  },
  {
    name: 'track_process',
    grammar: flag,
    body: 'lines',
    default: 'weight of the vrrp_track_process',
    help: 'processes to watch',
    acted: true,
  },
  {
    name: 'track_bfd',
    grammar: flag,
    body: 'lines',
    default: 'weight of the bfd_instance',
    help: 'BFD sessions to watch',
    acted: true,
  },
  {
    name: 'dont_track_primary',
    grammar: flag,
    default: 'off',
    help: 'ignore faults of the own interface',
    acted: true,
  },
];
