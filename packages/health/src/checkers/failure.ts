// Errors of sockets as reasons: what the server did, and what only this machine lacks.
import { type CheckFailure, type FailureReason, failure } from '../machine/result.ts';

/** The failure that an error of a socket or of TLS stands for. */
export const failureOf = (error: Error): CheckFailure => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = reasons.get(code);
  if (known !== undefined) return failure(...known);
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code)) return failure('tls', `TLS: ${tlsText(error)}`);
  return failure('closed', plain(error.message) || code || 'unknown error');
};

/** OpenSSL's reason alone: its whole message begins with a thread number and ends with a line of its source. */
const tlsText = (error: Error): string =>
  'reason' in error && typeof error.reason === 'string' && 'library' in error ? error.reason : plain(error.message);

/** Without the options of Node that its messages recommend. */
const plain = (text: string): string => text.replace(/; if the root CA is installed locally.*/s, '').trim();

const reasons: ReadonlyMap<string, readonly [FailureReason, string]> = new Map([
  ['ECONNREFUSED', ['refused', 'connection refused']],
  ['ECONNRESET', ['closed', 'connection reset']],
  ['EPIPE', ['closed', 'connection closed']],
  ['ETIMEDOUT', ['connect-timeout', 'connection timed out']],
  ['EHOSTUNREACH', ['unreachable', 'no route to host']],
  ['EHOSTDOWN', ['unreachable', 'host is down']],
  ['ENETUNREACH', ['unreachable', 'network is unreachable']],
  ['ENETDOWN', ['unreachable', 'network is down']],
  // bindto names an address that is not here: keepalived counts that as a failed check, too.
  ['EADDRNOTAVAIL', ['unreachable', 'cannot assign the source address (bindto)']],
  ['EADDRINUSE', ['unreachable', 'the source address and port are in use (bind_port)']],
  ['EACCES', ['unreachable', 'permission denied (firewall or route)']],
  ['EPERM', ['unreachable', 'operation not permitted (firewall)']],
  ['ENODEV', ['unreachable', 'no such interface (bind_if)']],
  ['EMFILE', ['local', 'too many open files']],
  ['ENFILE', ['local', 'too many open files on this machine']],
  ['ENOBUFS', ['local', 'no buffer space']],
  ['ENOMEM', ['local', 'out of memory']],
  ['EAGAIN', ['local', 'no free local port or process slot']],
]);
