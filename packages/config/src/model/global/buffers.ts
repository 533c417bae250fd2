// global_defs: receive buffers of netlink and VRRP sockets.

export interface BufferDefs {
  /** Receive buffer (bytes); default system. */
  readonly vrrpNetlinkCmdRcvBufs?: number;
  /** Use SO_RCVBUFFORCE for it; default off. */
  readonly vrrpNetlinkCmdRcvBufsForce?: boolean;
  /** Receive buffer (bytes); default system. */
  readonly vrrpNetlinkMonitorRcvBufs?: number;
  /** Use SO_RCVBUFFORCE for it; default off. */
  readonly vrrpNetlinkMonitorRcvBufsForce?: boolean;
  /** Receive buffer of the process connector (bytes); default system. */
  readonly processMonitorRcvBufs?: number;
  /** Use SO_RCVBUFFORCE for it; default off. */
  readonly processMonitorRcvBufsForce?: boolean;
  /** Receive buffer (bytes); default system. */
  readonly lvsNetlinkCmdRcvBufs?: number;
  /** Use SO_RCVBUFFORCE for it; default off. */
  readonly lvsNetlinkCmdRcvBufsForce?: boolean;
  /** Receive buffer (bytes); default system. */
  readonly lvsNetlinkMonitorRcvBufs?: number;
  /** Use SO_RCVBUFFORCE for it; default off. */
  readonly lvsNetlinkMonitorRcvBufsForce?: boolean;
  /** Receive buffer sizing of vrrp sockets; a number must be the first word; default system. */
  readonly vrrpRxBufsPolicy?: RxBufsPolicy;
  /** Factor for MTU/ADVERT policy; default 3. */
  readonly vrrpRxBufsMultiplier?: number;
}

/** Bytes, or what the size is derived from. */
export type RxBufsPolicy =
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'mtu' }
  | { readonly kind: 'advert' };
