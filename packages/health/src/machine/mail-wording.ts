// What mails say of checks.
import type { AnyCheck } from './checks.ts';
import type { FailureReason } from './result.ts';
import { hostOf, smtpFailure } from './wording.ts';

/** What a mail says of a check: keepalived's sentences, alike for all causes but those of SMTP. Tracked files send no mail. */
export const checkMail = (check: AnyCheck, failure: FailureReason | undefined): string | undefined => {
  const did = failure === undefined ? 'succeed' : 'failed';
  switch (check.kind) {
    case 'TCP_CHECK':
      return `TCP CHECK ${did} on service`;
    case 'HTTP_GET':
    case 'SSL_GET':
      return failure === undefined ? 'CHECK succeed on service' : 'CHECK failed on service : HTTP request failed';
    case 'SMTP_CHECK':
      return failure === undefined
        ? 'CHECK succeed on service'
        : `CHECK failed on service : ${smtpFailure({ reason: failure })} server ${hostOf(check)}`;
    case 'MISC_CHECK': {
      const ended = failure === undefined ? 'succeeded' : failure === 'script-timeout' ? 'timed out' : 'failed';
      return `MISC CHECK ${ended} on service`;
    }
    case 'DNS_CHECK':
      return `DNS_CHECK: ${did} on service`;
    case 'UDP_CHECK':
      return `UDP CHECK ${did} on service`;
    case 'PING_CHECK':
      return `ICMP CHECK ${did} on service`;
    case 'GRPC_CHECK':
    case 'REDIS_CHECK':
    case 'MYSQL_CHECK':
    case 'PGSQL_CHECK':
      return `${check.kind} ${did} on service`;
    case 'BFD_CHECK':
      return `BFD CHECK ${check.name} ${failure === undefined ? 'succeeded' : 'failed'} on service`;
    case 'FILE_CHECK':
      return undefined;
  }
};
