// HTTP/1.x by hand on a TCP or TLS socket: byte for byte keepalived's requests, which no kept library sends.
import type { Socket } from 'node:net';
import type { CheckFailure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { connect } from './connect.ts';
import { startDeadline } from './deadline.ts';
import { stopped } from './dial.ts';
import { failureOf } from './failure.ts';
import { type HttpExchange, type HttpReply, type HttpTransport, readingBound, userAgent } from './http-transport.ts';
import { createReplyReader } from './reply.ts';
import { hangUp, secure } from './secure.ts';

export const exchangePlain: HttpTransport = async (exchange, context) => {
  const connected = await connect(exchange.target, context);
  if (!connected.ok) return connected;
  const secured = exchange.tls ? await secure(connected.socket, exchange.tls, exchange.target, context) : connected;
  if (!secured.ok) return secured;
  const reply = await ask(secured.socket, exchange, context);
  const { warning } = secured;
  return reply.ok && warning !== undefined ? { ...reply, warning } : reply;
};

/** The request, byte for byte keepalived's where nothing but a plain GET is wanted. */
export const requestText = ({ protocol, path, host, request }: HttpExchange): string => {
  const body = request?.body;
  return [
    `${request?.method ?? 'GET'} ${path} HTTP/${protocol === '1.1' ? '1.1' : '1.0'}`,
    `User-Agent: ${userAgent}`,
    ...(protocol === '1.0' ? [] : ['Connection: close']),
    `Host: ${host}`,
    ...(request?.headers ?? []).map(({ name, value }) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    '',
    body ?? '',
  ].join('\r\n');
};

const ask = (socket: Socket, exchange: HttpExchange, context: CheckContext): Promise<HttpReply | CheckFailure> =>
  new Promise((resolve) => {
    const { connectTimeout } = exchange.target;
    const reader = createReplyReader(exchange);
    let settled = false;
    const settle = (outcome: () => HttpReply | CheckFailure): void => {
      // Destroying the socket ends in another 'close', after the reply has been taken out of the reader.
      if (settled) return;
      settled = true;
      deadline.cancel();
      context.signal.removeEventListener('abort', onAbort);
      hangUp(socket, exchange, context);
      resolve(outcome());
    };
    const onAbort = (): void => settle(() => stopped);
    const deadline = startDeadline(context.clock, connectTimeout, readingBound(connectTimeout), () =>
      settle(() => reader.finish(false)),
    );
    context.signal.addEventListener('abort', onAbort);
    socket.on('data', (chunk: Uint8Array) => {
      deadline.heard();
      if (reader.push(chunk)) settle(() => reader.finish(true));
    });
    socket.on('end', () => settle(() => reader.finish(true)));
    // A server that resets after a full reply has still replied.
    socket.on('error', (error) =>
      settle(() => {
        const reply = reader.finish(true);
        return reply.ok ? reply : failureOf(error);
      }),
    );
    socket.on('close', () => settle(() => reader.finish(true)));
    socket.write(requestText(exchange));
    if (context.signal.aborted) onAbort();
  });
