// What instances and groups alike run and send when their state changes.
import { bool, script } from '../grammar.ts';
import type { RowText } from '../row.ts';

/** Scripts for the states one by one. */
export const changeScripts: readonly RowText[] = [
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
];

export const changeMail: RowText = {
  name: 'smtp_alert',
  grammar: bool,
  default: 'smtp_alert_vrrp, smtp_alert, off',
  help: 'mail on change',
  acted: true,
};
