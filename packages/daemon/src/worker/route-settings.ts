// How workers talk netlink about links, addresses and routes: the receive buffers that global_defs asks for.
import type { GlobalDefs } from '@vipward/config';
import { type RouteOptions, transportWith } from '@vipward/netlink';
import { netlinkDebug } from './netlink-debug.ts';

export const vrrpRouteOptions = ({ vrrpNetlinkCmdRcvBufs, vrrpNetlinkMonitorRcvBufs }: GlobalDefs): RouteOptions => ({
  debug: netlinkDebug(),
  transport: transportWith({ receiveBuffer: vrrpNetlinkCmdRcvBufs }),
  watchBuffer: vrrpNetlinkMonitorRcvBufs,
});

/** The checkers only watch: lvs_netlink_cmd_rcv_bufs is for the IPVS table. */
export const checkerRouteOptions = ({ lvsNetlinkMonitorRcvBufs }: GlobalDefs): RouteOptions => ({
  debug: netlinkDebug(),
  watchBuffer: lvsNetlinkMonitorRcvBufs,
});
