// global_defs: files that are read and written, and how a reload reads them.

export interface FileDefs {
  /** File creation mask; absent = that of who started the daemon. */
  readonly umask?: number;
  /** Seed of the parameter _RANDOM; without effect in keepalived 2.4.3; default time. */
  readonly randomSeed?: number;
  /** Run a config test before a reload and keep the old configuration on failure; default off; no argument = /dev/null. */
  readonly reloadCheckConfig?: string;
  /** File holding the time of the next reload; default none. */
  readonly reloadTimeFile?: string;
  /** Keep reload_time_file after the reload; default off. */
  readonly reloadRepeat?: boolean;
  /** File that exists while the configuration is read; absent = none; empty = keepalived.reload beside the pid file. */
  readonly reloadFile?: string;
  /** Debugging aid: keeps copies of every configuration read; DIR is created; default none. */
  readonly configSaveDir?: string;
  /** Where the private copy of the configuration is kept; default memory file. */
  readonly tmpConfigDirectory?: string;
  /** Add instance/namespace to dump file names; default off. */
  readonly dataUseInstance?: boolean;
  /** Layout of the JSON dump; default 1. */
  readonly jsonVersion?: number;
  /** Directory of shipped iproute2 tables; default build value. */
  readonly iprouteUsrDir?: string;
  /** Directory of local iproute2 tables; default /etc/iproute2. */
  readonly iprouteEtcDir?: string;
  /** Target of SIGUSR1 (manual page: state_file_location); default TMPDIR/keepalived.data. */
  readonly stateDumpFile?: string;
  /** Target of SIGUSR2 (manual page: stats_file_location); default TMPDIR/keepalived.stats. */
  readonly statsDumpFile?: string;
  /** Target of the JSON signal (manual page: json_file_location); default TMPDIR/keepalived.json. */
  readonly jsonDumpFile?: string;
}
