// TCP descriptors with what net.Socket can't set before connecting: a firewall mark, a device, a source address.
import { type Addon, addon } from './addon.ts';
import {
  AF_INET,
  AF_INET6,
  IP_BIND_ADDRESS_NO_PORT,
  IPPROTO_IP,
  IPPROTO_TCP,
  SO_BINDTODEVICE,
  SO_MARK,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
} from './constants.ts';
import { controlInt } from './control.ts';
import { socketError, succeed } from './errno.ts';
import { deviceName, sockaddrIn, sockaddrIn6 } from './sockaddr.ts';
import type { SocketError } from './socket.ts';

export interface TcpDescriptorOptions {
  readonly family: 4 | 6;
  /** SO_MARK, 0 to 2^32 - 1 (needs CAP_NET_ADMIN); unset leaves 0. */
  readonly mark?: number;
  /** SO_BINDTODEVICE: the interface's name. */
  readonly device?: string;
  /** Source address, 4 or 16 bytes in network order. */
  readonly bindAddress?: Uint8Array;
  /** Source port; 0 or unset lets the kernel choose at connect time. */
  readonly bindPort?: number;
  /** Interface index for a link-local IPv6 source. */
  readonly bindScopeId?: number;
}

/**
 * A non-blocking, close-on-exec TCP socket, not yet connected: give it to `new net.Socket({ fd })` and call `.connect()`, which
 * then owns it. One that is not used goes to closeDescriptor. Throws SocketError (ENODEV, EPERM, EADDRNOTAVAIL) and leaves
 * nothing open then.
 */
export function openTcpDescriptor(options: TcpDescriptorOptions): number {
  const native = addon();
  return succeed('release', native.release(openTcp(native, options)));
}

/**
 * Connects to `address`, a struct sockaddr, and closes at once: whether somebody accepts connections there is all that is
 * wanted, for a third of what a net.Socket costs. `done` hears once, after this has returned, what came of it: undefined when
 * the connection stood. Returns a way to end it early; `done` is not called then. Throws SocketError when there is no such
 * attempt (ENODEV, EPERM, EADDRNOTAVAIL, EMFILE), AddonError without the addon.
 */
export function dialTcp(
  options: TcpDescriptorOptions,
  address: Uint8Array,
  done: (error: SocketError | undefined) => void,
): () => void {
  return dial(options, address, (native, handle, error) => {
    native.close(handle);
    done(error);
  });
}

/**
 * The same, and hands the connection over: `done` gets its descriptor, for `new net.Socket({ fd })` or closeDescriptor. Until
 * somebody accepts, a connection costs no more than a descriptor.
 */
export function dialTcpDescriptor(
  options: TcpDescriptorOptions,
  address: Uint8Array,
  done: (outcome: number | SocketError) => void,
): () => void {
  return dial(options, address, (native, handle, error) => {
    if (error === undefined) {
      done(succeed('release', native.release(handle)));
      return;
    }
    native.close(handle);
    done(error);
  });
}

/** `ended` owns the handle from then on; it is not called after the returned function. */
function dial(
  options: TcpDescriptorOptions,
  address: Uint8Array,
  ended: (native: Addon, handle: number, error: SocketError | undefined) => void,
): () => void {
  const native = addon();
  const handle = openTcp(native, options);
  let over = false;
  const end = (errno: number): void => {
    if (over) return;
    over = true;
    ended(native, handle, errno === 0 ? undefined : socketError('connect', errno));
  };
  const result = native.dial(handle, address, end);
  if (result !== 0) queueMicrotask(() => end(result < 0 ? -result : 0));
  return () => {
    if (over) return;
    over = true;
    native.close(handle);
  };
}

function openTcp(native: Addon, options: TcpDescriptorOptions): number {
  const inet6 = options.family === 6;
  const handle = succeed('socket', native.open(inet6 ? AF_INET6 : AF_INET, SOCK_STREAM, IPPROTO_TCP));
  const set = (option: string, level: number, name: number, value: Uint8Array): void => {
    succeed(`setsockopt(${option})`, native.setOption(handle, level, name, value));
  };
  try {
    if (options.mark !== undefined) set('SO_MARK', SOL_SOCKET, SO_MARK, controlInt(options.mark));
    if (options.device !== undefined) set('SO_BINDTODEVICE', SOL_SOCKET, SO_BINDTODEVICE, deviceName(options.device));
    const port = options.bindPort ?? 0;
    if (options.bindAddress !== undefined || port !== 0) {
      // Without a port of our own, bind(2) would take one that no other check can use, whatever its destination.
      if (port === 0) set('IP_BIND_ADDRESS_NO_PORT', IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, controlInt(1));
      else set('SO_REUSEADDR', SOL_SOCKET, SO_REUSEADDR, controlInt(1));
      const address = options.bindAddress ?? new Uint8Array(inet6 ? 16 : 4);
      const source = inet6 ? sockaddrIn6(address, port, options.bindScopeId) : sockaddrIn(address, port);
      succeed('bind', native.bind(handle, source));
    }
  } catch (error) {
    native.close(handle);
    throw error;
  }
  return handle;
}

/** Closes a descriptor that nobody took. Only sockets: anything else is refused with ENOTSOCK. Throws SocketError. */
export function closeDescriptor(fd: number): void {
  succeed('close', addon().closeDescriptor(fd));
}
