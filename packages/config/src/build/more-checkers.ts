// SMTP, DNS, PING, UDP, FILE and BFD checks of a real server.
import type { Block, Statement } from '../blocks/block.ts';
import { nameOf } from '../blocks/block.ts';
import type { BfdCheck, DnsCheck, FileCheck, MoreChecker, SmtpCheck, UdpCheck } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf } from '../source/words.ts';
import { buildCommon, type CheckerDefaults } from './checker.ts';
import { buildOwnCheck, OWN_KINDS } from './own-checkers.ts';
import { incomplete } from './trackers.ts';
import { argsOf, at, blocksOf, bool, find, number, present, text, valueIn } from './values.ts';
import { fromHex } from './virtual-mac.ts';

const RETRY = { retry: 1, delay: 1000 };
const DNS_RETRY = 3;
const HELO = 'smtpchecker.keepalived.org';
const LONGEST_REPLY = 255;

/** All usable checks of these kinds in a real server block, in order. */
export const buildMoreCheckers = (
  realServer: Block,
  defaults: CheckerDefaults,
  report: Report,
): readonly MoreChecker[] =>
  realServer.statements.some(({ row }) => KINDS.has(row.name))
    ? withoutSecondBfd(
        realServer.statements.flatMap((statement) =>
          statement.body?.kind === 'keywords' ? buildOne(statement, statement.body.block, defaults, report) : [],
        ),
        report,
      )
    : NONE;

// A session is up or down: asking it twice says nothing more.
const withoutSecondBfd = (checkers: readonly MoreChecker[], report: Report): readonly MoreChecker[] =>
  checkers.filter((checker, i) => {
    if (checker.kind !== 'BFD_CHECK') return true;
    const before = checkers.slice(0, i).find((other) => other.kind === 'BFD_CHECK' && other.name === checker.name);
    if (before === undefined) return true;
    const message = `BFD session ${checker.name} is tracked twice; the first one counts`;
    report('error', 'duplicate-tracked', message, checker.at, {
      related: [{ at: before.at, message: 'the first one is here' }],
      hint: 'remove one of the two',
    });
    return false;
  });

const KINDS: ReadonlySet<string> = new Set([
  'SMTP_CHECK',
  'DNS_CHECK',
  'PING_CHECK',
  'UDP_CHECK',
  'FILE_CHECK',
  'BFD_CHECK',
  ...OWN_KINDS,
] satisfies readonly MoreChecker['kind'][]);
const NONE: readonly MoreChecker[] = [];

const buildOne = (
  statement: Statement,
  block: Block,
  defaults: CheckerDefaults,
  report: Report,
): readonly MoreChecker[] => {
  const kind = nameOf(statement);
  switch (kind) {
    case 'SMTP_CHECK':
      return buildSmtp(statement, block, defaults, report);
    case 'DNS_CHECK': {
      const delay = number(block, 'delay_loop') ?? defaults.delayLoop;
      const common = buildCommon(statement, block, defaults, { retry: DNS_RETRY, delay }, report);
      return [{ kind, ...common, type: dnsType(text(block, 'type')), name: dnsName(block, report) }];
    }
    case 'PING_CHECK':
      return [{ kind, ...buildCommon(statement, block, defaults, RETRY, report) }];
    case 'UDP_CHECK':
      return [buildUdp(statement, block, defaults, report)];
    case 'FILE_CHECK':
      return buildFile(statement, block, report);
    case 'BFD_CHECK':
      return buildBfd(statement, block, defaults, report);
    default:
      return buildOwnCheck(statement, block, defaults, report);
  }
};

// Each host block is a target of its own, which takes from the checker what it does not say itself.
const buildSmtp = (
  statement: Statement,
  block: Block,
  defaults: CheckerDefaults,
  report: Report,
): readonly SmtpCheck[] => {
  const heloName = text(block, 'helo_name') ?? HELO;
  const hosts = blocksOf(block, 'host');
  const targets =
    hosts.length === 0
      ? [{ statement, block }]
      : hosts.map((host) => ({
          statement: host.statement,
          block: { path: host.block.path, statements: [...block.statements, ...host.block.statements] },
        }));
  return targets.map((target) => ({
    kind: 'SMTP_CHECK',
    ...buildCommon(target.statement, target.block, defaults, RETRY, report),
    heloName,
  }));
};

const TYPES = ['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY'] as const;

const dnsType = (written: string | undefined): DnsCheck['type'] => TYPES.find((type) => type === written) ?? 'SOA';

const dnsName = (block: Block, report: Report): string => {
  const name = text(block, 'name') ?? '.';
  const statement = find(block, 'name');
  const labels = name.replace(/\.$/, '').split('.');
  if (name === '.' || statement === undefined || labels.every((label) => label !== '' && label.length <= 63))
    return name;
  report('error', 'bad-value', `"${name}" is not a domain name; the root is asked for`, at(statement));
  return '.';
};

const buildUdp = (statement: Statement, block: Block, defaults: CheckerDefaults, report: Report): UdpCheck => {
  const reply = readPattern(block, report);
  const minReplyLength = number(block, 'min_reply_length') ?? 0;
  const maxReplyLength = number(block, 'max_reply_length') ?? LONGEST_REPLY;
  const maxAt = find(block, 'max_reply_length');
  if (maxReplyLength < minReplyLength)
    report(
      'error',
      'out-of-range',
      `max_reply_length ${maxReplyLength} is below min_reply_length ${minReplyLength}`,
      at(maxAt ?? statement),
    );
  return {
    kind: 'UDP_CHECK',
    ...buildCommon(statement, block, defaults, RETRY, report),
    ...present('payload', readPayload(block, report)),
    requireReply: find(block, 'require_reply') !== undefined,
    ...present('reply', reply),
    minReplyLength,
    maxReplyLength: Math.max(minReplyLength, maxReplyLength),
  };
};

/** As keepalived reads them: two digits are a byte, and one that is left at the end of a word is a byte of its own. */
const bytePairs = (words: readonly string[]): string =>
  words.map((word) => word.replace(/([\s\S]{2})|([\s\S])$/g, (all) => all.padStart(2, '0'))).join('');

const readPayload = (block: Block, report: Report): Uint8Array | undefined => {
  const args = argsOf(block, 'payload');
  const [first] = args ?? [];
  if (args === undefined || first === undefined) return undefined;
  const bytes = fromHex(bytePairs(args.map((word) => word.text)));
  if (bytes === undefined)
    report('error', 'bad-value', 'the payload is not made of hexadecimal digits', locationOf(first));
  return bytes;
};

const readPattern = (block: Block, report: Report): UdpCheck['reply'] | undefined => {
  const args = argsOf(block, 'require_reply');
  const [first] = args ?? [];
  if (args === undefined || first === undefined) return undefined;
  const digits = bytePairs(args.map((word) => word.text));
  if (/^([0-9a-fA-FxX]{2})+$/.test(digits))
    return [...digits].map((digit) => (/[xX]/.test(digit) ? undefined : Number.parseInt(digit, 16)));
  report('error', 'bad-value', 'the reply is not made of hexadecimal digits and X', locationOf(first));
  return undefined;
};

const buildFile = (statement: Statement, block: Block, report: Report): readonly FileCheck[] => {
  const trackFile = text(block, 'track_file');
  if (trackFile === undefined) {
    incomplete(statement, 'FILE_CHECK', 'track_file', report);
    return [];
  }
  const weight = valueIn(find(block, 'weight'), 'number');
  return [
    {
      kind: 'FILE_CHECK',
      trackFile,
      ...present('weight', weight?.value),
      ...present('reverse', weight?.option === undefined ? undefined : weight.option === 'reverse'),
      at: at(statement),
    },
  ];
};

const buildBfd = (
  statement: Statement,
  block: Block,
  defaults: CheckerDefaults,
  report: Report,
): readonly BfdCheck[] => {
  const name = text(block, 'name');
  if (name !== undefined)
    return [{ kind: 'BFD_CHECK', name, alpha: bool(block, 'alpha') ?? defaults.alpha, at: at(statement) }];
  incomplete(statement, 'BFD_CHECK', 'name', report);
  return [];
};
