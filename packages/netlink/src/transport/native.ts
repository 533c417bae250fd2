// Netlink over our own addon: extended acks, a receive buffer beyond rmem_max, and an overrun that is an event.
import * as sockets from '@vipward/sockets';
import { hostIsLittleEndian } from '../codec/bytes.ts';
import { type NetlinkTransport, type OpenTransport, type TransportListener, wantedReceiveBuffer } from './transport.ts';

/** Throws SocketError, and AddonError where no addon loads. */
export const openNativeTransport: OpenTransport = async (protocol, listener) => openNative(protocol, listener, []);

/** Also joins multicast groups (RTNLGRP_*): for notifications. `namespace`: the file of the network namespace to open it in. */
export const openNative = (
  protocol: number,
  listener: TransportListener,
  groups: readonly number[],
  receiveBuffer = wantedReceiveBuffer,
  namespace?: string,
): NetlinkTransport => {
  const socket =
    namespace === undefined
      ? sockets.openSocket(sockets.AF_NETLINK, sockets.SOCK_RAW, protocol)
      : sockets.openSocketIn(namespace, sockets.AF_NETLINK, sockets.SOCK_RAW, protocol);
  try {
    const granted = prepare(socket, receiveBuffer);
    for (const group of groups) socket.setOption(sockets.SOL_NETLINK, sockets.NETLINK_ADD_MEMBERSHIP, group);
    return start(socket, granted, groups.length === 0 ? listener : afterQueue(socket, listener));
  } catch (error) {
    socket.close();
    throw error;
  }
};

const ENOBUFS = 105;
const NETLINK_GET_STRICT_CHK = 12;

const prepare = (socket: sockets.NativeSocket, receiveBuffer: number): number => {
  // Without CAP_NET_ADMIN the buffer is what rmem_max allows.
  if (!attempt(() => socket.setOption(sockets.SOL_SOCKET, sockets.SO_RCVBUFFORCE, receiveBuffer)))
    socket.setOption(sockets.SOL_SOCKET, sockets.SO_RCVBUF, receiveBuffer);
  // Kernels before 4.12 have no extended ack; errors then carry their number alone.
  attempt(() => socket.setOption(sockets.SOL_NETLINK, sockets.NETLINK_EXT_ACK, 1));
  attempt(() => socket.setOption(sockets.SOL_NETLINK, sockets.NETLINK_CAP_ACK, 1));
  // Since 4.20: a list of routes is filtered by the kernel, and a request that makes no sense is refused.
  attempt(() => socket.setOption(sockets.SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1));
  socket.bind(kernelAddress);
  const granted = socket.getOption(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4);
  return new DataView(granted.buffer, granted.byteOffset).getInt32(0, hostIsLittleEndian);
};

const start = (socket: sockets.NativeSocket, receiveBuffer: number, listener: TransportListener): NetlinkTransport => {
  let open = true;
  let left = datagramsPerTurn;
  const startTurn = (): void => {
    left = datagramsPerTurn;
  };
  socket.listen({
    onDatagram({ data, from, truncated }) {
      if (!open || !isFromKernel(from)) return;
      if (truncated) listener.onFailure(new Error(`a netlink datagram was longer than ${data.length} bytes`));
      else listener.onDatagram(data);
    },
    onError(error) {
      if (!open) return;
      if (error.errno === ENOBUFS) listener.onOverrun();
      else listener.onFailure(error);
    },
  });
  return {
    receiveBuffer,
    send: (buffers) => void socket.send(buffers, kernelAddress),
    receiveNow() {
      if (!open || left === 0) return false;
      if (left === datagramsPerTurn) setImmediate(startTurn);
      left -= 1;
      return socket.receive();
    },
    close() {
      if (!open) return;
      open = false;
      socket.close();
    },
  };
};

/**
 * Tells of an overrun once the queue has been read. Until it is empty the kernel drops what comes without another ENOBUFS:
 * whoever read everything again before then would miss what changed in between.
 */
const afterQueue = (socket: sockets.NativeSocket, listener: TransportListener): TransportListener => {
  let reading = false;
  let overrun = false;
  const read = (): void => {
    for (let n = 0; n < datagramsPerTurn; n++) {
      // Whoever listens may close it.
      if (socket.fd < 0) return;
      overrun = false;
      // receive() is false for an error, too.
      if (socket.receive() || overrun || socket.fd < 0) continue;
      reading = false;
      listener.onOverrun();
      return;
    }
    setImmediate(read);
  };
  return {
    ...listener,
    onOverrun() {
      overrun = true;
      if (!reading) setImmediate(read);
      reading = true;
    },
  };
};

/** Of those taken at once: timers and other sockets get their turn, however large a table is. */
const datagramsPerTurn = 64;

// All zero: to the kernel; in bind(2): any free port number.
const kernelAddress = sockets.sockaddrNl();

// Any privileged process can send to our port; only what has port number 0 is from the kernel.
const isFromKernel = (from: Uint8Array): boolean =>
  from.length >= 8 && from[4] === 0 && from[5] === 0 && from[6] === 0 && from[7] === 0;

const attempt = (action: () => void): boolean => {
  try {
    action();
    return true;
  } catch {
    return false;
  }
};
