// The schema of global_defs: files that are read and written, and how a reload reads them.
import * as z from 'zod';

export const files = {
  umask: z.number().exactOptional().describe('File creation mask; absent = that of who started the daemon.'),
  randomSeed: z
    .number()
    .exactOptional()
    .describe('Seed of the parameter _RANDOM; without effect in keepalived 2.4.3; default time.'),
  reloadCheckConfig: z
    .string()
    .exactOptional()
    .describe(
      'Run a config test before a reload and keep the old configuration on failure; default off; no argument = /dev/null.',
    ),
  reloadTimeFile: z.string().exactOptional().describe('File holding the time of the next reload; default none.'),
  reloadRepeat: z.boolean().exactOptional().describe('Keep reload_time_file after the reload; default off.'),
  reloadFile: z
    .string()
    .exactOptional()
    .describe(
      'File that exists while the configuration is read; absent = none; empty = keepalived.reload beside the pid file.',
    ),
  configSaveDir: z
    .string()
    .exactOptional()
    .describe('Debugging aid: keeps copies of every configuration read; DIR is created; default none.'),
  tmpConfigDirectory: z
    .string()
    .exactOptional()
    .describe('Where the private copy of the configuration is kept; default memory file.'),
  dataUseInstance: z.boolean().exactOptional().describe('Add instance/namespace to dump file names; default off.'),
  jsonVersion: z.number().exactOptional().describe('Layout of the JSON dump; default 1.'),
  iprouteUsrDir: z.string().exactOptional().describe('Directory of shipped iproute2 tables; default build value.'),
  iprouteEtcDir: z.string().exactOptional().describe('Directory of local iproute2 tables; default /etc/iproute2.'),
  stateDumpFile: z
    .string()
    .exactOptional()
    .describe('Target of SIGUSR1 (manual page: state_file_location); default TMPDIR/keepalived.data.'),
  statsDumpFile: z
    .string()
    .exactOptional()
    .describe('Target of SIGUSR2 (manual page: stats_file_location); default TMPDIR/keepalived.stats.'),
  jsonDumpFile: z
    .string()
    .exactOptional()
    .describe('Target of the JSON signal (manual page: json_file_location); default TMPDIR/keepalived.json.'),
};
