// The control socket: a Unix stream socket for root alone. Whoever connects is bounded in number, length and time.
import { lstatSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { Order, OrderAnswer } from '@vipward/health';
import type { Logger } from '../log/logger.ts';
import { type ControlReply, type DaemonStatus, maxRequestBytes, readRequest } from './protocol.ts';

export interface ControlServer {
  /** Ends every connection and removes the socket. */
  close(): void;
}

export interface ControlOptions {
  readonly path: string;
  readonly log: Pick<Logger, 'warning'>;
  readonly status: () => Promise<DaemonStatus>;
  readonly order: (order: Order) => Promise<OrderReply>;
  readonly limits?: Partial<ControlLimits>;
}

/** What became of an order, or why nothing did. */
export type OrderReply = OrderAnswer | Extract<ControlReply, { readonly ok: false }>;

export interface ControlLimits {
  /** Connections at once; more are closed at once. */
  readonly clients: number;
  /** A connection on which nothing moves ends after this, in ms. */
  readonly idle: number;
  /** Any connection ends after this, in ms. */
  readonly whole: number;
}

const usualLimits: ControlLimits = { clients: 8, idle: 5000, whole: 30_000 };

/**
 * Listens at `path` with mode 0600. What a dead daemon left there is replaced: the lock of the pid file, which the caller
 * holds, says that nobody else lives there. Without a socket the daemon runs on and says so.
 */
export const openControlSocket = ({ path, log, status, order, limits }: ControlOptions): ControlServer => {
  const { clients, idle, whole } = { ...usualLimits, ...limits };
  const sockets = new Set<Socket>();
  // Clients that ask at the same time get the same answer: the workers are asked once.
  let underWay: Promise<DaemonStatus> | undefined;
  const ask = (): Promise<DaemonStatus> => {
    underWay ??= status().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    const deadline = setTimeout(() => socket.destroy(), whole);
    socket.setTimeout(idle, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(deadline);
      sockets.delete(socket);
    });
    void serve(socket, { ask, order });
  });
  server.maxConnections = clients;
  const unavailable = (error: Error): void => log.warning(`No control socket at ${path}: ${error.message}`);
  server.on('error', unavailable);
  try {
    removeStale(path);
    listenPrivately(() => server.listen(path));
  } catch (error) {
    unavailable(error instanceof Error ? error : new Error(String(error)));
  }
  return {
    close() {
      for (const socket of sockets) socket.destroy();
      // Removes the socket as well, when it is ours.
      server.close(() => {});
    },
  };
};

/** One request after the other; the socket is not read while one is answered. */
const serve = async (socket: Socket, asked: Asked): Promise<void> => {
  try {
    let rest = '';
    for await (const chunk of socket.setEncoding('latin1')) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (!(await write(socket, await answer(line, asked)))) return;
      if (rest.length > maxRequestBytes) {
        await write(socket, tooLong);
        socket.destroy();
        return;
      }
    }
    socket.end();
  } catch {
    // The client has gone, or its time is over.
  }
};

interface Asked {
  readonly ask: () => Promise<DaemonStatus>;
  readonly order: ControlOptions['order'];
}

const answer = async (line: string, { ask, order }: Asked): Promise<ControlReply> => {
  if (line.length > maxRequestBytes) return tooLong;
  const request = readRequest(line);
  if (typeof request === 'string') return { ok: false, code: 'CONTROL_BAD_REQUEST', message: request };
  try {
    if (request.ask === 'status') return { ok: true, status: await ask() };
    const done = await order(request);
    return done.ok ? { ok: true, order: done } : done;
  } catch (error) {
    return { ok: false, code: 'CONTROL_FAILED', message: error instanceof Error ? error.message : String(error) };
  }
};

const tooLong: ControlReply = {
  ok: false,
  code: 'CONTROL_LINE_TOO_LONG',
  message: `a request has at most ${maxRequestBytes} bytes`,
};

/** False when nobody reads any more. Waits for a slow reader, within the time that a connection has. */
const write = (socket: Socket, reply: ControlReply): Promise<boolean> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve(false);
    else socket.write(`${JSON.stringify(reply)}\n`, (error) => resolve(error === undefined || error === null));
  });

const removeStale = (path: string): void => {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSocket()) throw new Error('something that is no socket is in its place');
  rmSync(path);
};

// bind(2) makes the file with the mask of the process, and runs inside listen(): there is no moment with a wider mode.
const listenPrivately = (listen: () => void): void => {
  const before = process.umask(0o177);
  try {
    listen();
  } finally {
    process.umask(before);
  }
};
