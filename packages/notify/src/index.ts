// The public face of the notifications.
export { type Account, type AccountFiles, type AccountResult, resolveAccount } from './account/resolve.ts';
export { type ResolveAccount, systemAccounts } from './account/system.ts';
export { type Job, jobOf, jobsFor, type NotifyScripts, type NotifyState, type StateChange } from './job.ts';
export type { Limits } from './queue/step.ts';
export { createNotifier, type Notifier, type NotifierOptions, type NotifyLog } from './run/notifier.ts';
export { type Command, type RunningScript, type ScriptResult, type Spawn, systemSpawn } from './run/spawn.ts';
export { type ScriptGuard, systemScriptGuard } from './security/system.ts';
