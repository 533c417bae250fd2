// Which scripts a state change runs, and with which words. Pure.
import type { Script, ScriptUser, VrrpInstance } from '@vipward/config';

/** One script to run: what is executed, as whom, and what for (for the log). */
export interface Job {
  readonly argv: readonly string[];
  readonly user?: ScriptUser;
  /** Such as `notify_master of INSTANCE VI_1`. */
  readonly purpose: string;
}

export type NotifyState = 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP';

/** A VrrpInstance of the configuration fits. */
export type NotifyScripts = Pick<
  VrrpInstance,
  'notifyMaster' | 'notifyBackup' | 'notifyFault' | 'notifyStop' | 'notify'
>;

export interface StateChange {
  readonly object: 'INSTANCE' | 'GROUP';
  readonly name: string;
  readonly state: NotifyState;
  /** The priority now in effect, 0..255. */
  readonly priority: number;
  readonly scripts: NotifyScripts;
}

/** As keepalived does: the script of the state as it is, then `notify` with four more words: object, name, state, priority. */
export const jobsFor = (change: StateChange): readonly Job[] => {
  const { object, name, state, priority, scripts } = change;
  const of = `of ${object} ${name}`;
  const { keyword, script } = stateScript(scripts, state);
  return [
    ...(script === undefined ? [] : [jobOf(script, [], `${keyword} ${of}`)]),
    ...(scripts.notify === undefined
      ? []
      : [jobOf(scripts.notify, [object, name, state, String(priority)], `notify ${of} (${state})`)]),
  ];
};

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
  }
};
