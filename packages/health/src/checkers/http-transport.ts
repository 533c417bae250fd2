// One HTTP exchange as a value in and a value out; how it is made is the transport's business.
import type { CheckerCommon, HttpCheck, Millis, UrlRequest } from '@vipward/config';
import type { CheckFailure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import type { TlsWanted } from './secure.ts';

export interface HttpExchange {
  readonly target: CheckerCommon;
  readonly protocol: HttpCheck['httpProtocol'];
  readonly path: string;
  /** The Host header. */
  readonly host: string;
  /** Present for SSL_GET. */
  readonly tls?: TlsWanted;
  /** What it is besides a plain GET. */
  readonly request?: UrlRequest;
  /** Whether the body's MD5 is wanted; otherwise the body is read only to be polite, and in bounds. */
  readonly digest: boolean;
  /** Whether the beginning of the body is wanted, for a regular expression. */
  readonly text?: boolean;
}

export interface HttpReply {
  readonly ok: true;
  readonly status: number;
  /** MD5 of the body, lower-case hex; absent when not wanted, or when the body was cut off. */
  readonly digest?: string;
  /** MD5 of a body that came in chunks, with their sizes: keepalived knows no other. */
  readonly rawDigest?: string;
  /** The body, as far as bodyLimit() goes; absent when not wanted, or when it stopped arriving. */
  readonly text?: Buffer;
  /** What should be told although all is well. */
  readonly warning?: string;
}

export type HttpTransport = (exchange: HttpExchange, context: CheckContext) => Promise<HttpReply | CheckFailure>;

/** keepalived's own, which web servers' log filters know. */
export const userAgent = 'KeepAliveClient';

/** Bytes of a body that a regular expression sees: as much as is read anyway. */
export const textLimit = 1024 * 1024;

/** Bytes of a body that are read: more when it is hashed (in a stream, so it costs no memory). */
export const bodyLimit = (digest: boolean): number => (digest ? 16 : 1) * 1024 * 1024;

/** Bytes of status line and headers. */
export const headerLimit = 64 * 1024;

/**
 * Milliseconds from the request to the end of the reply, however often something arrives: keepalived has no such bound,
 * and a server that drips a byte a second holds its check for ever.
 */
export const readingBound = (connectTimeout: Millis): Millis => 4 * connectTimeout;
