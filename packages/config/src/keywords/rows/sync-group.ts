// vrrp_sync_group: instances that are master together or not at all.
import { bool, flag, script } from '../grammar.ts';
import { block } from '../row.ts';
import { changeMail, changeScripts } from './changes.ts';

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
    acted: true,
  },
  {
    name: 'track_process',
    grammar: flag,
    body: 'lines',
    default: 'weight of the vrrp_track_process',
    help: 'processes that matter to the members',
    acted: true,
  },
  {
    name: 'track_bfd',
    grammar: flag,
    body: 'lines',
    default: 'weight of the bfd_instance',
    help: 'BFD sessions that matter to the members',
    acted: true,
  },
  ...changeScripts,
  {
    name: 'notify',
    grammar: script,
    repeat: 'first',
    default: 'none',
    help: 'run on every change with 4 more arguments: GROUP/INSTANCE, name, state, priority',
    acted: true,
  },
  changeMail,
  {
    name: 'global_tracking',
    grammar: flag,
    default: 'off',
    help: 'deprecated; same effect as sync_group_tracking_weight',
    aliasOf: 'sync_group_tracking_weight',
    deprecated: 'sync_group_tracking_weight',
    acted: true,
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
