// One attempt of a check: the checker's kind decides what is done, the answer is always a value.
import type { Script } from '@vipward/config';
import type { ChildAccount, Clock, Millis } from '@vipward/sockets';
import type { Probe } from '../machine/checks.ts';
import type { CheckResult } from '../machine/result.ts';
import { checkDns } from './dns.ts';
import { checkGrpc } from './grpc.ts';
import { checkHttp } from './http.ts';
import { checkMisc } from './misc.ts';
import { checkMysql } from './mysql.ts';
import { checkPgsql } from './pgsql.ts';
import { checkPing } from './ping.ts';
import { checkRedis } from './redis.ts';
import { checkSmtp } from './smtp.ts';
import { checkTcp } from './tcp.ts';
import { checkUdp } from './udp.ts';

export interface CheckContext {
  readonly clock: Clock;
  /** When it begins, where its caller has just read the clock. */
  readonly began?: Millis;
  /** Aborted when nobody wants the answer any more; the attempt then ends at once. */
  readonly signal: AbortSignal;
  /**
   * Asked for once a server has accepted a connection, by kinds that go on with a stream: true when there is a place for it, which
   * is held until the check ends; false when nobody wants the answer any more. Without it there is always one.
   */
  readonly place?: () => Promise<boolean>;
  /** Whom a script runs as, or why it must not run; without it the usual account counts and nothing is refused. */
  readonly scriptAccount?: (script: Script) => ChildAccount | string;
}

/** `url` is the index of the url to ask (0 for the kinds that have none). Resolves, never rejects for what a server did. */
export type Check = (checker: Probe, url: number, context: CheckContext) => Promise<CheckResult>;

export const runCheck: Check = (checker, url, context) => {
  switch (checker.kind) {
    case 'TCP_CHECK':
      return checkTcp(checker, context);
    case 'HTTP_GET':
    case 'SSL_GET':
      return checkHttp(checker, url, context);
    case 'MISC_CHECK':
      return checkMisc(checker, context);
    case 'PING_CHECK':
      return checkPing(checker, context);
    case 'UDP_CHECK':
      return checkUdp(checker, context);
    case 'DNS_CHECK':
      return checkDns(checker, context);
    case 'GRPC_CHECK':
      return checkGrpc(checker, context);
    case 'REDIS_CHECK':
      return checkRedis(checker, context);
    case 'MYSQL_CHECK':
      return checkMysql(checker, context);
    case 'PGSQL_CHECK':
      return checkPgsql(checker, context);
    case 'SMTP_CHECK':
      return checkSmtp(checker, context);
  }
};
