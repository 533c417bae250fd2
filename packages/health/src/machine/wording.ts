// What a checker says in the log: keepalived's sentences, so that what greps for them goes on working, with the cause behind.
import type { HttpUrl, MiscCheck } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import type { Probe } from './checks.ts';
import type { CheckFailure, FailureReason } from './result.ts';

/** One checker with the names that its log lines carry. */
export interface Subject {
  readonly checker: Probe;
  /** `[192.168.33.12]:tcp:80` */
  readonly realServer: string;
  /** `[192.168.33.188]:tcp:80` */
  readonly virtualServer: string;
  /** checker_log_all_failures: for checkers that say nothing themselves. */
  readonly logAllFailures?: boolean;
}

/** Said when a check passes that had failed, and at its first pass. */
export const passed = ({ checker, realServer, virtualServer }: Subject): string => {
  switch (checker.kind) {
    case 'TCP_CHECK':
      return `TCP connection to ${realServer} success.`;
    case 'HTTP_GET':
    case 'SSL_GET':
      return `Remote Web server ${realServer} succeed on service.`;
    case 'MISC_CHECK':
      return `Misc check for [${realServer} VS ${virtualServer}] by [${checker.script.argv[0] ?? ''}] succeeded.`;
    case 'UDP_CHECK':
      return `UDP connection to ${realServer} success.`;
    case 'PING_CHECK':
      return `ICMP connection to ${realServer} success.`;
    case 'DNS_CHECK':
      return `DNS_CHECK (${realServer}) success.`;
    case 'SMTP_CHECK':
      return `Remote SMTP server ${realServer} succeed on service.`;
    case 'GRPC_CHECK':
    case 'REDIS_CHECK':
    case 'MYSQL_CHECK':
    case 'PGSQL_CHECK':
      return `${checker.kind} on service ${realServer} success.`;
  }
};

/** Said of each url that answers well again while its server is still down. */
export const urlPassed = (realServer: string, url: HttpUrl): string =>
  `${url.digest !== undefined ? 'MD5 digest' : url.regex !== undefined ? 'Regex' : 'HTTP status code'} success to ${realServer} url(${url.path})`;

/** Said with log_all_failures of a failure that a retry may make good, after `before` others in a row: the first line of gaveUp(). */
export const failedOnce = (subject: Subject, url: HttpUrl | undefined, result: CheckFailure, before: number): string =>
  subject.checker.kind === 'MISC_CHECK'
    ? miscFailure(subject, subject.checker, result, retryingText(subject.checker, before))
    : (gaveUp(subject, url, result, false)[0] ?? '');

/**
 * Said when a server is given up, mostly in two lines: what the last attempt met, and that it was the last. keepalived says the
 * first only with log_all_failures, and without the cause.
 */
export const gaveUp = (
  subject: Subject,
  url: HttpUrl | undefined,
  result: CheckFailure,
  retried: boolean,
): string[] => {
  const { checker, realServer, virtualServer } = subject;
  const { detail } = result;
  const after = retried && checker.retry > 0 ? ` after ${checker.retry} retries` : '';
  switch (checker.kind) {
    case 'TCP_CHECK':
      return [
        `TCP connection to ${realServer} failed. ${detail}`,
        `TCP_CHECK on service ${realServer} failed${after}.`,
      ];
    case 'HTTP_GET':
    case 'SSL_GET':
      return [
        `${httpFailure(result, realServer)} url(${url?.path ?? ''}) ${detail}`,
        `HTTP_CHECK on service ${realServer} failed${checker.retry > 0 ? ` after ${checker.retry} retries` : ''}.`,
      ];
    case 'MISC_CHECK':
      // Also of the very first attempt, after which there is no retry.
      return [
        miscFailure(
          subject,
          checker,
          result,
          checker.retry > 0 ? ` after ${retries(checker.retry)}` : ' with retry disabled',
        ),
      ];
    case 'UDP_CHECK': {
      const what =
        result.reason === 'reply'
          ? `UDP check to ${realServer} reply data mismatch.`
          : `UDP connection to ${realServer} failed.`;
      return [`${what} ${detail}`, `UDP_CHECK on service ${realServer} failed${after}.`];
    }
    case 'PING_CHECK':
      return [
        `ICMP connection to ${realServer} failed. ${detail}`,
        `ICMP CHECK on service ${realServer} of ${virtualServer} failed${after}.`,
      ];
    // These two give up in one line.
    case 'DNS_CHECK':
      return [`DNS_CHECK (${realServer}) ${detail}${after}`];
    case 'SMTP_CHECK':
      return [`SMTP_CHECK ${smtpFailure(result)} server ${hostOf(checker)} ${detail}${after}`];
    case 'GRPC_CHECK':
    case 'REDIS_CHECK':
    case 'MYSQL_CHECK':
    case 'PGSQL_CHECK':
      return [
        `${checker.kind} to ${realServer} failed. ${detail}`,
        `${checker.kind} on service ${realServer} failed${after}.`,
      ];
  }
};

const miscFailure = (
  { realServer, virtualServer }: Subject,
  { script }: MiscCheck,
  { reason, detail }: CheckFailure,
  retrying: string,
): string => {
  const how = reason === 'script-timeout' ? `timed out${retrying}` : `failed${retrying} (${detail})`;
  return `Misc check for [${realServer} VS ${virtualServer}] by [${script.argv[0] ?? ''}] ${how}.`;
};

const retryingText = ({ retry }: MiscCheck, before: number): string =>
  before === 0 ? `, will do ${retries(retry)}` : ` on retry ${before}/${retry}`;

const retries = (count: number): string => `${count} ${count === 1 ? 'retry' : 'retries'}`;

/** Said of a check that passes and will not go on passing. */
export const warned = ({ checker, realServer }: Subject, warning: string): string =>
  `${checker.kind} on service ${realServer}: ${warning}`;

/** Said once when this machine, not the server, keeps a check from being made. */
export const couldNotTry = ({ checker, realServer }: Subject, result: CheckFailure): string =>
  `${checker.kind} on service ${realServer} could not be made: ${result.detail}; its verdict stays as it is.`;

/** The host that an SMTP_CHECK asks, which need not be the real server. */
export const hostOf = ({ connectIp, connectPort }: Probe): string => `[${formatIp(connectIp)}]:${connectPort}`;

/** What SMTP_CHECK met, in front of the server's name. */
export const smtpFailure = ({ reason }: { readonly reason: FailureReason }): string => {
  switch (reason) {
    case 'read-timeout':
      return 'Read timeout from';
    case 'closed':
      return 'Read failure from';
    case 'greeting':
    case 'malformed':
      return 'Bad greeting banner from';
    case 'helo':
      return 'Bad HELO response from';
    default:
      return 'Could not connect to';
  }
};

const httpFailure = (result: CheckFailure, realServer: string): string => {
  switch (result.reason) {
    case 'refused':
    case 'unreachable':
      return `Connection failed server ${realServer}.`;
    case 'connect-timeout':
      return `Timeout connecting server ${realServer}.`;
    case 'read-timeout':
      return `Timeout WEB read server ${realServer}.`;
    // Two spaces: so it stands in keepalived's log.
    case 'closed':
    case 'malformed':
      return `Read, no data received from  server ${realServer}.`;
    case 'tls':
      return `SSL handshake/communication error connecting to server ${realServer}.`;
    case 'status':
      return `HTTP status code error to server ${realServer}.`;
    case 'digest':
      return `MD5 digest error to server ${realServer}.`;
    case 'regex':
      return `Regex mismatch from server ${realServer}.`;
    case 'reply':
    case 'greeting':
    case 'helo':
    case 'file':
    case 'session':
    case 'script':
    case 'script-timeout':
    case 'local':
      return `Check failed server ${realServer}.`;
  }
};
