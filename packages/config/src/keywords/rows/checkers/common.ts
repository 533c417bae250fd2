// What most checkers share: a row that means the same everywhere stands here once.
import { bool, interfaceName, ip, seconds, UINT32_MAX, uint } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const REAL_SERVER = 'virtual_server.real_server';

interface RetryDefaults {
  readonly retry: number;
  /** In words, as the reference prints it. */
  readonly delay: string;
}

// Timing of a check; every value not given comes from the real server, which has it from the virtual server.
export const timing = ({ retry, delay }: RetryDefaults): readonly RowText[] => [
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

export const connecting = (defaults: RetryDefaults): readonly RowText[] => [...connection, ...timing(defaults)];

export const RETRY_NAME: Pick<RowText, 'name' | 'grammar' | 'aliasOf' | 'deprecated' | 'acted'> = {
  name: 'nb_get_retry',
  grammar: uint(0, UINT32_MAX),
  aliasOf: 'retry',
  deprecated: 'retry',
  acted: true,
};
