// Netlink over the npm library `netlink`: where no addon of ours loads. Its ways to abort the process are fenced off here.
import { isMainThread } from 'node:worker_threads';
import type { RawNetlinkSocket } from 'netlink';
import { NetlinkError } from '../errors.ts';
import { type NetlinkTransport, type OpenTransport, type TransportListener, wantedReceiveBuffer } from './transport.ts';

/**
 * The library has no extended acks. It aborts the process
 * - when an exception leaves a listener: ours only queue, the work is done outside of its callback;
 * - on a receive overrun: the buffer is 4 MB (as far as rmem_max allows) and the request layer keeps what is in flight
 *   below it; notifications, which nobody can bound, never come this way;
 * - when a worker that owns a socket is terminated: it is refused in workers.
 */
export const openLibraryTransport: OpenTransport = async (protocol, listener) => {
  if (!isMainThread)
    throw new NetlinkError({
      code: 'NETLINK_UNAVAILABLE',
      operation: 'open a netlink socket',
      message: 'the npm library netlink crashes with the worker that uses it: build the addon (npm run setup)',
    });
  // Loaded late: it costs start-up time, and most processes never come here.
  const { RawNetlinkSocket } = await import('netlink');
  const socket = new RawNetlinkSocket(protocol, {
    messagePeeking: true,
    recvBufferSize: wantedReceiveBuffer,
    sendBufferSize: 0,
  });
  return start(socket, listener);
};

const start = (socket: RawNetlinkSocket, listener: TransportListener): NetlinkTransport => {
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    socket.close();
  };
  const deliver = outsideOfCallback();
  socket.on('message', (data, { port }) => {
    // Any privileged process can send to our port; only port number 0 is the kernel.
    // A Buffer's slice() shares memory where a Uint8Array's copies: the decoder gets the latter.
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (port === 0) deliver(() => open && listener.onDatagram(bytes));
  });
  socket.on('error', (error) => {
    // Closing at once: a second error on the same socket would be polled for, and that aborts.
    const overrun = error.code === 'ENOBUFS';
    deliver(() => (overrun ? listener.onOverrun() : listener.onFailure(error)));
    close();
  });
  return {
    receiveBuffer: socket.getRecvBufferSize(),
    send(buffers) {
      if (!open) throw new Error('the netlink socket is closed');
      const asBuffers = buffers.map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      socket.send(asBuffers, {}, (error) => {
        if (error !== undefined) deliver(() => open && listener.onFailure(error));
      });
    },
    close,
  };
};

// Promises settled inside the native callback would run their continuations there too. An exception thrown in
// setImmediate is an ordinary uncaughtException.
const outsideOfCallback = (): ((work: () => void) => void) => {
  let queue: (() => void)[] = [];
  const drain = (): void => {
    const [...work] = queue;
    queue = [];
    for (const [index, item] of work.entries()) {
      try {
        item();
      } catch (error) {
        // What came after the failing one is still delivered.
        queue = [...work.slice(index + 1), ...queue];
        if (queue.length > 0) setImmediate(drain);
        throw error;
      }
    }
  };
  return (work) => {
    queue.push(work);
    if (queue.length === 1) setImmediate(drain);
  };
};
