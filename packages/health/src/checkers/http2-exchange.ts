// One request over HTTP/2 on a connected socket, with the bounds of every other check. Loaded only when a check asks for it.
import type { Socket } from 'node:net';
import type { CheckerCommon } from '@vipward/config';
import { type CheckFailure, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { startDeadline } from './deadline.ts';
import { stopped } from './dial.ts';
import { failureOf } from './failure.ts';
import { headerLimit, readingBound } from './http-transport.ts';

export interface Http2Request {
  /** Pseudo-headers included. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: Uint8Array;
  /** A part of the answer's body; true = enough. */
  take(part: Uint8Array): boolean;
}

export interface Http2Reply {
  readonly ok: true;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  /** False when the body broke off or took too long. */
  readonly whole: boolean;
}

/** The socket is destroyed in the end. Over TLS it must have agreed on h2. */
export const exchangeHttp2 = async (
  socket: Socket,
  target: CheckerCommon,
  request: Http2Request,
  { clock, signal }: CheckContext,
): Promise<Http2Reply | CheckFailure> => {
  const { connect, constants } = await import('node:http2');
  const { connectTimeout } = target;
  return new Promise((resolve) => {
    const session = connect('http://check.invalid', {
      createConnection: () => socket,
      settings: { enablePush: false, maxHeaderListSize: headerLimit },
    });
    let reply: Omit<Http2Reply, 'trailers' | 'whole'> | undefined;
    let trailers: Http2Reply['trailers'] = {};
    let settled = false;
    const settle = (whole: boolean, failed: CheckFailure): void => {
      if (settled) return;
      settled = true;
      deadline.cancel();
      signal.removeEventListener('abort', onAbort);
      resolve(reply === undefined || failed === stopped ? failed : { ...reply, trailers, whole });
      session.destroy();
      socket.destroy();
    };
    const onAbort = (): void => settle(false, stopped);
    const deadline = startDeadline(clock, connectTimeout, readingBound(connectTimeout), () =>
      settle(false, failure('read-timeout', 'no reply in time')),
    );
    const closed = failure('closed', 'connection closed without a reply');
    signal.addEventListener('abort', onAbort);
    session.on('error', (error) => settle(false, explain(error)));
    session.on('close', () => settle(false, closed));
    // A server of HTTP/1 answers in words that are no frame.
    session.on('goaway', () => settle(false, closed));
    if (signal.aborted) {
      onAbort();
      return;
    }
    const stream = session.request({ ...request.headers }, { endStream: request.body === undefined });
    stream.on('response', (headers) => {
      deadline.heard();
      reply = { ok: true, status: Number(headers[constants.HTTP2_HEADER_STATUS]), headers };
    });
    stream.on('trailers', (headers) => {
      trailers = headers;
    });
    stream.on('data', (part: Uint8Array) => {
      deadline.heard();
      if (request.take(part)) settle(true, closed);
    });
    stream.on('error', (error: Error) => settle(false, explain(error)));
    stream.on('end', () => settle(true, closed));
    stream.on('close', () => settle(false, closed));
    if (request.body !== undefined) stream.end(request.body);
  });
};

const explain = (error: Error): CheckFailure => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code.startsWith('ERR_HTTP2') ? failure('malformed', `HTTP/2: ${error.message}`) : failureOf(error);
};
