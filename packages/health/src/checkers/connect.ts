// A stream to what a checker names: source address, mark and interface included, connected within connect_timeout.
import { Socket } from 'node:net';
import type { CheckerCommon } from '@vipward/config';
import { closeDescriptor, dialTcpDescriptor, type Millis } from '@vipward/sockets';
import type { CheckFailure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { dial, stopped } from './dial.ts';

/** `warning`: what should be told although all went well. */
export type Connected = { readonly ok: true; readonly socket: Socket; readonly warning?: string } | CheckFailure;

/** A server may have given up a connection on which nothing was said for so long. */
const patienceOfServers: Millis = 1000;

/**
 * A connected socket that the caller must destroy, or why there is none. A server that is silent costs a descriptor alone: the
 * stream, and all that comes with it, takes a place once there is a connection. One that waited long for it is made again.
 */
export const connect = async (target: CheckerCommon, context: CheckContext): Promise<Connected> => {
  const dialled = await dialDescriptor(target, context);
  if (!dialled.ok || context.place === undefined) return streamOf(dialled);
  const since = context.clock.now();
  const placed = await context.place();
  const now = context.clock.now();
  if (placed && now - since < patienceOfServers) return streamOf(dialled);
  closeDescriptor(dialled.fd);
  return placed ? streamOf(await dialDescriptor(target, { ...context, began: now })) : stopped;
};

interface Dialled {
  readonly ok: true;
  readonly fd: number;
}

const dialDescriptor = (target: CheckerCommon, context: CheckContext): Promise<Dialled | CheckFailure> =>
  dial<Dialled>(target, context, (options, address, done) =>
    dialTcpDescriptor(options, address, (outcome) =>
      done(typeof outcome === 'number' ? { ok: true, fd: outcome } : outcome),
    ),
  );

const streamOf = (dialled: Dialled | CheckFailure): Connected => {
  if (!dialled.ok) return dialled;
  const socket = new Socket({ fd: dialled.fd, readable: true, writable: true });
  // For the socket's life: an error must never be an uncaught one.
  socket.on('error', () => {});
  return { ok: true, socket };
};
