// What instances and checks can watch: groups of instances, files, processes and scripts.
import { account, bareScript, flag, INT32_MAX, seconds, text, uint, weight, words } from '../grammar.ts';
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
    acted: true,
  },
]);

export const trackProcessRows = block('vrrp_track_process', [
  {
    name: 'process',
    grammar: words('NAME [PARAM]...'),
    repeat: 'first',
    default: 'required',
    help: 'process name (words may be double-quoted); parameters switch to command line matching',
    acted: true,
  },
  {
    name: 'param_match',
    grammar: words('[initial|partial]', 0),
    default: 'exact when parameters are given',
    help: 'how parameters are compared; no argument = exact and no parameters allowed',
    acted: true,
  },
  {
    name: 'weight',
    grammar: weight(254),
    repeat: 'first',
    default: '0',
    help: 'priority change; 0 = fault when not running',
    acted: true,
  },
  { name: 'quorum', grammar: uint(1, 65_535), default: '1', help: 'least number of processes', acted: true },
  {
    name: 'quorum_max',
    grammar: uint(0, 65_535),
    default: 'no limit',
    help: 'greatest number of processes',
    acted: true,
  },
  {
    name: 'delay',
    grammar: seconds(0.000001, 3600),
    default: '0',
    help: 'sets fork_delay and terminate_delay',
    acted: true,
  },
  {
    name: 'terminate_delay',
    grammar: seconds(0.000001, 3600),
    default: '0',
    help: 'wait before loss of quorum counts',
    acted: true,
  },
  {
    name: 'fork_delay',
    grammar: seconds(0.000001, 3600),
    default: '0',
    help: 'wait before gain of quorum counts',
    acted: true,
  },
  { name: 'full_command', grammar: flag, default: 'off', help: 'match the whole command line', acted: true },
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
