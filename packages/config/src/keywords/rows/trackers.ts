// What VRRP instances can watch, and the blocks that group instances.
import {
  account,
  bareScript,
  bool,
  flag,
  INT32_MAX,
  int,
  interfaceName,
  ip,
  milliseconds,
  script,
  seconds,
  text,
  uint,
  weight,
  words,
} from '../grammar.ts';
import { block } from '../row.ts';

export const trackGroupRows = block('track_group', [
  { name: 'group', grammar: flag, body: 'words', help: 'names of VRRP instances', acted: true },
]);

export const trackFileRows = block('track_file', [
  {
    name: 'file',
    grammar: text('PATH'),
    repeat: 'first',
    default: 'required',
    help: 'file to watch; its directory must exist and allow inotify',
    acted: true,
  },
  {
    name: 'weight',
    grammar: weight(254),
    repeat: 'first',
    changeable: 1,
    default: '1',
    help: 'factor for the number in the file; 0 = non-zero means fault (manual page claims a 32 bit range)',
    acted: true,
  },
  {
    name: 'init_file',
    grammar: words('[int] [overwrite]', 0),
    default: 'no file made; value 0',
    help: 'create the file at start, overwrite = also when it exists; not in test mode or on reload',
  },
]);

export const trackProcessRows = block('vrrp_track_process', [
  {
    name: 'process',
    grammar: words('NAME [PARAM]...'),
    repeat: 'first',
    default: 'required',
    help: 'process name (words may be double-quoted); parameters switch to command line matching',
  },
  {
    name: 'param_match',
    grammar: words('[initial|partial]', 0),
    default: 'exact when parameters are given',
    help: 'how parameters are compared; no argument = exact and no parameters allowed',
  },
  {
    name: 'weight',
    grammar: weight(254),
    repeat: 'first',
    default: '0',
    help: 'priority change; 0 = fault when not running',
  },
  { name: 'quorum', grammar: uint(1, 65_535), default: '1', help: 'least number of processes' },
  { name: 'quorum_max', grammar: uint(0, 65_535), default: 'no limit', help: 'greatest number of processes' },
  { name: 'delay', grammar: seconds(0.000001, 3600), default: '0', help: 'sets fork_delay and terminate_delay' },
  {
    name: 'terminate_delay',
    grammar: seconds(0.000001, 3600),
    default: '0',
    help: 'wait before loss of quorum counts',
  },
  { name: 'fork_delay', grammar: seconds(0.000001, 3600), default: '0', help: 'wait before gain of quorum counts' },
  { name: 'full_command', grammar: flag, default: 'off', help: 'match the whole command line' },
]);

export const vrrpScriptRows = block('vrrp_script', [
  {
    name: 'script',
    grammar: bareScript,
    default: 'required',
    help: 'command, as an argument vector (no shell)',
    acted: true,
  },
  { name: 'interval', grammar: seconds(0, 4_294_967, 3), default: '1', help: 'period', acted: true },
  {
    name: 'timeout',
    grammar: seconds(0, 4_294_967, 3),
    default: 'interval',
    help: 'run time after which it counts as failed',
    acted: true,
  },
  {
    name: 'weight',
    grammar: weight(253, { clamped: true }),
    default: '0',
    help: 'priority change; 0 = failure means fault',
    acted: true,
  },
  { name: 'rise', grammar: uint(1, INT32_MAX), default: '1', help: 'successes needed to come up', acted: true },
  { name: 'fall', grammar: uint(1, INT32_MAX), default: '1', help: 'failures needed to go down', acted: true },
  { name: 'user', grammar: account, default: 'script_user', help: 'account to run as', acted: true },
  { name: 'init_fail', grammar: flag, default: 'off', help: 'start in failed state', acted: true },
]);

export const syncGroupRows = block('vrrp_sync_group', [
  { name: 'group', grammar: flag, body: 'words', default: 'required', help: 'member instances', acted: true },
  { name: 'track_interface', grammar: flag, body: 'lines', help: 'interfaces that matter to the members', acted: true },
  {
    name: 'track_script',
    grammar: flag,
    body: 'lines',
    default: 'weight of the vrrp_script',
    help: 'scripts that matter to the members',
    acted: true,
  },
  {
    name: 'track_file',
    grammar: flag,
    body: 'lines',
    default: 'weight of the track_file',
    help: 'files that matter to the members',
  },
  {
    name: 'track_process',
    grammar: flag,
    body: 'lines',
    default: 'weight of the vrrp_track_process',
    help: 'processes that matter to the members',
  },
  {
    name: 'track_bfd',
    grammar: flag,
    body: 'lines',
    default: 'weight of the bfd_instance',
    help: 'BFD sessions that matter to the members',
  },
  {
    name: 'notify_backup',
    grammar: script,
    repeat: 'first',
    default: 'none',
    help: 'run on change to BACKUP',
    acted: true,
  },
  {
    name: 'notify_master',
    grammar: script,
    repeat: 'first',
    default: 'none',
    help: 'run on change to MASTER',
    acted: true,
  },
  {
    name: 'notify_fault',
    grammar: script,
    repeat: 'first',
    default: 'none',
    help: 'run on change to FAULT',
    acted: true,
  },
  { name: 'notify_stop', grammar: script, repeat: 'first', default: 'none', help: 'run at shutdown', acted: true },
  {
    name: 'notify',
    grammar: script,
    repeat: 'first',
    default: 'none',
    help: 'run on every change with 4 more arguments: GROUP/INSTANCE, name, state, priority',
    acted: true,
  },
  {
    name: 'smtp_alert',
    grammar: bool,
    default: 'smtp_alert_vrrp, smtp_alert, off',
    help: 'mail on change',
    acted: true,
  },
  {
    name: 'global_tracking',
    grammar: flag,
    default: 'off',
    help: 'deprecated; same effect as sync_group_tracking_weight',
    aliasOf: 'sync_group_tracking_weight',
    deprecated: 'sync_group_tracking_weight',
  },
  {
    name: 'sync_group_tracking_weight',
    grammar: flag,
    default: 'off',
    help: 'allow weighted trackers in the group',
    acted: true,
  },
  { name: 'notify_priority_changes', grammar: bool, default: 'unset', help: 'default for the members', acted: true },
]);

export const garpGroupRows = block('garp_group', [
  {
    name: 'garp_interval',
    grammar: seconds(0, 4294.967295),
    default: 'none',
    help: 'gap between GARP messages',
    acted: true,
  },
  {
    name: 'gna_interval',
    grammar: seconds(0, 4294.967295),
    default: 'none',
    help: 'gap between NA messages; a group with neither interval is dropped with an error',
    acted: true,
  },
  { name: 'interface', grammar: interfaceName, repeat: 'adds', help: 'interface the limits apply to', acted: true },
  { name: 'interfaces', grammar: flag, body: 'words', help: 'interfaces that share the limits', acted: true },
]);

export const bfdInstanceRows = block('bfd_instance', [
  { name: 'neighbor_ip', grammar: ip, default: 'required', help: 'address of the neighbour' },
  {
    name: 'neighbour_ip',
    grammar: ip,
    default: 'required',
    help: 'British spelling of neighbor_ip',
    aliasOf: 'neighbor_ip',
  },
  { name: 'source_ip', grammar: ip, default: 'none', help: 'local address' },
  { name: 'min_rx', grammar: milliseconds(1, 4_294_967), default: '10', help: 'required receive interval' },
  { name: 'min_tx', grammar: milliseconds(1, 4_294_967), default: '10', help: 'desired send interval' },
  { name: 'idle_tx', grammar: milliseconds(1000, 4_294_967), default: '1000', help: 'send interval while down' },
  { name: 'multiplier', grammar: uint(1, 255), default: '5', help: 'missed packets before down' },
  { name: 'passive', grammar: flag, default: 'off', help: 'wait for the neighbour to start' },
  { name: 'ttl', grammar: uint(1, 255), default: '255 IPv4, 64 IPv6', help: 'TTL of sent packets' },
  { name: 'hoplimit', grammar: uint(1, 255), default: '64', help: 'alias of ttl', aliasOf: 'ttl' },
  {
    name: 'max_hops',
    grammar: int(-1, 255),
    default: '0',
    help: 'largest accepted loss of TTL/hop limit; 255 = no check',
  },
  { name: 'multihop', grammar: bool, default: 'off', help: 'use port 4784 instead of 3784' },
  { name: 'weight', grammar: weight(253), default: '0', help: 'priority change in tracking instances' },
  { name: 'vrrp', grammar: flag, default: 'both', help: 'report events to the vrrp child only' },
  { name: 'checker', grammar: flag, default: 'both', help: 'report events to the checker child only' },
]);
