// global_defs: files that are read and written, and how a reload reads them.
import { bool, flag, optionalText, text, UINT32_MAX, uint, words } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const files: readonly RowText[] = [
  {
    name: 'umask',
    grammar: words(
      'NUMBER (decimal, 0octal, 0xhex; at most 0777) / BITS joined by | (IRUSR IWUSR IXUSR IRWXU ...GRP/G ...OTH/O)',
    ),
    default: 'that of who starts the daemon',
    help: 'file creation mask',
    acted: true,
  },
  {
    name: 'random_seed',
    grammar: uint(0, UINT32_MAX),
    default: 'time',
    help: 'seed of the parameter _RANDOM; without effect in keepalived 2.4.3',
  },
  {
    name: 'reload_check_config',
    grammar: optionalText('LOGFILE'),
    default: 'off; no argument = /dev/null',
    help: 'run a config test before a reload and keep the old configuration on failure',
    acted: true,
  },
  {
    name: 'reload_time_file',
    grammar: text('PATH'),
    default: 'none',
    help: 'file holding the time of the next reload',
    acted: true,
  },
  { name: 'reload_repeat', grammar: flag, default: 'off', help: 'keep reload_time_file after the reload', acted: true },
  {
    name: 'reload_file',
    grammar: optionalText('PATH'),
    default: 'off; no argument = RUNDIR/keepalived.reload',
    help: 'file that exists while the configuration is read',
    acted: true,
  },
  {
    name: 'include_check',
    grammar: words('[[+|-]read|match|wildcard_match|brace_match]...', 0),
    default: 'no checks; no argument = all',
    help: 'which include failures are errors (manual page says readable, the code accepts read)',
    acted: true,
  },
  {
    name: 'config_save_dir',
    grammar: text('DIR'),
    default: 'none',
    help: 'debugging aid: keeps copies of every configuration read; DIR is created',
  },
  {
    name: 'tmp_config_directory',
    grammar: text('DIR'),
    repeat: 'first',
    default: 'memory file',
    help: 'where the private copy of the configuration is kept',
  },
  {
    name: 'data_use_instance',
    grammar: bool,
    default: 'off',
    help: 'add instance/namespace to dump file names',
    acted: true,
  },
  { name: 'json_version', grammar: uint(1, 2), default: '1', help: 'layout of the JSON dump' },
  {
    name: 'iproute_usr_dir',
    grammar: text('DIR'),
    default: 'build value',
    help: 'directory of shipped iproute2 tables',
    acted: true,
  },
  {
    name: 'iproute_etc_dir',
    grammar: text('DIR'),
    default: '/etc/iproute2',
    help: 'directory of local iproute2 tables',
    acted: true,
  },
  {
    name: 'state_dump_file',
    grammar: text('PATH'),
    default: 'TMPDIR/keepalived.data',
    help: 'target of SIGUSR1 (manual page: state_file_location)',
    acted: true,
  },
  {
    name: 'stats_dump_file',
    grammar: text('PATH'),
    default: 'TMPDIR/keepalived.stats',
    help: 'target of SIGUSR2 (manual page: stats_file_location)',
    acted: true,
  },
  {
    name: 'json_dump_file',
    grammar: text('PATH'),
    default: 'TMPDIR/keepalived.json',
    help: 'target of the JSON signal (manual page: json_file_location)',
    acted: true,
  },
];
