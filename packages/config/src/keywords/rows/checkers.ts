// The checkers of real servers, in the order of the reference pages.
import { account, bareScript, bool, flag, INT32_MAX, int, text, uint, words } from '../grammar.ts';
import { type BlockRows, block } from '../row.ts';
import { connecting, REAL_SERVER, RETRY_NAME, timing } from './checkers/common.ts';
import { httpChecks } from './checkers/http.ts';
import { ownChecks } from './checkers/own.ts';

export const checkerRows: readonly BlockRows[] = [
  block(`${REAL_SERVER}.TCP_CHECK`, [
    ...connecting({ retry: 1, delay: '1 s' }),
    // keepalived has it in HTTP_GET only; many files in use write it here as well.
    { ...RETRY_NAME, help: 'name of retry that belongs to HTTP_GET; keepalived does not know it here' },
  ]),
  ...httpChecks,
  block(`${REAL_SERVER}.SMTP_CHECK`, [
    ...connecting({ retry: 1, delay: '1 s' }),
    {
      name: 'helo_name',
      grammar: text('STR'),
      repeat: 'last-reported',
      default: 'smtpchecker.keepalived.org',
      help: 'HELO name',
      acted: true,
    },
    {
      name: 'host',
      grammar: flag,
      body: 'keywords',
      deprecated: 'the keywords of host directly in SMTP_CHECK',
      quietlyDeprecated: true,
      help: 'one more target',
      acted: true,
    },
  ]),
  block(`${REAL_SERVER}.SMTP_CHECK.host`, connecting({ retry: 1, delay: '1 s' })),
  block(`${REAL_SERVER}.DNS_CHECK`, [
    ...connecting({ retry: 3, delay: 'delay_loop' }),
    {
      name: 'type',
      grammar: {
        kind: 'choice',
        words: ['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY'],
        anyCase: true,
      },
      default: 'SOA',
      help: 'query type',
      acted: true,
    },
    { name: 'name', grammar: text('DOMAIN'), repeat: 'first', default: '. (root)', help: 'query name', acted: true },
  ]),
  block(`${REAL_SERVER}.UDP_CHECK`, [
    ...connecting({ retry: 1, delay: '1 s' }),
    { name: 'payload', grammar: words('HEX'), default: 'random bytes', help: 'data sent', acted: true },
    {
      name: 'require_reply',
      grammar: words('[HEX with X as wildcard nibble]', 0),
      default: 'off',
      help: 'a reply is needed (and must match)',
      acted: true,
    },
    { name: 'min_reply_length', grammar: uint(0, 65_535), default: '0', help: 'shortest reply', acted: true },
    { name: 'max_reply_length', grammar: uint(0, 65_535), default: '255', help: 'longest reply', acted: true },
  ]),
  block(`${REAL_SERVER}.PING_CHECK`, connecting({ retry: 1, delay: '1 s' })),
  block(`${REAL_SERVER}.MISC_CHECK`, [
    ...timing({ retry: 0, delay: '1 s' }),
    { name: 'misc_path', grammar: bareScript, help: 'command, exit status 0 = up; required', acted: true },
    {
      name: 'misc_timeout',
      grammar: uint(0, 4294, { unit: 's' }),
      default: "the virtual server's delay_loop",
      help: 'run time limit; 0 is the default',
      acted: true,
    },
    {
      name: 'misc_dynamic',
      grammar: flag,
      default: 'off',
      help: 'exit status 2 to 255 sets the weight to status - 2',
      acted: true,
    },
    { name: 'user', grammar: account, default: 'script_user', help: 'account to run as', acted: true },
  ]),
  block(`${REAL_SERVER}.FILE_CHECK`, [
    { name: 'track_file', grammar: text('NAME'), help: 'track_file to use; must be defined above', acted: true },
    {
      name: 'weight',
      grammar: int(-INT32_MAX, INT32_MAX, { options: ['reverse', 'noreverse'] }),
      default: "the track_file's",
      help: 'factor for the number',
      acted: true,
    },
  ]),
  block(`${REAL_SERVER}.BFD_CHECK`, [
    {
      name: 'name',
      grammar: text('BFD_NAME'),
      repeat: 'first',
      help: 'session to use; must be defined above',
      acted: true,
    },
    { name: 'alpha', grammar: bool, default: "the real server's", help: 'starts down', acted: true },
  ]),
  ...ownChecks,
];
