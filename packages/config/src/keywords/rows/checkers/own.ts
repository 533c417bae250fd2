// Checks that keepalived does not have.
import { bool, text } from '../../grammar.ts';
import { type BlockRows, block } from '../../row.ts';
import { connecting, REAL_SERVER } from './common.ts';

/** Checks that keepalived does not have: every line of their blocks begins with @vipward, or all of it stands on one. */
export const ownChecks: readonly BlockRows[] = [
  block(`${REAL_SERVER}.GRPC_CHECK`, [
    ...connecting({ retry: 1, delay: '1 s' }),
    { name: 'service', grammar: text('NAME'), default: 'the whole server', help: 'service asked for', acted: true },
    { name: 'tls', grammar: bool, default: 'off', help: 'over TLS; shows the SSL block', acted: true },
    {
      name: 'virtualhost',
      grammar: text('STR'),
      repeat: 'last-reported',
      default: "the real server's, then the virtual server's",
      help: 'authority, and name in the TLS handshake',
      acted: true,
    },
  ]),
  block(`${REAL_SERVER}.REDIS_CHECK`, [
    ...connecting({ retry: 1, delay: '1 s' }),
    { name: 'user', grammar: text('NAME'), default: 'none', help: 'account (ACL); needs password', acted: true },
    { name: 'password', grammar: text('STR'), default: 'none', help: 'what AUTH is told', acted: true },
  ]),
  block(`${REAL_SERVER}.MYSQL_CHECK`, [
    ...connecting({ retry: 1, delay: '1 s' }),
    {
      name: 'user',
      grammar: text('NAME'),
      default: 'none: only the greeting is read, which servers count as a broken connection',
      help: 'account without password that logs in',
      acted: true,
    },
  ]),
  block(`${REAL_SERVER}.PGSQL_CHECK`, [
    ...connecting({ retry: 1, delay: '1 s' }),
    { name: 'user', grammar: text('NAME'), default: 'vipward', help: 'name in the first message', acted: true },
    { name: 'database', grammar: text('NAME'), default: "the user's", help: 'database asked for', acted: true },
  ]),
];
