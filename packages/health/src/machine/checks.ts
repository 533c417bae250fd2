// What is checked of a real server: the kinds that are tried again and again, and those that somebody tells of.
import type {
  BfdCheck,
  Checker,
  DnsCheck,
  FileCheck,
  HttpUrl,
  OwnCheck,
  PingCheck,
  RealServer,
  SmtpCheck,
  UdpCheck,
} from '@vipward/config';

/** Checks that something sends and waits for an answer to. */
export type Probe = Checker | SmtpCheck | DnsCheck | PingCheck | UdpCheck | OwnCheck;

/** Checks that nobody makes: the number in a file, the news of a BFD session. */
export type Told = FileCheck | BfdCheck;

/** Everything that has a verdict of its own. */
export type AnyCheck = Probe | Told;

export const isTold = (check: AnyCheck): check is Told => check.kind === 'FILE_CHECK' || check.kind === 'BFD_CHECK';

/** All checks of a real server that are made. */
export const checksOf = (rs: RealServer): readonly AnyCheck[] =>
  rs.moreCheckers === undefined ? rs.checkers : [...rs.checkers, ...rs.moreCheckers];

/** The urls that a check asks in turn; none for the other kinds. */
export const urlsOf = (check: AnyCheck): readonly HttpUrl[] =>
  check.kind === 'HTTP_GET' || check.kind === 'SSL_GET' ? check.urls : [];

/** A number in a file is true from the start and is never suspected: such a check begins as up. */
export const startsDown = (check: AnyCheck): boolean => check.kind !== 'FILE_CHECK' && check.alpha;

/** Whether the server's weight may depend on the check. */
export const movesWeight = (check: AnyCheck): boolean =>
  check.kind === 'FILE_CHECK' || (check.kind === 'MISC_CHECK' && check.dynamic);
