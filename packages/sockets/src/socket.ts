// Sockets that Node does not have: raw IP, packet, ICMP, netlink and unix datagram, on the event loop, through the native addon.

/** One received datagram, valid only during the callback: `data` is a view into the shared arena. */
export interface Datagram {
  readonly data: Uint8Array;
  /** struct sockaddr of the sender as bytes (empty when there is none). */
  readonly from: Uint8Array;
  /** Ancillary data as bytes (cmsghdr sequence), empty unless asked for. */
  readonly control: Uint8Array;
  /** The datagram was longer than the space for it (MSG_TRUNC). */
  readonly truncated: boolean;
}

export interface SocketListener {
  onDatagram(datagram: Datagram): void;
  /** The socket's pending error (SO_ERROR), such as ENETDOWN or ENOBUFS; the socket goes on. */
  onError(error: SocketError): void;
}

export interface ListenOptions {
  /** Space for one datagram in bytes; 65536 unless given. A longer one arrives cut, with `truncated`. */
  readonly dataBytes?: number;
  /** Space for ancillary data in bytes; 256 unless given, and 0 for AF_UNIX, where a stranger could send descriptors in it. */
  readonly controlBytes?: number;
}

/** errno and the name of the system call that failed; `code` is the errno's name, such as EPERM. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;

  constructor(syscall: string, errno: number, code: string) {
    super(`${syscall}: ${code}`);
    this.syscall = syscall;
    this.errno = errno;
    this.code = code;
  }
}

export interface NativeSocket {
  readonly fd: number;
  /** bind(2) with a struct sockaddr. */
  bind(address: Uint8Array): void;
  connect(address: Uint8Array): void;
  setOption(level: number, name: number, value: Uint8Array | number): void;
  getOption(level: number, name: number, length: number): Uint8Array;
  /** sendmsg(2) of the buffers gathered into one datagram; throws SocketError. Returns bytes sent. */
  send(buffers: readonly Uint8Array[], to?: Uint8Array, control?: Uint8Array): number;
  /** Starts receiving: at most 64 datagrams per wake-up, no allocation per packet beyond the views. */
  listen(listener: SocketListener, options?: ListenOptions): void;
  /**
   * Gives the listener one datagram that waits already, before this returns; false when none does. For answers that are
   * there once the question is sent, as netlink's are: a turn of the event loop costs more. An error of the traffic goes to the
   * listener; throws SocketError when the socket is closed or does not listen.
   */
  receive(): boolean;
  /** Closes at once; nothing is delivered afterwards. Closing twice is fine. */
  close(): void;
}

/** What openSocket gives: a NativeSocket with what only its owner needs. */
export interface OwnedSocket extends NativeSocket {
  /** getsockname(2): the address bound to, such as the port id that a netlink socket was given. */
  localAddress(): Uint8Array;
  /** A listening socket keeps the process alive unless it is unref'd. Either may be called before listen(). */
  ref(): void;
  unref(): void;
  /** Gives the descriptor away: the caller closes it, this object is closed. */
  release(): number;
}
