// The command line of the daemon: keepalived's options, short and long, as getopt_long reads them.
import { type Draft, type OptionRow, optionTable } from './option-table.ts';

export interface PidFiles {
  readonly pidFile: string;
  readonly vrrpPidFile: string;
  readonly checkerPidFile: string;
  readonly bfdPidFile: string;
}

export interface DaemonOptions extends PidFiles {
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
  readonly runBfd: boolean;
  readonly keepVrrp: boolean;
  readonly keepIpvs: boolean;
  readonly respawn: boolean;
  /** -s: the network namespace to run in. */
  readonly namespace: string | undefined;
  readonly configId: string | undefined;
  /** -u, as it was written. */
  readonly umask: string | undefined;
  readonly dumpConfig: boolean;
  /** Every failure of an include is an error. */
  readonly checkIncludes: boolean;
  /** -x */
  readonly snmp: boolean;
  /** -A */
  readonly snmpSocket: string | undefined;
  /** Options that are understood and have no effect yet; said once at start. */
  readonly withoutEffect: readonly string[];
}

export type DaemonCommand =
  | { readonly kind: 'run'; readonly options: DaemonOptions; readonly unexpected: readonly string[] }
  | {
      readonly kind: 'test';
      readonly options: DaemonOptions;
      readonly output: string | undefined;
      readonly unexpected: readonly string[];
    }
  | { readonly kind: 'version' }
  | { readonly kind: 'help' }
  | { readonly kind: 'signum'; readonly name: string }
  | { readonly kind: 'genhash'; readonly args: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Reads the words after the program name. Long names may be cut while unambiguous, optional values must be glued
 * (`-tFILE`, `--config-test=FILE`), options and other words may be mixed (GNU getopt).
 */
export const parseDaemonCommand = (words: readonly string[]): DaemonCommand => {
  if (words[0] === '-T' || words[0] === '--genhash') return { kind: 'genhash', args: words.slice(1) };
  let draft: Draft = defaults;
  const unexpected: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      unexpected.push(...rest.splice(0));
    } else if (word.startsWith('-') && word.length > 1) {
      const read = word.startsWith('--') ? readLong(draft, word, rest) : readShort(draft, word, rest);
      if (typeof read === 'string') return { kind: 'refused', message: read };
      draft = read;
    } else {
      unexpected.push(word);
    }
  }
  const { command, test, ...options } = draft;
  if (command !== undefined) return command;
  if (test !== undefined) return { kind: 'test', options, output: test.output, unexpected };
  return { kind: 'run', options, unexpected };
};

/** Where they are unless the command line or the configuration says otherwise. */
export const usualPidFiles: PidFiles = {
  pidFile: '/run/keepalived.pid',
  vrrpPidFile: '/run/vrrp.pid',
  checkerPidFile: '/run/checkers.pid',
  bfdPidFile: '/run/bfd.pid',
};

const defaults: DaemonOptions = {
  file: '/etc/keepalived/keepalived.conf',
  dontFork: false,
  logConsole: false,
  logDetail: 0,
  noSyslog: false,
  logFacility: undefined,
  runVrrp: true,
  runChecker: true,
  runBfd: true,
  keepVrrp: false,
  keepIpvs: false,
  respawn: true,
  ...usualPidFiles,
  namespace: undefined,
  configId: undefined,
  umask: undefined,
  dumpConfig: false,
  checkIncludes: false,
  snmp: false,
  snmpSocket: undefined,
  withoutEffect: [],
};

/** The draft with the option applied, or the line that says why not. */
type Read = Draft | string;

const readLong = (draft: Draft, word: string, rest: string[]): Read => {
  const [name = '', ...glued] = word.slice(2).split('=');
  const exact = optionTable.find((o) => o.long === name);
  const matches = exact === undefined ? optionTable.filter((o) => o.long.startsWith(name)) : [exact];
  const [option] = matches;
  if (option === undefined || matches.length > 1 || name === '') return `Unknown option --${name}`;
  return take(draft, option, `--${option.long}`, glued.length > 0 ? glued.join('=') : undefined, rest);
};

const readShort = (draft: Draft, word: string, rest: string[]): Read => {
  let next = draft;
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const option = optionTable.find((o) => o.short === letter);
    if (option === undefined) return `Unknown option -${letter}`;
    if (option.value !== 'none') {
      const glued = word.slice(at + 1);
      return take(next, option, `-${letter}`, glued === '' ? undefined : glued, rest);
    }
    next = { ...next, ...option.apply(next, '') };
  }
  return next;
};

const take = (draft: Draft, option: OptionRow, shown: string, glued: string | undefined, rest: string[]): Read => {
  const value = option.value === 'required' ? (glued ?? rest.shift()) : glued;
  if (option.value === 'required' && (value === undefined || value === ''))
    return `Missing parameter for option ${shown}`;
  return { ...draft, ...option.apply(draft, value ?? '') };
};
