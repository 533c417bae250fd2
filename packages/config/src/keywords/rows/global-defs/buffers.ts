// global_defs: receive buffers of netlink and VRRP sockets.
import { bool, UINT32_MAX, uint, words } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const netlinkBuffers: readonly RowText[] = [
  {
    name: 'vrrp_netlink_cmd_rcv_bufs',
    grammar: uint(0, UINT32_MAX, { unit: 'bytes' }),
    default: 'system',
    help: 'receive buffer',
    acted: true,
  },
  {
    name: 'vrrp_netlink_cmd_rcv_bufs_force',
    grammar: bool,
    default: 'off',
    help: 'use SO_RCVBUFFORCE for it',
    acted: true,
  },
  {
    name: 'vrrp_netlink_monitor_rcv_bufs',
    grammar: uint(0, UINT32_MAX, { unit: 'bytes' }),
    default: 'system',
    help: 'receive buffer',
    acted: true,
  },
  {
    name: 'vrrp_netlink_monitor_rcv_bufs_force',
    grammar: bool,
    default: 'off',
    help: 'use SO_RCVBUFFORCE for it',
    acted: true,
  },
  {
    name: 'process_monitor_rcv_bufs',
    grammar: uint(0, UINT32_MAX, { unit: 'bytes' }),
    default: 'system',
    help: 'receive buffer of the process connector',
    acted: true,
  },
  {
    name: 'process_monitor_rcv_bufs_force',
    grammar: bool,
    default: 'off',
    help: 'use SO_RCVBUFFORCE for it',
    acted: true,
  },
  {
    name: 'lvs_netlink_cmd_rcv_bufs',
    grammar: uint(0, UINT32_MAX, { unit: 'bytes' }),
    default: 'system',
    help: 'receive buffer',
    acted: true,
  },
  {
    name: 'lvs_netlink_cmd_rcv_bufs_force',
    grammar: bool,
    default: 'off',
    help: 'use SO_RCVBUFFORCE for it',
    acted: true,
  },
  {
    name: 'lvs_netlink_monitor_rcv_bufs',
    grammar: uint(0, UINT32_MAX, { unit: 'bytes' }),
    default: 'system',
    help: 'receive buffer',
    acted: true,
  },
  {
    name: 'lvs_netlink_monitor_rcv_bufs_force',
    grammar: bool,
    default: 'off',
    help: 'use SO_RCVBUFFORCE for it',
    acted: true,
  },
];

export const advertBuffers: readonly RowText[] = [
  {
    name: 'vrrp_rx_bufs_policy',
    grammar: words('MTU / ADVERT (any case) / uint bytes'),
    repeat: 'adds',
    default: 'system',
    help: 'receive buffer sizing of vrrp sockets; a number must be the first word',
    acted: true,
  },
  {
    name: 'vrrp_rx_bufs_multiplier',
    grammar: uint(1, UINT32_MAX),
    default: '3',
    help: 'factor for MTU/ADVERT policy',
    acted: true,
  },
];
