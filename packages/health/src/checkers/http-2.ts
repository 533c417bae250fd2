// HTTP_GET and SSL_GET over HTTP/2: with prior knowledge on plain TCP, by ALPN over TLS.
import { connect } from './connect.ts';
import { type HttpTransport, userAgent } from './http-transport.ts';
import { exchangeHttp2 } from './http2-exchange.ts';
import { createBody } from './reply.ts';
import { secure } from './secure.ts';

export const exchangeOverHttp2: HttpTransport = async (exchange, context) => {
  const { target, tls, request } = exchange;
  const connected = await connect(target, context);
  if (!connected.ok) return connected;
  const secured = tls ? await secure(connected.socket, { ...tls, http2: true }, target, context) : connected;
  if (!secured.ok) return secured;
  const body = createBody(exchange);
  const reply = await exchangeHttp2(
    secured.socket,
    target,
    {
      headers: {
        ':method': request?.method ?? 'GET',
        ':scheme': tls ? 'https' : 'http',
        ':authority': exchange.host,
        ':path': exchange.path,
        'user-agent': userAgent,
        ...headersOf(request?.headers ?? []),
      },
      ...(request?.body !== undefined && { body: Buffer.from(request.body) }),
      take: (part) => body.push(part),
    },
    context,
  );
  if (!reply.ok) return reply;
  const { warning } = secured;
  return { ok: true, status: reply.status, ...(warning !== undefined && { warning }), ...body.result(reply.whole) };
};

/** Names are in lower case in HTTP/2; one that stands twice has a list of values. */
const headersOf = (
  headers: readonly { readonly name: string; readonly value: string }[],
): Readonly<Record<string, string[]>> => {
  const lists: Record<string, string[]> = {};
  for (const { name, value } of headers) {
    const lower = name.toLowerCase();
    lists[lower] = [...(lists[lower] ?? []), value];
  }
  return lists;
};
