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
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | Unanswered;

export type Asked = { readonly kind: 'status'; readonly status: DaemonStatus } | Unanswered;

/** Nobody listens there: no daemon runs, or one with another pid file. */
export type Unanswered = { readonly kind: 'absent' } | Failed;

type AskingErrorCode = 'CONTROL_NO_ANSWER' | 'CONTROL_NO_PRIVILEGE';

interface Failed {
  readonly kind: 'failed';
  /** The daemon's own where it says why. */
  readonly code: AskingErrorCode | (string & {});
  readonly message: string;
}

/** Bytes of an answer at most: a hundred thousand real servers with their checks fit in. */
const maxAnswerBytes = 256 * 1024 * 1024;

/** `timeout` in ms for the whole exchange. Never rejects. */
export const askStatus = (path: string, timeout = 5000): Promise<Asked> =>
  ask(path, { ask: 'status' }, timeout, readStatus);

/** The same for an order. */
export const askOrder = (path: string, order: Order, timeout = 10_000): Promise<Ordered> =>
  ask(path, { ask: 'order', ...order }, timeout, readOrdered);

const ask = <T extends Asked | Ordered>(
  path: string,
  request: ControlRequest,
  timeout: number,
  read: (reply: Readonly<Record<string, unknown>>) => T | Failed,
): Promise<T | Unanswered> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    const pieces: Buffer[] = [];
    let length = 0;
    const end = (asked: T | Unanswered): void => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(asked);
    };
    const fail = (message: string, code?: string): void => end(failed(`${path}: ${message}`, code));
    const deadline = setTimeout(() => fail(`no answer within ${timeout} ms`), timeout);
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') end({ kind: 'absent' });
      else if (error.code === 'EACCES')
        fail('the daemon may not be asked by this user: run it as root', 'CONTROL_NO_PRIVILEGE');
      else fail(error.message);
    });
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length > maxAnswerBytes) fail('the answer does not end');
      else if (piece.at(-1) === lineEnd) {
        const asked = readAnswer(Buffer.concat(pieces).toString('utf8'), read);
        if (asked.kind === 'failed') fail(asked.message, asked.code);
        else end(asked);
      }
    });
    socket.on('close', () => fail('the daemon closed the connection'));
  });

const failed = (message: string, code = 'CONTROL_NO_ANSWER'): Failed => ({ kind: 'failed', code, message });

const otherVersion = failed('the answer is of another version');

const lineEnd = 0x0a;

/** The answer, or why it is none. */
const readAnswer = <T>(text: string, read: (reply: Readonly<Record<string, unknown>>) => T | Failed): T | Failed => {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    return failed('the answer is no JSON');
  }
  return isRecord(reply) ? read(reply) : failed('the answer is no object');
};

const readStatus = (reply: Readonly<Record<string, unknown>>): Asked => {
  if (reply.ok !== true) return refusal(reply);
  return isStatus(reply.status) ? { kind: 'status', status: reply.status } : otherVersion;
};

const readOrdered = (reply: Readonly<Record<string, unknown>>): Ordered => {
  if (reply.ok === true) return isDone(reply.order) ? { kind: 'done', done: reply.order } : otherVersion;
  const { code, message } = refusal(reply);
  // A daemon that does not know the question is an older one.
  const refused = code.startsWith('ORDER_') || code === 'CONTROL_NO_CHECKER';
  return { kind: refused ? 'refused' : 'failed', code, message };
};

const refusal = ({ code, message }: Readonly<Record<string, unknown>>): Failed =>
  failed(typeof message === 'string' ? message : 'refused', typeof code === 'string' ? code : undefined);

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
