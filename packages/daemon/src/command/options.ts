// The command line of the daemon: keepalived's options, short and long, as getopt_long reads them.

export interface DaemonOptions {
  /** File or glob of the main configuration. */
  readonly file: string;
  readonly dontFork: boolean;
  readonly logConsole: boolean;
  /** 0, 1 or 2 times -D. */
  readonly logDetail: number;
  readonly noSyslog: boolean;
  readonly logFacility: string | undefined;
  readonly runVrrp: boolean;
  readonly runChecker: boolean;
  readonly keepVrrp: boolean;
  readonly keepIpvs: boolean;
  readonly respawn: boolean;
  readonly pidFile: string;
  readonly vrrpPidFile: string;
  readonly checkerPidFile: string;
  readonly configId: string | undefined;
  readonly dumpConfig: boolean;
  /** Options that are understood and have no effect yet; said once at start. */
  readonly withoutEffect: readonly string[];
}

export type DaemonCommand =
  | { readonly kind: 'run'; readonly options: DaemonOptions; readonly unexpected: readonly string[] }
  | { readonly kind: 'test'; readonly options: DaemonOptions; readonly output: string | undefined; readonly unexpected: readonly string[] }
  | { readonly kind: 'version' }
  | { readonly kind: 'help' }
  | { readonly kind: 'signum'; readonly name: string }
  | { readonly kind: 'genhash'; readonly args: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Mutable<DaemonOptions> & { ignored: string[]; command?: DaemonCommand; test?: { output: string | undefined } };

interface OptionRow {
  readonly short?: string;
  readonly long: string;
  readonly value: 'none' | 'required' | 'optional';
  readonly help: string;
  readonly metavar?: string;
  apply(draft: Draft, value: string): void;
}

const later = (draft: Draft, name: string): void => {
  draft.ignored.push(name);
};

/** One row an option: the parser and the help text are both made from it. */
export const optionTable: readonly OptionRow[] = [
  row('f', 'use-file', 'required', 'Configuration file (default /etc/keepalived/keepalived.conf)', (d, v) => void (d.file = v), 'FILE'),
  row('P', 'vrrp', 'none', 'Only VRRP, no health checks', (d) => void (d.runChecker = false)),
  row('C', 'check', 'none', 'Only health checks, no VRRP', (d) => void (d.runVrrp = false)),
  row('B', 'no_bfd', 'none', 'No BFD', (d) => later(d, '-B')),
  row(undefined, 'all', 'none', 'Start every process; undoes -P and -C before it', (d) => {
    d.runVrrp = true;
    d.runChecker = true;
  }),
  row('l', 'log-console', 'none', 'Log to stderr as well (with -n)', (d) => void (d.logConsole = true)),
  row('D', 'log-detail', 'none', 'More log lines; twice: still more', (d) => void (d.logDetail += 1)),
  row('S', 'log-facility', 'required', 'Syslog facility: 0-7, local0-local7, daemon, user', (d, v) => void (d.logFacility = v), 'FACILITY'),
  row('g', 'log-file', 'optional', 'Also log to a file', (d) => later(d, '-g'), 'FILE'),
  row(undefined, 'flush-log-file', 'none', 'Flush the log file after every line', (d) => later(d, '--flush-log-file')),
  row('G', 'no-syslog', 'none', 'Nothing to syslog', (d) => void (d.noSyslog = true)),
  row('u', 'umask', 'required', 'File creation mask', (d) => later(d, '-u'), 'MASK'),
  row('X', 'release-vips', 'none', 'Remove VIPs when a signal ends the daemon (always done)', () => {}),
  row('V', 'dont-release-vrrp', 'none', 'Keep VIPs at exit', (d) => void (d.keepVrrp = true)),
  row('I', 'dont-release-ipvs', 'none', 'Keep the IPVS table at exit', (d) => void (d.keepIpvs = true)),
  row('R', 'dont-respawn', 'none', 'A worker that dies ends the daemon', (d) => void (d.respawn = false)),
  row('n', 'dont-fork', 'none', 'Stay in the foreground', (d) => void (d.dontFork = true)),
  row('d', 'dump-conf', 'none', 'Log the resulting configuration', (d) => void (d.dumpConfig = true)),
  row('p', 'pid', 'required', 'Pid file of the supervisor', (d, v) => void (d.pidFile = v), 'FILE'),
  row('r', 'vrrp_pid', 'required', 'Pid file of the VRRP worker', (d, v) => void (d.vrrpPidFile = v), 'FILE'),
  row('c', 'checkers_pid', 'required', 'Pid file of the checker worker', (d, v) => void (d.checkerPidFile = v), 'FILE'),
  row('b', 'bfd_pid', 'required', 'Pid file of the BFD worker', (d) => later(d, '-b'), 'FILE'),
  row('T', 'genhash', 'none', 'Act as genhash (first option only)', (d) => later(d, '-T')),
  row('a', 'address-monitoring', 'none', 'Log every address change', (d) => later(d, '-a')),
  row('x', 'snmp', 'none', 'SNMP', (d) => later(d, '-x')),
  row('A', 'snmp-agent-socket', 'required', 'AgentX master', (d) => later(d, '-A'), 'ADDR'),
  row('s', 'namespace', 'required', 'Network namespace', (d) => later(d, '-s'), 'NAME'),
  row('m', 'core-dump', 'none', 'Lift the core file limit', (d) => later(d, '-m')),
  row('M', 'core-dump-pattern', 'optional', 'Set the core pattern', (d) => later(d, '-M'), 'PATTERN'),
  row('e', 'all-config', 'none', 'Every include failure is an error', (d) => later(d, '-e')),
  row('i', 'config-id', 'required', 'Id for @ lines (default: node name up to the first dot)', (d, v) => void (d.configId = v), 'ID'),
  row(undefined, 'signum', 'required', 'Print a signal number: STOP RELOAD DATA STATS STATS_CLEAR JSON TDUMP', (d, v) => {
    d.command ??= { kind: 'signum', name: v };
  }, 'NAME'),
  row('t', 'config-test', 'optional', 'Check the configuration and exit', (d, v) => void (d.test = { output: v === '' ? undefined : v }), 'FILE'),
  row(undefined, 'config-fd', 'required', 'Internal', () => {}),
  row(undefined, 'ignore-sigint', 'none', 'SIGINT does nothing', (d) => later(d, '--ignore-sigint')),
  row(undefined, 'perf', 'optional', 'Perf recording', (d) => later(d, '--perf')),
  row(undefined, 'debug', 'optional', 'Debug switches', (d) => later(d, '--debug')),
  row(undefined, 'no-mem-check', 'none', 'Memory check switches of keepalived builds', () => {}),
  row('L', 'mem-check-log', 'none', 'Memory check switches of keepalived builds', () => {}),
  row('O', 'openssl-mem-check', 'none', 'Memory check switches of keepalived builds', () => {}),
  row('v', 'version', 'none', 'Print the version to stderr', (d) => void (d.command ??= { kind: 'version' })),
  row('h', 'help', 'none', 'Print this list to stderr', (d) => void (d.command ??= { kind: 'help' })),
];

/**
 * Reads the words after the program name. Long names may be cut while unambiguous, optional values must be glued
 * (`-tFILE`, `--config-test=FILE`), options and other words may be mixed (GNU getopt).
 */
export function parseDaemonCommand(words: readonly string[]): DaemonCommand {
  if (words[0] === '-T' || words[0] === '--genhash') return { kind: 'genhash', args: words.slice(1) };
  const draft: Draft = { ...defaults, withoutEffect: [], ignored: [] };
  const unexpected: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      unexpected.push(...rest.splice(0));
    } else if (word.startsWith('--')) {
      const refusal = readLong(draft, word, rest);
      if (refusal !== undefined) return { kind: 'refused', message: refusal };
    } else if (word.startsWith('-') && word.length > 1) {
      const refusal = readShort(draft, word, rest);
      if (refusal !== undefined) return { kind: 'refused', message: refusal };
    } else {
      unexpected.push(word);
    }
  }
  const { command, test, ignored, ...options } = draft;
  if (command !== undefined) return command;
  const finished: DaemonOptions = { ...options, withoutEffect: ignored };
  if (test !== undefined) {
    return { kind: 'test', options: { ...finished, dontFork: true }, output: test.output, unexpected };
  }
  return { kind: 'run', options: finished, unexpected };
}

const defaults: DaemonOptions = {
  file: '/etc/keepalived/keepalived.conf',
  dontFork: false,
  logConsole: false,
  logDetail: 0,
  noSyslog: false,
  logFacility: undefined,
  runVrrp: true,
  runChecker: true,
  keepVrrp: false,
  keepIpvs: false,
  respawn: true,
  pidFile: '/run/keepalived.pid',
  vrrpPidFile: '/run/vrrp.pid',
  checkerPidFile: '/run/checkers.pid',
  configId: undefined,
  dumpConfig: false,
  withoutEffect: [],
};

const readLong = (draft: Draft, word: string, rest: string[]): string | undefined => {
  const [name = '', ...glued] = word.slice(2).split('=');
  const value = glued.length > 0 ? glued.join('=') : undefined;
  const exact = optionTable.find((o) => o.long === name);
  const matches = exact === undefined ? optionTable.filter((o) => o.long.startsWith(name)) : [exact];
  const [option] = matches;
  if (option === undefined || matches.length > 1 || name === '') return `Unknown option --${name}`;
  return take(draft, option, `--${option.long}`, value, rest);
};

const readShort = (draft: Draft, word: string, rest: string[]): string | undefined => {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const option = optionTable.find((o) => o.short === letter);
    if (option === undefined) return `Unknown option -${letter}`;
    if (option.value !== 'none') {
      const glued = word.slice(at + 1);
      return take(draft, option, `-${letter}`, glued === '' ? undefined : glued, rest);
    }
    option.apply(draft, '');
  }
  return undefined;
};

const take = (draft: Draft, option: OptionRow, shown: string, glued: string | undefined, rest: string[]): string | undefined => {
  const value = option.value === 'required' ? (glued ?? rest.shift()) : glued;
  if (option.value === 'required' && (value === undefined || value === '')) return `Missing parameter for option ${shown}`;
  option.apply(draft, value ?? '');
  return undefined;
};

function row(
  short: string | undefined,
  long: string,
  value: OptionRow['value'],
  help: string,
  apply: OptionRow['apply'],
  metavar?: string,
): OptionRow {
  return { long, value, help, apply, ...(short === undefined ? {} : { short }), ...(metavar === undefined ? {} : { metavar }) };
}
