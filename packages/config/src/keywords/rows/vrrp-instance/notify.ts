// vrrp_instance: what is run and told when its state changes.
import { bool, script } from '../../grammar.ts';
import type { RowText } from '../../row.ts';
import { changeMail, changeScripts } from '../changes.ts';

export const notify: readonly RowText[] = [
  ...changeScripts,
  {
    name: 'notify_deleted',
    grammar: { kind: 'script', account: true, optional: true },
    repeat: 'first',
    default: 'FAULT is reported',
    help: 'report DELETED (and run a script) when a reload removes the instance',
    acted: true,
  },
  {
    name: 'notify',
    grammar: script,
    repeat: 'first',
    default: 'none',
    help: 'run on every change with 4 more arguments',
    acted: true,
  },
  {
    name: 'notify_master_rx_lower_pri',
    grammar: script,
    repeat: 'first',
    default: 'none',
    help: 'run when a master hears a lower priority',
    acted: true,
  },
  {
    name: 'notify_priority_changes',
    grammar: bool,
    default: 'group, then global',
    help: 'send priority changes to the pipes',
    acted: true,
  },
  changeMail,
];
