// Opens native sockets: the thin face of the addon.
import { closeSync, constants, openSync } from 'node:fs';
import { type Addon, addon } from './addon.ts';
import { AF_UNIX } from './constants.ts';
import { controlInt } from './control.ts';
import { socketError, succeed } from './errno.ts';
import type { ListenOptions, OwnedSocket, SocketListener } from './socket.ts';

/**
 * socket(2), non-blocking and close-on-exec. `protocol` is as the kernel wants it: network byte order for AF_PACKET.
 * Throws SocketError (EPERM without CAP_NET_RAW, EAFNOSUPPORT) and AddonError.
 */
export function openSocket(domain: number, type: number, protocol: number): OwnedSocket {
  const native = addon();
  return face(native, succeed('socket', native.open(domain, type, protocol)));
}

/**
 * The same in the network namespace of a file such as `/run/netns/NAME` or `/proc/1/ns/net`, in which the socket stays. Throws
 * the file system's error, SocketError (EPERM without CAP_SYS_ADMIN, EINVAL for a file that is no network namespace) and AddonError.
 */
export function openSocketIn(namespace: string, domain: number, type: number, protocol: number): OwnedSocket {
  const native = addon();
  const network = openSync(namespace, constants.O_RDONLY);
  try {
    return face(native, succeed('socket', native.openIn(network, domain, type, protocol)));
  } finally {
    closeSync(network);
  }
}

/** Takes over an open socket's descriptor, makes it non-blocking and close-on-exec; close() closes it. Throws SocketError. */
export function adoptSocket(fd: number): OwnedSocket {
  const native = addon();
  return face(native, succeed('adopt', native.adopt(fd)));
}

function face(native: Addon, handle: number): OwnedSocket {
  let held = true;
  let listening = false;
  let deliver: (errno: number) => void = () => undefined;
  const hold = (whether: boolean): void => {
    held = whether;
    if (listening) native.hold(handle, whether);
  };
  return {
    get fd() {
      return Math.max(-1, native.descriptor(handle));
    },
    bind(address) {
      succeed('bind', native.bind(handle, address));
    },
    connect(address) {
      succeed('connect', native.connect(handle, address));
    },
    localAddress() {
      const space = new Uint8Array(addressSpace);
      return space.slice(0, succeed('getsockname', native.localAddress(handle, space)));
    },
    setOption(level, name, value) {
      const bytes = typeof value === 'number' ? controlInt(value) : value;
      succeed('setsockopt', native.setOption(handle, level, name, bytes));
    },
    getOption(level, name, length) {
      const space = new Uint8Array(length);
      return space.slice(0, succeed('getsockopt', native.getOption(handle, level, name, space)));
    },
    send(buffers, to, control) {
      return succeed('sendmsg', native.send(handle, buffers, to, control));
    },
    listen(listener, options) {
      deliver = startListening(native, handle, listener, options);
      listening = true;
      if (!held) native.hold(handle, false);
    },
    receive() {
      const result = native.receive(handle);
      if (result === -EAGAIN) return false;
      if (result === -EBADF || !listening) succeed('recvmsg', result);
      deliver(-result);
      return result === 0;
    },
    ref() {
      hold(true);
    },
    unref() {
      hold(false);
    },
    release() {
      return succeed('release', native.release(handle));
    },
    close() {
      native.close(handle);
    },
  };
}

const EBADF = 9;
const EAGAIN = 11;

/** sizeof(struct sockaddr_storage): the arena's first part. */
const addressSpace = 128;
const usualData = 65536;
const usualControl = 256;

// The places in meta, as native/receive.c writes them.
const metaData = 0;
const metaAddress = 1;
const metaControl = 2;
const metaFlags = 3;
const dataTruncated = 1;

interface Arena {
  readonly bytes: Uint8Array;
  readonly meta: Int32Array;
}

// All sockets of a thread share one arena: a datagram is valid only during its callback, and callbacks never nest.
let shared: Arena | undefined;

function arenaOf(length: number): Arena {
  if (shared === undefined || shared.bytes.length < length) {
    shared = { bytes: new Uint8Array(length), meta: new Int32Array(4) };
  }
  return shared;
}

/** What tells the listener of the datagram in the arena, or of an errno. */
function startListening(
  native: Addon,
  handle: number,
  listener: SocketListener,
  options: ListenOptions = {},
): (errno: number) => void {
  const dataSpace = options.dataBytes ?? usualData;
  const controlSpace = options.controlBytes ?? (isUnix(native, handle) ? 0 : usualControl);
  const { bytes, meta } = arenaOf(addressSpace + controlSpace + dataSpace);
  const data = viewsOf(bytes, addressSpace + controlSpace);
  const from = viewsOf(bytes, 0);
  const control = viewsOf(bytes, addressSpace);
  const deliver = (errno: number): void => {
    if (errno !== 0) {
      listener.onError(socketError('recvmsg', errno));
      return;
    }
    listener.onDatagram({
      data: data(meta[metaData] ?? 0),
      from: from(meta[metaAddress] ?? 0),
      control: control(meta[metaControl] ?? 0),
      truncated: ((meta[metaFlags] ?? 0) & dataTruncated) !== 0,
    });
  };
  succeed('listen', native.listen(handle, bytes, meta, dataSpace, controlSpace, deliver));
  return deliver;
}

/** Views from `start` by their length. Lengths repeat, and a view is far dearer than the number: the last few are kept. */
function viewsOf(bytes: Uint8Array, start: number): (length: number) => Uint8Array {
  const known = new Map<number, Uint8Array>();
  return (length) => {
    const kept = known.get(length);
    if (kept !== undefined) return kept;
    if (known.size === keptViews) known.clear();
    const view = bytes.subarray(start, start + length);
    known.set(length, view);
    return view;
  };
}

const keptViews = 16;

function isUnix(native: Addon, handle: number): boolean {
  const address = new Uint8Array(2);
  native.localAddress(handle, address);
  return new Uint16Array(address.buffer)[0] === AF_UNIX;
}
