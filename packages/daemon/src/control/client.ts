// Asking a running daemon over its control socket.
import { createConnection } from 'node:net';
import type { DaemonStatus } from './protocol.ts';

export type { DaemonStatus } from './protocol.ts';
export { usualControlSocket } from './protocol.ts';

export type Asked =
  | { readonly kind: 'status'; readonly status: DaemonStatus }
  /** Nobody listens there: no daemon runs, or one with another pid file. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly message: string };

/** Bytes of an answer at most: a hundred thousand real servers with their checks fit in. */
const maxAnswerBytes = 256 * 1024 * 1024;

/** `timeout` in ms for the whole exchange. Never rejects. */
export const askStatus = (path: string, timeout = 5000): Promise<Asked> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    const pieces: Buffer[] = [];
    let length = 0;
    const end = (asked: Asked): void => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(asked);
    };
    const failed = (message: string): void => end({ kind: 'failed', message: `${path}: ${message}` });
    const deadline = setTimeout(() => failed(`no answer within ${timeout} ms`), timeout);
    socket.on('connect', () => socket.write('{"ask":"status"}\n'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') end({ kind: 'absent' });
      else failed(error.message);
    });
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length > maxAnswerBytes) failed('the answer does not end');
      else if (piece.at(-1) === lineEnd) {
        const asked = readAnswer(Buffer.concat(pieces).toString('utf8'));
        if (typeof asked === 'string') failed(asked);
        else end(asked);
      }
    });
    socket.on('close', () => failed('the daemon closed the connection'));
  });

const lineEnd = 0x0a;

/** The answer, or why it is none. */
const readAnswer = (text: string): Asked | string => {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    return 'the answer is no JSON';
  }
  if (!isRecord(reply)) return 'the answer is no object';
  if (reply.ok !== true) return String(reply.message ?? 'refused');
  return isStatus(reply.status) ? { kind: 'status', status: reply.status } : 'the answer is of another version';
};

// The socket is root's alone, so the other end is a daemon of ours; what can differ is its version.
const isStatus = (value: unknown): value is DaemonStatus =>
  isRecord(value) &&
  [value.instances, value.services, value.silent].every(Array.isArray) &&
  Array.isArray(value.services) &&
  value.services.every((service) => isRecord(service) && Array.isArray(service.realServers));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
