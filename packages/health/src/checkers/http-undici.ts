// Requests of HTTP/1.1 with a method, headers or a body of their own, through undici's Client over our own connector: nothing of
// keepalived's must be equal there. Loaded only when a check asks for it.
import type { Client, Dispatcher } from 'undici';
import { type CheckFailure, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { connect } from './connect.ts';
import { startDeadline } from './deadline.ts';
import { stopped } from './dial.ts';
import { failureOf } from './failure.ts';
import {
  type HttpExchange,
  type HttpReply,
  type HttpTransport,
  headerLimit,
  readingBound,
  userAgent,
} from './http-transport.ts';
import { createBody, type Wanted } from './reply.ts';
import { hangUp, secure } from './secure.ts';

export const exchangeUndici: HttpTransport = async (exchange, context) => {
  const connected = await connect(exchange.target, context);
  if (!connected.ok) return connected;
  const secured = exchange.tls ? await secure(connected.socket, exchange.tls, exchange.target, context) : connected;
  if (!secured.ok) return secured;
  const undici = await import('undici');
  // undici's own timeouts are coarse (half a second): they are off, our deadline aborts.
  const client = new undici.Client('http://check.invalid', {
    // Not at once: undici 8 loses the request when its connector answers before it has returned.
    connect: (_options, callback) => queueMicrotask(() => callback(null, secured.socket)),
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: headerLimit,
    pipelining: 1,
  });
  try {
    const reply = await ask(client, exchange, context);
    const { warning } = secured;
    return reply.ok && warning !== undefined ? { ...reply, warning } : reply;
  } finally {
    hangUp(secured.socket, exchange, context);
    await client.destroy();
  }
};

const ask = async (
  client: Client,
  exchange: HttpExchange,
  context: CheckContext,
): Promise<HttpReply | CheckFailure> => {
  const { request, target } = exchange;
  const { connectTimeout } = target;
  const own = (request?.headers ?? []).flatMap(({ name, value }) => [name, value]);
  // One signal for this exchange alone: AbortSignal.any would hang another dependant on the checker's for each check.
  const end = new AbortController();
  const onAbort = (): void => end.abort();
  const deadline = startDeadline(context.clock, connectTimeout, readingBound(connectTimeout), onAbort);
  context.signal.addEventListener('abort', onAbort);
  if (context.signal.aborted) onAbort();
  try {
    const reply = await client.request({
      method: request?.method ?? 'GET',
      path: exchange.path,
      headers: ['User-Agent', userAgent, 'Host', exchange.host, ...own],
      ...(request?.body !== undefined && { body: request.body }),
      reset: true,
      signal: end.signal,
    });
    deadline.heard();
    const body = await readBody(reply, exchange, () => deadline.heard());
    return { ok: true, status: reply.statusCode, ...body };
  } catch (error) {
    if (context.signal.aborted) return stopped;
    if (end.signal.aborted) return failure('read-timeout', 'no reply in time');
    return error instanceof Error ? explain(error) : failure('closed', String(error));
  } finally {
    deadline.cancel();
    context.signal.removeEventListener('abort', onAbort);
  }
};

/** A body that breaks off or takes too long leaves the status as the answer; only its digest and its text are lost. */
const readBody = async (
  reply: Dispatcher.ResponseData,
  wanted: Wanted,
  heard: () => void,
): Promise<Pick<HttpReply, 'digest' | 'text'>> => {
  const body = createBody(wanted);
  try {
    for await (const chunk of reply.body) {
      heard();
      if (body.push(chunk)) return body.result(true);
    }
    return body.result(true);
  } catch {
    return {};
  }
};

const explain = (error: Error): CheckFailure => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW')
    return failure('malformed', 'the reply is not HTTP/1.1');
  if (code === 'UND_ERR_INVALID_ARG') return failure('malformed', `the request cannot be sent: ${error.message}`);
  if (code === 'UND_ERR_SOCKET') return failure('closed', 'connection closed without a reply');
  return failureOf(error);
};
