// The wire: datagrams to the kernel and back, whatever carries them.

/** Netlink protocol numbers: NETLINK_ROUTE, NETLINK_CONNECTOR, NETLINK_NETFILTER and NETLINK_GENERIC. */
export const netlinkProtocol = { route: 0, connector: 11, netfilter: 12, generic: 16 } as const;

export interface TransportListener {
  /** One datagram from the kernel, valid only during the call. */
  onDatagram(data: Uint8Array): void;
  /** The receive buffer was full and the kernel dropped replies (ENOBUFS). */
  onOverrun(): void;
  /** The socket is of no use any more. */
  onFailure(error: Error): void;
}

/** One netlink socket. */
export interface NetlinkTransport {
  /** Bytes that the kernel queues for us at most (SO_RCVBUF as granted, twice what is asked for). */
  readonly receiveBuffer: number;
  /** One sendmsg(2) with the buffers gathered; throws when the system call fails at once. */
  send(buffers: readonly Uint8Array[]): void;
  /**
   * Gives the listener one datagram that waits already, before this returns: the kernel has answered when sendmsg(2) is over,
   * and a turn of the event loop costs more than the answer. False when none waits, or when others should have their turn.
   */
  receiveNow?(): boolean;
  /** No event comes after this. */
  close(): void;
}

/** Opens a socket of that protocol; events go to the listener, never before the promise is resolved. */
export type OpenTransport = (protocol: number, listener: TransportListener) => Promise<NetlinkTransport>;

/** Asked for as receive buffer, in bytes: room for the replies to everything that may be in flight. */
export const wantedReceiveBuffer = 4 * 1024 * 1024;
