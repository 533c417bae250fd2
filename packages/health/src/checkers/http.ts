// HTTP_GET and SSL_GET: ask for one url, then judge the status code and the MD5 digest of the body.
import type { HttpCheck, HttpUrl } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { exchangePlain } from './http-plain.ts';
import type { HttpExchange, HttpReply, HttpTransport } from './http-transport.ts';
import { exchangeUndici } from './http-undici.ts';

/**
 * connect_timeout bounds the connection, the TLS handshake and each single read, as in keepalived; readingBound() of
 * http-transport.ts bounds the whole. The reply is not followed when it redirects.
 */
export const checkHttp = async (checker: HttpCheck, index: number, context: CheckContext): Promise<CheckResult> => {
  const url = checker.urls[index];
  if (url === undefined) return failure('local', `there is no url number ${index + 1}`);
  const reply = await transportOf(checker)(exchangeOf(checker, url), context);
  return reply.ok ? judge(url, reply) : reply;
};

/** The exchange of one url. The Host header is the virtualhost as written, or else address and port, 80 included. */
export const exchangeOf = (checker: HttpCheck, url: HttpUrl): HttpExchange => {
  const virtualHost = url.virtualHost ?? checker.virtualHost;
  const { connectIp, connectPort } = checker;
  const address = connectIp.family === 6 ? `[${formatIp(connectIp)}]` : formatIp(connectIp);
  return {
    target: checker,
    protocol: checker.httpProtocol,
    path: url.path,
    host: virtualHost ?? `${address}:${connectPort}`,
    digest: url.digest !== undefined,
    ...(checker.kind === 'SSL_GET' && {
      tls: checker.sni && virtualHost !== undefined ? { servername: virtualHost } : {},
    }),
  };
};

const transportOf = (checker: HttpCheck): HttpTransport =>
  checker.httpProtocol === '1.1' ? exchangeUndici : exchangePlain;

const judge = (url: HttpUrl, reply: HttpReply): CheckResult => {
  const { status, digest } = reply;
  if (!url.statusCodes.some(({ from, to }) => from <= status && status <= to)) {
    return failure('status', `status ${status}, wanted ${wanted(url)}`);
  }
  if (url.digest === undefined) return { ok: true };
  if (digest === undefined) return failure('digest', 'the reply was too long or too slow for its digest');
  if (digest === url.digest.toLowerCase()) return { ok: true };
  return failure('digest', `digest ${digest}, wanted ${url.digest}`);
};

const wanted = (url: HttpUrl): string =>
  url.statusCodes.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(' ');
