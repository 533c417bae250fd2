// HTTP_GET and SSL_GET: ask for one url, then judge the status code and the MD5 digest of the body.
import type { HttpCheck, HttpUrl } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { exchangeOverHttp2 } from './http-2.ts';
import { exchangePlain } from './http-plain.ts';
import type { HttpExchange, HttpReply, HttpTransport } from './http-transport.ts';
import { judgeText } from './regex.ts';

/**
 * connect_timeout bounds the connection, the TLS handshake and each single read, as in keepalived; readingBound() of
 * http-transport.ts bounds the whole. The reply is not followed when it redirects.
 */
export const checkHttp = async (checker: HttpCheck, index: number, context: CheckContext): Promise<CheckResult> => {
  const url = checker.urls[index];
  if (url === undefined) return failure('local', `there is no url number ${index + 1}`);
  const reply = await transportOf(checker, url)(exchangeOf(checker, url), context);
  if (!reply.ok) return reply;
  const result = await judge(url, reply, context);
  return result.ok && reply.warning !== undefined ? { ...result, warning: reply.warning } : result;
};

/** What keepalived asks is written byte for byte as it writes it; the rest is the business of libraries. */
const transportOf = ({ http2, httpProtocol }: HttpCheck, { request }: HttpUrl): HttpTransport => {
  if (http2) return exchangeOverHttp2;
  if (request === undefined || httpProtocol !== '1.1') return exchangePlain;
  return async (...asked) => (await import('./http-undici.ts')).exchangeUndici(...asked);
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
    text: url.regex !== undefined || url.expectBody !== undefined,
    ...(url.request !== undefined && { request: url.request }),
    ...(checker.kind === 'SSL_GET' && { tls: tlsOf(checker, url, virtualHost) }),
  };
};

const tlsOf = (checker: HttpCheck, url: HttpUrl, virtualHost: string | undefined): NonNullable<HttpExchange['tls']> => {
  const servername = checker.sni ? (checker.sniName ?? virtualHost) : undefined;
  const closeNotify = url.tlsCompliant ?? checker.tlsCompliant ?? false;
  const { ssl, tlsVerify, tlsExpiryWarning } = checker;
  return {
    ...(servername !== undefined && { servername }),
    ...(ssl !== undefined && { ssl }),
    ...(tlsVerify && { verify: servername ?? virtualHost ?? formatIp(checker.connectIp) }),
    ...(tlsExpiryWarning !== undefined && { expiryWarning: tlsExpiryWarning }),
    closeNotify,
  };
};

const judge = async (url: HttpUrl, reply: HttpReply, context: CheckContext): Promise<CheckResult> => {
  const { status, digest, rawDigest } = reply;
  if (!url.statusCodes.some(({ from, to }) => from <= status && status <= to)) {
    return failure('status', `status ${status}, wanted ${wanted(url)}`);
  }
  if (url.digest !== undefined) {
    if (digest === undefined) return failure('digest', 'the reply was too long or too slow for its digest');
    // keepalived hashes chunks as they come, sizes included: what its genhash printed is as good as the body's own.
    const wantedDigest = url.digest.toLowerCase();
    if (digest !== wantedDigest && rawDigest !== wantedDigest)
      return failure('digest', `digest ${digest}, wanted ${url.digest}`);
  }
  if (url.expectBody !== undefined && !reply.text?.includes(url.expectBody))
    return failure('reply', `the body does not hold "${url.expectBody}"`);
  if (url.regex === undefined) return { ok: true };
  if (reply.text === undefined) return failure('regex', 'the reply was too slow for its regex');
  return judgeText(url.regex, reply.text, context);
};

const wanted = (url: HttpUrl): string =>
  url.statusCodes.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(' ');
