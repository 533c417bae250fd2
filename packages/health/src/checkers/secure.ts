// The TLS layer of checks. Certificates are verified only when asked for: keepalived doesn't, and a check is no trust decision.
import type { Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { CheckerCommon, Millis, SslSettings } from '@vipward/config';
import { failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import type { Connected } from './connect.ts';
import { stopped } from './dial.ts';
import { failureOf } from './failure.ts';
import { giveUpAt } from './give-up.ts';
import { drop } from './hang-up.ts';
import { tlsContext } from './tls-context.ts';

export interface TlsWanted {
  /** Sent as SNI; without it no SNI is sent. */
  readonly servername?: string;
  /** tls_compliant */
  readonly closeNotify?: boolean;
  /** The SSL block: what is shown to the server. */
  readonly ssl?: SslSettings;
  /** The name or address that the certificate must be valid for; without it nothing is verified. */
  readonly verify?: string;
  /** Days: a certificate that ends sooner is told of. */
  readonly expiryWarning?: number;
  /** HTTP/2 must be agreed on (ALPN). */
  readonly http2?: boolean;
}

/** A peer that does not take the end of a connection is left after this long. */
const patience: Millis = 1000;

/** Closes at once; with tls_compliant says so first, as the TLS standard wants it (close_notify). */
export const hangUp = (
  socket: Socket,
  { tls, target }: { readonly tls?: TlsWanted; readonly target: CheckerCommon },
  { clock }: CheckContext,
): void => {
  if (!tls?.closeNotify || socket.destroyed) {
    drop(socket, target);
    return;
  }
  const cancel = clock.at(clock.now() + patience, () => socket.destroy());
  socket.once('close', cancel);
  socket.end(() => socket.destroy());
};

/** Shakes hands over a connected socket within connect_timeout; the socket is destroyed when that fails. */
export const secure = async (
  socket: Socket,
  tls: TlsWanted,
  target: CheckerCommon,
  context: CheckContext,
): Promise<Connected> => {
  const loaded = await tlsContext(tls.ssl, tls.verify !== undefined);
  if (!loaded.ok) socket.destroy();
  return loaded.ok ? shakeHands(socket, tls, loaded.context, target, context) : loaded;
};

const shakeHands = (
  socket: Socket,
  tls: TlsWanted,
  secureContext: SecureContext,
  { connectTimeout }: CheckerCommon,
  { clock, signal }: CheckContext,
): Promise<Connected> =>
  new Promise((resolve) => {
    const { verify } = tls;
    const secured = connectTls({
      socket,
      secureContext,
      rejectUnauthorized: verify !== undefined,
      ...(verify !== undefined && {
        checkServerIdentity: (_, certificate) => checkServerIdentity(verify, certificate),
      }),
      ...(tls.http2 && { ALPNProtocols: ['h2'] }),
      ...(tls.servername !== undefined && { servername: tls.servername }),
    });
    const settle = (outcome: Connected): void => {
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
      if (!outcome.ok) {
        secured.destroy();
        socket.destroy();
      }
      resolve(outcome);
    };
    const onAbort = (): void => settle(stopped);
    const cancelTimeout = giveUpAt(clock, clock.now() + connectTimeout, () =>
      settle(failure('tls', `no TLS handshake within ${connectTimeout / 1000} s`)),
    );
    signal.addEventListener('abort', onAbort);
    secured.on('error', (error) => {
      const failed = failureOf(error);
      settle(failed.reason === 'closed' ? failure('tls', `TLS handshake: ${failed.detail}`) : failed);
    });
    secured.once('secureConnect', () => {
      if (tls.http2 && secured.alpnProtocol !== 'h2') settle(failure('tls', 'the server does not offer HTTP/2'));
      else {
        const warning = tls.expiryWarning === undefined ? undefined : expiry(secured, tls.expiryWarning);
        settle({ ok: true, socket: secured, ...(warning !== undefined && { warning }) });
      }
    });
    if (signal.aborted) onAbort();
  });

const day = 24 * 60 * 60 * 1000;

/** Wall-clock time on purpose: that is what certificates are written in. */
const expiry = (socket: TLSSocket, days: number): string | undefined => {
  const { valid_to: end } = socket.getPeerCertificate();
  const left = Math.floor((Date.parse(end) - Date.now()) / day);
  if (Number.isNaN(left) || left >= days) return undefined;
  return left < 0 ? `the certificate ended on ${end}` : `the certificate ends in ${left} days, on ${end}`;
};
