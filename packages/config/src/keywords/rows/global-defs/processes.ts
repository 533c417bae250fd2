// global_defs: names, priorities and memory of the processes.
import { flag, int, text, UINT32_MAX, uint, words } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const processNames: readonly RowText[] = [
  {
    name: 'process_names',
    grammar: flag,
    default: 'off',
    help: 'use keepalived_vrrp / keepalived_lvs / keepalived_bfd as child process names',
  },
  { name: 'process_name', grammar: text('NAME', 15), default: 'keepalived', help: 'process name of the parent' },
  {
    name: 'vrrp_process_name',
    grammar: text('NAME', 15),
    default: 'inherited',
    help: 'process name of the vrrp child',
  },
  {
    name: 'checker_process_name',
    grammar: text('NAME', 15),
    default: 'inherited',
    help: 'process name of the checker child',
  },
  {
    name: 'lvs_process_name',
    grammar: text('NAME', 15),
    help: 'deprecated alias of checker_process_name (log line only)',
    aliasOf: 'checker_process_name',
    deprecated: 'checker_process_name',
    quietlyDeprecated: true,
  },
  { name: 'bfd_process_name', grammar: text('NAME', 15), default: 'inherited', help: 'process name of the BFD child' },
];

export const autoPriority: readonly RowText[] = [
  {
    name: 'max_auto_priority',
    grammar: int(-1, 99, { absent: 99 }),
    default: '0 (off); no argument = 99',
    help: 'upper limit for automatic realtime priority raise; -1 hides the startup notice',
  },
  {
    name: 'min_auto_priority_delay',
    grammar: uint(1, 10_000_000, { unit: 'us' }),
    default: '1000000',
    help: 'timer lateness that triggers a raise',
  },
];

export const scheduling: readonly RowText[] = [
  { name: 'vrrp_priority', grammar: int(-20, 19), default: '0', help: 'nice value of the vrrp child' },
  { name: 'vrrp_no_swap', grammar: flag, default: 'off', help: 'lock the vrrp child in memory' },
  {
    name: 'vrrp_rt_priority',
    grammar: int(1, 99, { clamped: true }),
    default: 'none',
    help: 'realtime priority of the vrrp child',
  },
  {
    name: 'vrrp_cpu_affinity',
    grammar: words('uint~ CPU [CPU]... (0..online-1)'),
    default: 'none',
    help: 'pin the vrrp child',
  },
  {
    name: 'vrrp_rlimit_rttime',
    grammar: uint(1, UINT32_MAX, { unit: 'us' }),
    default: '10000',
    help: 'RLIMIT_RTTIME of the vrrp child',
  },
  {
    name: 'vrrp_rlimit_rtime',
    grammar: uint(1, UINT32_MAX, { unit: 'us' }),
    help: 'deprecated spelling of vrrp_rlimit_rttime (log line only)',
    aliasOf: 'vrrp_rlimit_rttime',
    deprecated: 'vrrp_rlimit_rttime',
    quietlyDeprecated: true,
  },
  { name: 'checker_priority', grammar: int(-20, 19), default: '0', help: 'nice value of the checker child' },
  { name: 'checker_no_swap', grammar: flag, default: 'off', help: 'lock the checker child in memory' },
  {
    name: 'checker_rt_priority',
    grammar: int(1, 99, { clamped: true }),
    default: 'none',
    help: 'realtime priority of the checker child',
  },
  {
    name: 'checker_cpu_affinity',
    grammar: words('uint~ CPU [CPU]...'),
    default: 'none',
    help: 'pin the checker child',
  },
  {
    name: 'checker_rlimit_rttime',
    grammar: uint(1, UINT32_MAX, { unit: 'us' }),
    default: '10000',
    help: 'RLIMIT_RTTIME of the checker child',
  },
  {
    name: 'checker_rlimit_rtime',
    grammar: uint(1, UINT32_MAX, { unit: 'us' }),
    help: 'deprecated spelling of checker_rlimit_rttime',
    aliasOf: 'checker_rlimit_rttime',
    deprecated: 'checker_rlimit_rttime',
    quietlyDeprecated: true,
  },
  { name: 'bfd_priority', grammar: int(-20, 19), default: '0', help: 'nice value of the BFD child' },
  { name: 'bfd_no_swap', grammar: flag, default: 'off', help: 'lock the BFD child in memory' },
  {
    name: 'bfd_rt_priority',
    grammar: int(1, 99, { clamped: true }),
    default: 'none',
    help: 'realtime priority of the BFD child',
  },
  { name: 'bfd_cpu_affinity', grammar: words('uint~ CPU [CPU]...'), default: 'none', help: 'pin the BFD child' },
  {
    name: 'bfd_rlimit_rttime',
    grammar: uint(1, UINT32_MAX, { unit: 'us' }),
    default: '10000',
    help: 'RLIMIT_RTTIME of the BFD child',
  },
  {
    name: 'bfd_rlimit_rtime',
    grammar: uint(1, UINT32_MAX, { unit: 'us' }),
    help: 'deprecated spelling of bfd_rlimit_rttime',
    aliasOf: 'bfd_rlimit_rttime',
    deprecated: 'bfd_rlimit_rttime',
    quietlyDeprecated: true,
  },
];
