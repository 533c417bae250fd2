// What a checker says in the log: keepalived's sentences, so that what greps for them goes on working, with the cause behind.
import type { Checker, HttpUrl } from '@vipward/config';
import type { CheckFailure } from './result.ts';

/** One checker with the names that its log lines carry. */
export interface Subject {
  readonly checker: Checker;
  /** `[192.168.33.12]:tcp:80` */
  readonly realServer: string;
  /** `[192.168.33.188]:tcp:80` */
  readonly virtualServer: string;
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
  }
};

/** Said of each url that answers well again while its server is still down. */
export const urlPassed = (realServer: string, url: HttpUrl): string =>
  `${url.digest === undefined ? 'HTTP status code' : 'MD5 digest'} success to ${realServer} url(${url.path})`;

/**
 * Said when a server is given up, in two lines: what the last attempt met, and that it was the last. keepalived says the
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
  switch (checker.kind) {
    case 'TCP_CHECK':
      return [
        `TCP connection to ${realServer} failed. ${detail}`,
        `TCP_CHECK on service ${realServer} failed${retried && checker.retry > 0 ? ` after ${checker.retry} retries` : ''}.`,
      ];
    case 'HTTP_GET':
    case 'SSL_GET':
      return [
        `${httpFailure(result, realServer)} url(${url?.path ?? ''}) ${detail}`,
        `HTTP_CHECK on service ${realServer} failed${checker.retry > 0 ? ` after ${checker.retry} retries` : ''}.`,
      ];
    case 'MISC_CHECK': {
      const how = result.reason === 'script-timeout' ? 'timed out' : 'failed';
      const retries =
        retried && checker.retry > 0 ? ` after ${checker.retry} ${checker.retry === 1 ? 'retry' : 'retries'}` : '';
      const cause = result.reason === 'script-timeout' ? '' : ` (${detail})`;
      const script = `[${realServer} VS ${virtualServer}] by [${checker.script.argv[0] ?? ''}]`;
      return [`Misc check for ${script} ${how}${retries}${cause}.`];
    }
  }
};

/** Said once when this machine, not the server, keeps a check from being made. */
export const couldNotTry = ({ checker, realServer }: Subject, result: CheckFailure): string =>
  `${checker.kind} on service ${realServer} could not be made: ${result.detail}; its verdict stays as it is.`;

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
    case 'script':
    case 'script-timeout':
    case 'local':
      return `Check failed server ${realServer}.`;
  }
};
