// The checkers of real servers. Most share the same keywords, so a row that means the same everywhere stands here once.
import {
  account,
  bareScript,
  bool,
  choice,
  flag,
  INT32_MAX,
  int,
  interfaceName,
  ip,
  seconds,
  text,
  UINT32_MAX,
  uint,
  words,
} from '../grammar.ts';
import { type BlockRows, block, type RowText } from '../row.ts';

const REAL_SERVER = 'virtual_server.real_server';

interface RetryDefaults {
  readonly retry: number;
  /** In words, as the reference prints it. */
  readonly delay: string;
}

// Timing of a check; every value not given comes from the real server, which has it from the virtual server.
const timing = ({ retry, delay }: RetryDefaults): readonly RowText[] => [
  {
    name: 'retry',
    grammar: uint(0, UINT32_MAX),
    default: `the real server's, else ${retry}`,
    help: 'failures tolerated before down',
    acted: true,
  },
  {
    name: 'delay_before_retry',
    grammar: seconds(0),
    default: `the real server's, else ${delay}`,
    help: 'wait before a retry',
    acted: true,
  },
  {
    name: 'warmup',
    grammar: seconds(0),
    default: "the real server's, else delay_loop",
    help: 'random start delay',
    acted: true,
  },
  { name: 'delay_loop', grammar: seconds(0.000001), default: "the real server's (60 s)", help: 'period', acted: true },
  { name: 'alpha', grammar: bool, default: "the real server's", help: 'starts down', acted: true },
  {
    name: 'log_all_failures',
    grammar: bool,
    default: 'checker_log_all_failures',
    help: 'log every failed probe',
    acted: true,
  },
];

const connection: readonly RowText[] = [
  {
    name: 'connect_ip',
    grammar: ip,
    default: "the real server's address",
    help: 'address probed; its family must match bindto',
    acted: true,
  },
  {
    name: 'connect_port',
    grammar: uint(1, 65_535),
    default: "the real server's port",
    help: 'port probed',
    acted: true,
  },
  { name: 'bindto', grammar: ip, default: 'none', help: 'source address', acted: true },
  { name: 'bind_port', grammar: uint(1, 65_535), default: 'none', help: 'source port', acted: true },
  {
    name: 'bind_if',
    grammar: interfaceName,
    default: 'none',
    help: 'source interface; required for link-local targets',
    acted: true,
  },
  {
    name: 'connect_timeout',
    grammar: seconds(0.000001, 4294.967295),
    default: "the real server's (5 s)",
    help: 'connect timeout',
    acted: true,
  },
  { name: 'fwmark', grammar: uint(0, UINT32_MAX), default: '0', help: 'mark of the probe packets', acted: true },
];

const connecting = (defaults: RetryDefaults): readonly RowText[] => [...connection, ...timing(defaults)];

const RETRY_NAME: Pick<RowText, 'name' | 'grammar' | 'aliasOf' | 'deprecated' | 'acted'> = {
  name: 'nb_get_retry',
  grammar: uint(0, UINT32_MAX),
  aliasOf: 'retry',
  deprecated: 'retry',
  acted: true,
};

const http: readonly RowText[] = [
  ...connecting({ retry: 1, delay: '3 s' }),
  { ...RETRY_NAME, help: 'old name of retry' },
  {
    name: 'virtualhost',
    grammar: text('STR'),
    repeat: 'last-reported',
    default: "the real server's, then the virtual server's",
    help: 'Host header',
    acted: true,
  },
  {
    name: 'http_protocol',
    grammar: choice('1.0', '1.0C', '1.0c', '1.1'),
    default: '1.0',
    help: 'request version; 1.0C adds Connection: close',
    acted: true,
  },
  { name: 'enable_sni', grammar: bool, default: 'off', help: 'send SNI (only useful with SSL_GET)', acted: true },
  {
    name: 'sni_name',
    grammar: { kind: 'text', label: 'NAME', optional: true },
    repeat: 'last-reported',
    default: 'virtualhost',
    help: 'SNI name; turns enable_sni on',
    acted: true,
  },
  { name: 'fast_recovery', grammar: bool, default: 'off', help: 'no delay between urls while coming up', acted: true },
  { name: 'url', grammar: flag, body: 'keywords', help: 'one request; all must pass', acted: true },
  {
    name: 'http2',
    grammar: bool,
    default: 'off',
    help: 'HTTP/2, over TLS by ALPN and otherwise at once; http_protocol does not count then; write @vipward http2, which keepalived skips',
    acted: true,
  },
];

const REGEX_OPTIONS =
  'allow_empty_class|alt_bsux|auto_callout|caseless|dollar_endonly|dotall|dupnames|extended|firstline|match_unset_backref|multiline|never_ucp|never_utf|no_auto_capture|no_auto_possess|no_dotstar_anchor|no_start_optimize|ucp|ungreedy|utf|never_backslash_c|alt_circumflex|alt_verbnames|use_offset_limit';

const url: readonly RowText[] = [
  {
    name: 'path',
    grammar: text('STR'),
    repeat: 'last-reported',
    help: 'request path; without it the url does not count',
    acted: true,
  },
  {
    name: 'digest',
    grammar: { kind: 'digest' },
    repeat: 'first',
    default: 'none',
    help: 'MD5 of the body (see genhash)',
    acted: true,
  },
  {
    name: 'status_code',
    grammar: { kind: 'status-codes' },
    repeat: 'adds',
    default: '200-299',
    help: 'accepted codes, within 100 to 599',
    acted: true,
  },
  {
    name: 'virtualhost',
    grammar: text('STR'),
    repeat: 'last-reported',
    default: "the checker's",
    help: 'Host header',
    acted: true,
  },
  {
    name: 'regex',
    grammar: words('PATTERN'),
    repeat: 'last-reported',
    default: 'none',
    help: 'must match the body (PCRE2)',
    acted: true,
  },
  { name: 'regex_no_match', grammar: flag, default: 'off', help: 'a match means failure', acted: true },
  {
    name: 'regex_options',
    grammar: words(REGEX_OPTIONS),
    repeat: 'adds',
    default: 'none',
    help: 'PCRE2 options',
    acted: true,
  },
  {
    name: 'regex_min_offset',
    grammar: uint(0, Number.MAX_SAFE_INTEGER),
    default: '0',
    help: 'first byte searched',
    acted: true,
  },
  {
    name: 'regex_max_offset',
    grammar: uint(0, Number.MAX_SAFE_INTEGER),
    default: 'none',
    help: 'last byte where a match may start',
    acted: true,
  },
  {
    name: 'regex_stack',
    grammar: words('START MAX', 2),
    repeat: 'adds',
    default: 'none',
    help: 'PCRE2 JIT stack in bytes; the largest wins; without effect, as the search here has bounds of its own',
  },
  {
    name: 'method',
    grammar: choice('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
    default: 'GET',
    help: 'method of the request; write @vipward method, which keepalived skips',
    acted: true,
  },
  {
    name: 'header',
    grammar: text('"NAME: VALUE"'),
    repeat: 'adds',
    default: 'none',
    help: 'one more header of the request; write @vipward header, which keepalived skips',
    acted: true,
  },
  {
    name: 'request_body',
    grammar: text('STR'),
    repeat: 'last-reported',
    default: 'none',
    help: 'what is sent behind the headers; write @vipward request_body, which keepalived skips',
    acted: true,
  },
  {
    name: 'expect_body',
    grammar: text('STR'),
    repeat: 'last-reported',
    default: 'none',
    help: 'text that the first megabyte of the body must hold; write @vipward expect_body, which keepalived skips',
    acted: true,
  },
];

const tlsRows: readonly RowText[] = [
  {
    name: 'tls_verify',
    grammar: bool,
    default: 'off',
    help: 'the certificate must be valid for the name, by the ca of the SSL block or that of the system; write @vipward tls_verify, which keepalived skips',
    acted: true,
  },
  {
    name: 'tls_expiry_warning',
    grammar: uint(1, 3650, { unit: 'days' }),
    default: 'off',
    help: 'say in the log when the certificate ends so soon; write @vipward tls_expiry_warning, which keepalived skips',
    acted: true,
  },
];

/** Checks that keepalived does not have: every line of their blocks begins with @vipward, or all of it stands on one. */
const ownChecks: readonly BlockRows[] = [
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

const tlsCompliant: RowText = {
  name: 'tls_compliant',
  grammar: bool,
  default: 'off',
  help: 'send close_notify',
  acted: true,
};

export const checkerRows: readonly BlockRows[] = [
  block(`${REAL_SERVER}.TCP_CHECK`, [
    ...connecting({ retry: 1, delay: '1 s' }),
    // keepalived has it in HTTP_GET only; many files in use write it here as well.
    { ...RETRY_NAME, help: 'name of retry that belongs to HTTP_GET; keepalived does not know it here' },
  ]),
  block(`${REAL_SERVER}.HTTP_GET`, http),
  block(`${REAL_SERVER}.HTTP_GET.url`, url),
  block(`${REAL_SERVER}.SSL_GET`, [...http, tlsCompliant, ...tlsRows]),
  block(`${REAL_SERVER}.SSL_GET.url`, [...url, tlsCompliant]),
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
      help: 'run time limit',
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
