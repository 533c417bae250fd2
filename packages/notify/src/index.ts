// The public face of the notifications.
export type { NotifyState, ServerChange, StateChange } from './event.ts';
export { serverLine, stateLine } from './fifo/line.ts';
export { type OpenedPipe, type OpenPipe, openSystemPipe } from './fifo/open.ts';
export { createPipes, type PipeSettings, type Pipes, type Topic } from './fifo/pipes.ts';
export { type Job, jobOf, jobsFor, type NotifyScripts } from './job.ts';
export type { NotifyLog } from './log.ts';
export { createMailer, type Mailer } from './mail/mailer.ts';
export { addressOf, type Mail, type MailSettings, messageText, stateMail } from './mail/message.ts';
export { type Relay, type SendMail, sendOver } from './mail/send.ts';
export type { Limits } from './queue/step.ts';
export { createNotifier, type Notifier, type NotifierOptions } from './run/notifier.ts';
export { type Command, type RunningScript, type ScriptResult, type Spawn, systemSpawn } from './run/spawn.ts';
export { type ScriptGuard, systemScriptGuard } from './security/system.ts';
