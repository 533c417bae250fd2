// Asking a running daemon over its control socket.
import { createConnection } from 'node:net';
import type { Order } from '@vipward/health';
import type { ControlRequest, DaemonStatus, OrderDone } from './protocol.ts';

export type { Order, OrderAction } from '@vipward/health';
export type { DaemonStatus, OrderDone } from './protocol.ts';
export { usualControlSocket } from './protocol.ts';

export type Ordered =
  | { readonly kind: 'done'; readonly done: OrderDone }
  /** The daemon says what is wrong with it. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly message: string };

export type Asked =
  | { readonly kind: 'status'; readonly status: DaemonStatus }
  /** Nobody listens there: no daemon runs, or one with another pid file. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly message: string };

/** Bytes of an answer at most: a hundred thousand real servers with their checks fit in. */
const maxAnswerBytes = 256 * 1024 * 1024;

/** `timeout` in ms for the whole exchange. Never rejects. */
export const askStatus = (path: string, timeout = 5000): Promise<Asked> =>
  ask(path, { ask: 'status' }, timeout, readStatus);

/** The same for an order. */
export const askOrder = (path: string, order: Order, timeout = 10_000): Promise<Ordered> =>
  ask(path, { ask: 'order', ...order }, timeout, readOrdered);

type Failed = { readonly kind: 'absent' } | { readonly kind: 'failed'; readonly message: string };

/** `read` gives the answer, or why it is none. */
const ask = <T>(
  path: string,
  request: ControlRequest,
  timeout: number,
  read: (reply: Readonly<Record<string, unknown>>) => T | string,
): Promise<T | Failed> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    const pieces: Buffer[] = [];
    let length = 0;
    const end = (asked: T | Failed): void => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(asked);
    };
    const failed = (message: string): void => end({ kind: 'failed', message: `${path}: ${message}` });
    const deadline = setTimeout(() => failed(`no answer within ${timeout} ms`), timeout);
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') end({ kind: 'absent' });
      else failed(error.code === 'EACCES' ? 'the daemon may not be asked by this user: run it as root' : error.message);
    });
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length > maxAnswerBytes) failed('the answer does not end');
      else if (piece.at(-1) === lineEnd) {
        const asked = readAnswer(Buffer.concat(pieces).toString('utf8'), read);
        if (typeof asked === 'string') failed(asked);
        else end(asked);
      }
    });
    socket.on('close', () => failed('the daemon closed the connection'));
  });

const lineEnd = 0x0a;

/** The answer, or why it is none. */
const readAnswer = <T>(text: string, read: (reply: Readonly<Record<string, unknown>>) => T | string): T | string => {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    return 'the answer is no JSON';
  }
  return isRecord(reply) ? read(reply) : 'the answer is no object';
};

const readStatus = (reply: Readonly<Record<string, unknown>>): Asked | string => {
  if (reply.ok !== true) return String(reply.message ?? 'refused');
  return isStatus(reply.status) ? { kind: 'status', status: reply.status } : 'the answer is of another version';
};

const readOrdered = (reply: Readonly<Record<string, unknown>>): Ordered | string => {
  if (reply.ok !== true) {
    // A daemon that does not know the question is an older one.
    const refused = String(reply.code ?? '').startsWith('ORDER_') || reply.code === 'CONTROL_NO_CHECKER';
    const message = String(reply.message ?? 'refused');
    return refused ? { kind: 'refused', message } : message;
  }
  return isDone(reply.order) ? { kind: 'done', done: reply.order } : 'the answer is of another version';
};

const isDone = (value: unknown): value is OrderDone =>
  isRecord(value) &&
  [value.service, value.server, value.condition].every((one) => typeof one === 'string') &&
  Array.isArray(value.notes);

// The socket is root's alone, so the other end is a daemon of ours; what can differ is its version.
const isStatus = (value: unknown): value is DaemonStatus =>
  isRecord(value) &&
  [value.instances, value.services, value.silent].every(Array.isArray) &&
  Array.isArray(value.services) &&
  value.services.every((service) => isRecord(service) && Array.isArray(service.realServers));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
