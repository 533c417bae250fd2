// One attempt of a check: the checker's kind decides what is done, the answer is always a value.
import type { Checker } from '@vipward/config';
import type { Clock } from '@vipward/sockets';
import type { CheckResult } from '../machine/result.ts';
import { checkHttp } from './http.ts';
import { checkMisc } from './misc.ts';
import { checkTcp } from './tcp.ts';

export interface CheckContext {
  readonly clock: Clock;
  /** Aborted when nobody wants the answer any more; the attempt then ends at once. */
  readonly signal: AbortSignal;
}

/** `url` is the index of the url to ask (0 for the kinds that have none). Resolves, never rejects for what a server did. */
export type Check = (checker: Checker, url: number, context: CheckContext) => Promise<CheckResult>;

export const runCheck: Check = (checker, url, context) => {
  switch (checker.kind) {
    case 'TCP_CHECK':
      return checkTcp(checker, context);
    case 'HTTP_GET':
    case 'SSL_GET':
      return checkHttp(checker, url, context);
    case 'MISC_CHECK':
      return checkMisc(checker, context);
  }
};
