// One row an option of the daemon: the parser and the help text are both made from it.
import type { DaemonCommand, DaemonOptions } from './options.ts';

/** What the options read so far amount to. */
export interface Draft extends DaemonOptions {
  readonly command?: DaemonCommand;
  readonly test?: { readonly output: string | undefined };
}

export interface OptionRow {
  readonly short: string | undefined;
  readonly long: string;
  readonly value: 'none' | 'required' | 'optional';
  readonly metavar: string | undefined;
  /** Undefined: internal, not in the help. */
  readonly help: string | undefined;
  /** What the option changes. */
  readonly apply: (draft: Draft, value: string) => Partial<Draft>;
}

type Apply = OptionRow['apply'];
const nothing: Apply = () => ({});
const flag = (patch: Partial<Draft>): Apply => {
  return () => patch;
};
// The first of --version, --help and --signum is obeyed.
const command = (make: (value: string) => DaemonCommand): Apply => {
  return (draft, value) => ({ command: draft.command ?? make(value) });
};
const later = (name: string): Apply => {
  return (draft) => ({ withoutEffect: [...draft.withoutEffect, name] });
};

export const optionTable: readonly OptionRow[] = [
  row('-f --use-file=FILE', 'Configuration file (default /etc/keepalived/keepalived.conf)', (_, file) => ({ file })),
  row('-P --vrrp', 'Only VRRP, no health checks', flag({ runChecker: false })),
  row('-C --check', 'Only health checks, no VRRP', flag({ runVrrp: false })),
  row('-B --no_bfd', 'No BFD', flag({ runBfd: false })),
  row(
    '--all',
    'Start every process; undoes -P, -C and -B before it',
    flag({ runVrrp: true, runChecker: true, runBfd: true }),
  ),
  row('-l --log-console', 'Log to stderr as well (with -n)', flag({ logConsole: true })),
  row('-D --log-detail', 'More log lines; twice: still more', ({ logDetail }) => ({ logDetail: logDetail + 1 })),
  row('-S --log-facility=NAME', 'Syslog facility: 0-7, local0-local7, daemon, user', (_, logFacility) => ({
    logFacility,
  })),
  row('-g --log-file[=FILE]', 'Also log to a file', later('-g')),
  row('--flush-log-file', 'Flush the log file after every line', later('--flush-log-file')),
  row('-G --no-syslog', 'Nothing to syslog', flag({ noSyslog: true })),
  row('-u --umask=MASK', 'File creation mask, whatever umask says', (_, umask) => ({ umask })),
  row('-X --release-vips', 'Remove VIPs when a signal ends the daemon (always done)', nothing),
  row('-V --dont-release-vrrp', 'Keep VIPs at exit', flag({ keepVrrp: true })),
  row('-I --dont-release-ipvs', 'Keep the IPVS table at exit', flag({ keepIpvs: true })),
  row('-R --dont-respawn', 'A worker that dies ends the daemon', flag({ respawn: false })),
  row('-n --dont-fork', 'Stay in the foreground', flag({ dontFork: true })),
  row('-d --dump-conf', 'Log the resulting configuration', flag({ dumpConfig: true })),
  row('-p --pid=FILE', 'Pid file of the supervisor', (_, pidFile) => ({ pidFile })),
  row('-r --vrrp_pid=FILE', 'Pid file of the VRRP worker', (_, vrrpPidFile) => ({ vrrpPidFile })),
  row('-c --checkers_pid=FILE', 'Pid file of the checker worker', (_, checkerPidFile) => ({ checkerPidFile })),
  row('-b --bfd_pid=FILE', 'Pid file of the BFD worker', (_, bfdPidFile) => ({ bfdPidFile })),
  row('-T --genhash', 'Act as genhash (first option only)', later('-T')),
  row('-a --address-monitoring', 'Log every address change', later('-a')),
  row('-x --snmp', 'Show every MIB over SNMP', flag({ snmp: true })),
  row('-A --snmp-agent-socket=ADDR', 'AgentX master, whatever the file says', (_, snmpSocket) => ({ snmpSocket })),
  row('-s --namespace=NAME', 'Network namespace, whatever net_namespace says', (_, namespace) => ({ namespace })),
  row('-m --core-dump', 'Lift the core file limit', later('-m')),
  row('-M --core-dump-pattern[=PATTERN]', 'Set the core pattern', later('-M')),
  row('-e --all-config', 'Every include failure is an error', flag({ checkIncludes: true })),
  row('-i --config-id=ID', 'Id for @ lines (default: node name up to the first dot)', (_, configId) => ({ configId })),
  row(
    '--signum=NAME',
    'Print a signal number: STOP RELOAD DATA STATS STATS_CLEAR JSON TDUMP',
    command((name) => ({ kind: 'signum', name })),
  ),
  row('-t --config-test[=FILE]', 'Check the configuration and exit', (_, file) => ({
    test: { output: file === '' ? undefined : file },
  })),
  row('--config-fd=FD', undefined, nothing),
  row('--ignore-sigint', 'SIGINT does nothing', later('--ignore-sigint')),
  row('--perf[=WHEN]', 'Perf recording', later('--perf')),
  row('--debug[=LETTERS]', 'Debug switches', later('--debug')),
  row('--no-mem-check', 'Memory checks of keepalived builds', nothing),
  row('-L --mem-check-log', 'Memory checks of keepalived builds', nothing),
  row('-O --openssl-mem-check', 'Memory checks of keepalived builds', nothing),
  row(
    '-v --version',
    'Print the version to stderr',
    command(() => ({ kind: 'version' })),
  ),
  row(
    '-h --help',
    'Print this list to stderr',
    command(() => ({ kind: 'help' })),
  ),
];

/** `-f --name=VALUE` (value required), `--name[=VALUE]` (optional, glued only), `--name`. */
function row(form: string, help: string | undefined, apply: Apply): OptionRow {
  const parts = /^(?:-(\w) )?--([\w-]+)(\[)?(?:=(\w+)\]?)?$/.exec(form);
  const metavar = parts?.[4];
  const value = metavar === undefined ? 'none' : parts?.[3] === undefined ? 'required' : 'optional';
  return { short: parts?.[1], long: parts?.[2] ?? '', value, metavar, help, apply };
}
