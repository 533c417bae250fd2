// Checkers of a real server, with every inherited value filled in.
import { formatIp, type IpAddress } from '../address.ts';
import { type Block, nameOf, type Statement } from '../blocks/block.ts';
import type { Checker, CheckerCommon, HttpCheck, HttpUrl, Millis, ScriptUser } from '../model.ts';
import type { Report } from '../source/report.ts';
import { buildRegex } from './url-regex.ts';
import { buildRequest } from './url-request.ts';
import {
  account,
  address,
  at,
  blocksOf,
  bool,
  find,
  findAll,
  has,
  millis,
  number,
  present,
  script,
  text,
  valueIn,
} from './values.ts';

/** What the checkers of one real server take from it when they say nothing themselves. */
export interface CheckerDefaults {
  readonly address: IpAddress;
  readonly port: number;
  readonly delayLoop: Millis;
  /** misc_timeout comes from the virtual server, whatever the real server says. */
  readonly serviceDelayLoop: Millis;
  readonly connectTimeout: Millis;
  readonly alpha: boolean;
  readonly retry?: number;
  readonly delayBeforeRetry?: Millis;
  readonly warmup?: Millis;
  readonly virtualHost?: string;
}

/** fe80::/10: the same on every link. */
const isLinkLocal = ({ family, bytes: [first = 0, second = 0] }: IpAddress): boolean =>
  family === 6 && first === 0xfe && (second & 0xc0) === 0x80;

const OK_CODES = [{ from: 200, to: 299 }];

/** All usable checkers of a real server block, in order. */
export const buildCheckers = (realServer: Block, defaults: CheckerDefaults, report: Report): readonly Checker[] =>
  realServer.statements.flatMap((statement) => {
    if (statement.body?.kind !== 'keywords') return [];
    const checker = buildChecker(statement, statement.body.block, defaults, report);
    return checker === undefined ? [] : [checker];
  });

const buildChecker = (
  statement: Statement,
  block: Block,
  defaults: CheckerDefaults,
  report: Report,
): Checker | undefined => {
  const kind = nameOf(statement);
  switch (kind) {
    case 'TCP_CHECK':
      return { kind, ...buildCommon(statement, block, defaults, { retry: 1, delay: 1000 }, report) };
    case 'HTTP_GET':
    case 'SSL_GET':
      return buildHttp(kind, statement, block, defaults, report);
    case 'MISC_CHECK':
      return buildMisc(statement, block, defaults, report);
    default:
      return undefined;
  }
};

/** Connection and timing, which most kinds have. */
export const buildCommon = (
  statement: Statement,
  block: Block,
  defaults: CheckerDefaults,
  own: { readonly retry: number; readonly delay: Millis },
  report: Report,
): CheckerCommon => {
  const connectIp = address(block, 'connect_ip') ?? defaults.address;
  const bindTo = address(block, 'bindto');
  const fits = bindTo === undefined || bindTo.family === connectIp.family;
  if (!fits)
    report(
      'error',
      'mixed-families',
      'bindto and the address probed are of different families; bindto is ignored',
      at(statement),
    );
  const bindIf = text(block, 'bind_if');
  if (bindIf === undefined && isLinkLocal(connectIp))
    report(
      'error',
      'link-local-without-interface',
      `${formatIp(connectIp)} is a link-local address: without bind_if it leads nowhere`,
      at(statement),
      { hint: 'write bind_if INTERFACE in the check' },
    );
  const delayLoop = millis(block, 'delay_loop') ?? defaults.delayLoop;
  const connectTimeout = millis(block, 'connect_timeout') ?? defaults.connectTimeout;
  const timeoutAt = connectTimeout > delayLoop ? find(block, 'connect_timeout') : undefined;
  if (timeoutAt !== undefined)
    report('note', 'timer-without-effect', 'connect_timeout is longer than delay_loop', at(timeoutAt), {
      hint: 'a server that does not answer is then checked less often than delay_loop says',
    });
  return {
    connectIp,
    connectPort: number(block, 'connect_port') ?? defaults.port,
    ...present('bindTo', fits ? bindTo : undefined),
    ...present('bindPort', number(block, 'bind_port')),
    ...present('bindIf', bindIf),
    ...present('fwmark', number(block, 'fwmark')),
    connectTimeout,
    delayLoop,
    retry: number(block, 'retry') ?? defaults.retry ?? own.retry,
    delayBeforeRetry: millis(block, 'delay_before_retry') ?? defaults.delayBeforeRetry ?? own.delay,
    warmup: millis(block, 'warmup') ?? defaults.warmup ?? delayLoop,
    alpha: bool(block, 'alpha') ?? defaults.alpha,
    ...present('logAllFailures', bool(block, 'log_all_failures')),
    at: at(statement),
  };
};

const buildHttp = (
  kind: HttpCheck['kind'],
  statement: Statement,
  block: Block,
  defaults: CheckerDefaults,
  report: Report,
): HttpCheck | undefined => {
  const virtualHost = text(block, 'virtualhost') ?? defaults.virtualHost;
  const urls = blocksOf(block, 'url').flatMap((url) => buildUrl(url.statement, url.block, virtualHost, report));
  if (urls.length === 0) {
    report('error', 'checker-without-url', `${kind} has no usable url and is dropped`, at(statement));
    return undefined;
  }
  const protocol = text(block, 'http_protocol');
  return {
    kind,
    ...buildCommon(statement, block, defaults, { retry: 1, delay: 3000 }, report),
    urls,
    ...present('virtualHost', virtualHost),
    httpProtocol: protocol === '1.1' ? '1.1' : protocol === '1.0C' || protocol === '1.0c' ? '1.0C' : '1.0',
    sni: bool(block, 'enable_sni') ?? has(block, 'sni_name'),
    ...present('sniName', text(block, 'sni_name') || undefined),
    fastRecovery: bool(block, 'fast_recovery') ?? false,
    ...present('tlsCompliant', bool(block, 'tls_compliant')),
    ...present('http2', bool(block, 'http2')),
    ...present('tlsVerify', bool(block, 'tls_verify')),
    ...present('tlsExpiryWarning', number(block, 'tls_expiry_warning')),
  };
};

const buildUrl = (
  statement: Statement,
  block: Block,
  virtualHost: string | undefined,
  report: Report,
): readonly HttpUrl[] => {
  const path = text(block, 'path');
  if (path === undefined) {
    report('error', 'url-without-path', 'a url without path is dropped', at(statement));
    return [];
  }
  const ranges = findAll(block, 'status_code').flatMap((code) => valueIn(code, 'status-codes')?.ranges ?? []);
  return [
    {
      path,
      ...present('virtualHost', text(block, 'virtualhost') ?? virtualHost),
      statusCodes: ranges.length === 0 ? OK_CODES : ranges,
      ...present('digest', text(block, 'digest')),
      ...present('regex', buildRegex(block, report)),
      ...present('tlsCompliant', bool(block, 'tls_compliant')),
      ...present('request', buildRequest(block, report)),
      ...present('expectBody', text(block, 'expect_body')),
      at: at(statement),
    },
  ];
};

const buildMisc = (
  statement: Statement,
  block: Block,
  defaults: CheckerDefaults,
  report: Report,
): Checker | undefined => {
  const command = script(block, 'misc_path');
  if (command === undefined) {
    report('error', 'script-without-command', 'MISC_CHECK has no usable misc_path and is dropped', at(statement));
    return undefined;
  }
  const timeout = number(block, 'misc_timeout');
  const period = number(block, 'delay_loop') ?? defaults.delayLoop;
  const timeoutAt = timeout !== undefined && timeout * 1000 > period ? find(block, 'misc_timeout') : undefined;
  if (timeoutAt !== undefined)
    report('note', 'timer-without-effect', 'misc_timeout is longer than delay_loop', at(timeoutAt), {
      hint: 'a run that takes so long delays the next one',
    });
  const user: ScriptUser | undefined = account(block, 'user');
  return {
    kind: 'MISC_CHECK',
    ...buildCommon(statement, block, defaults, { retry: 0, delay: 1000 }, report),
    script: { argv: command.argv, ...present('user', user) },
    // To keepalived 0 is as if nothing were written.
    timeout: timeout === undefined || timeout === 0 ? defaults.serviceDelayLoop : timeout * 1000,
    dynamic: find(block, 'misc_dynamic') !== undefined,
  };
};
