// Which scripts a state change runs, and with which words. Pure.
import type { Script, ScriptUser, VrrpInstance } from '@vipward/config';
import type { NotifyState, StateChange } from './event.ts';

/** One script to run: what is executed, as whom, and what for (for the log). */
export interface Job {
  readonly argv: readonly string[];
  readonly user?: ScriptUser;
  /** Such as `notify_master of INSTANCE VI_1`. */
  readonly purpose: string;
}

/** The scripts of state changes; a VrrpInstance and a VrrpSyncGroup of the configuration fit. */
export type NotifyScripts = Pick<
  VrrpInstance,
  'notifyMaster' | 'notifyBackup' | 'notifyFault' | 'notifyStop' | 'notify'
> &
  Partial<Pick<VrrpInstance, 'notifyDeleted' | 'notifyMasterRxLowerPri'>>;

/**
 * As keepalived does: the script of the state as it is, then `notify` with four more words: object, name, state, priority.
 * `notify` hears of states alone, not of lower priorities or changes of the own.
 */
export const jobsFor = (change: StateChange): readonly Job[] => {
  const { object, name, state, priority, scripts } = change;
  const of = `of ${object} ${name}`;
  const { keyword, script } = stateScript(scripts, state);
  return [
    ...(script === undefined ? [] : [jobOf(script, [], `${keyword} ${of}`)]),
    ...(scripts.notify === undefined || !isState(state)
      ? []
      : [jobOf(scripts.notify, [object, name, state, String(priority)], `notify ${of} (${state})`)]),
  ];
};

const isState = (state: NotifyState): boolean =>
  state !== 'MASTER_RX_LOWER_PRI' && state !== 'MASTER_PRIORITY' && state !== 'BACKUP_PRIORITY';

/** A job of any script with words appended, for scripts that are not of a state change. */
export const jobOf = (script: Script, words: readonly string[], purpose: string): Job => ({
  argv: [...script.argv, ...words],
  purpose,
  ...(script.user === undefined ? {} : { user: script.user }),
});

const stateScript = (
  scripts: NotifyScripts,
  state: NotifyState,
): { readonly keyword: string; readonly script: Script | undefined } => {
  switch (state) {
    case 'MASTER':
      return { keyword: 'notify_master', script: scripts.notifyMaster };
    case 'BACKUP':
      return { keyword: 'notify_backup', script: scripts.notifyBackup };
    case 'FAULT':
      return { keyword: 'notify_fault', script: scripts.notifyFault };
    case 'STOP':
      return { keyword: 'notify_stop', script: scripts.notifyStop };
    case 'DELETED':
      return { keyword: 'notify_deleted', script: scripts.notifyDeleted?.script };
    case 'MASTER_RX_LOWER_PRI':
      return { keyword: 'notify_master_rx_lower_pri', script: scripts.notifyMasterRxLowerPri };
    case 'MASTER_PRIORITY':
    case 'BACKUP_PRIORITY':
      return { keyword: 'notify', script: undefined };
  }
};
