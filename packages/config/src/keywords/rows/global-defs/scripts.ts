// global_defs: scripts, the accounts they run as, and what may be run at all.
import { account, bool, flag, script, uint } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const startAndShutdown: readonly RowText[] = [
  {
    name: 'use_symlink_paths',
    grammar: bool,
    default: 'off',
    help: 'do not resolve symbolic links in script paths',
    acted: true,
  },
  {
    name: 'set_supplementary_groups',
    grammar: bool,
    default: 'off',
    help: 'scripts get the supplementary groups of their user',
    acted: true,
  },
  {
    name: 'startup_script',
    grammar: script,
    repeat: 'first',
    default: 'none',
    help: 'run once before the children start',
    acted: true,
  },
  {
    name: 'startup_script_timeout',
    grammar: uint(1, 1000, { unit: 's' }),
    default: '10',
    help: 'time allowed for startup_script',
    acted: true,
  },
  {
    name: 'shutdown_script',
    grammar: script,
    repeat: 'first',
    default: 'none',
    help: 'run once after the children ended',
    acted: true,
  },
  {
    name: 'shutdown_script_timeout',
    grammar: uint(1, 1000, { unit: 's' }),
    default: '10',
    help: 'time allowed for shutdown_script',
    acted: true,
  },
];

export const scriptAccounts: readonly RowText[] = [
  {
    name: 'script_user',
    grammar: account,
    default: "keepalived_script if it exists, else the daemon's own uid/gid",
    help: 'default user of scripts',
    acted: true,
  },
  {
    name: 'enable_script_security',
    grammar: flag,
    default: 'off',
    help: 'refuse root scripts that others can change; missing default user is an error',
    acted: true,
  },
];
