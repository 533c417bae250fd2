// HTTP_GET and SSL_GET with their urls.
import { bool, choice, flag, text, uint, words } from '../../grammar.ts';
import { type BlockRows, block, type RowText } from '../../row.ts';
import { connecting, REAL_SERVER, RETRY_NAME } from './common.ts';

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
    own: true,
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
    own: true,
  },
  {
    name: 'header',
    grammar: text('"NAME: VALUE"'),
    repeat: 'adds',
    default: 'none',
    help: 'one more header of the request; write @vipward header, which keepalived skips',
    acted: true,
    own: true,
  },
  {
    name: 'request_body',
    grammar: text('STR'),
    repeat: 'last-reported',
    default: 'none',
    help: 'what is sent behind the headers; write @vipward request_body, which keepalived skips',
    acted: true,
    own: true,
  },
  {
    name: 'expect_body',
    grammar: text('STR'),
    repeat: 'last-reported',
    default: 'none',
    help: 'text that the first megabyte of the body must hold; write @vipward expect_body, which keepalived skips',
    acted: true,
    own: true,
  },
];

const tlsRows: readonly RowText[] = [
  {
    name: 'tls_verify',
    grammar: bool,
    default: 'off',
    help: 'the certificate must be valid for the name, by the ca of the SSL block or that of the system; write @vipward tls_verify, which keepalived skips',
    acted: true,
    own: true,
  },
  {
    name: 'tls_expiry_warning',
    grammar: uint(1, 3650, { unit: 'days' }),
    default: 'off',
    help: 'say in the log when the certificate ends so soon; write @vipward tls_expiry_warning, which keepalived skips',
    acted: true,
    own: true,
  },
];

const tlsCompliant: RowText = {
  name: 'tls_compliant',
  grammar: bool,
  default: 'off',
  help: 'send close_notify',
  acted: true,
};

/** HTTP_GET, SSL_GET and their urls. */
export const httpChecks: readonly BlockRows[] = [
  block(`${REAL_SERVER}.HTTP_GET`, http),
  block(`${REAL_SERVER}.HTTP_GET.url`, url),
  block(`${REAL_SERVER}.SSL_GET`, [...http, tlsCompliant, ...tlsRows]),
  block(`${REAL_SERVER}.SSL_GET.url`, [...url, tlsCompliant]),
];
