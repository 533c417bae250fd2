// startup_script and shutdown_script: run once, before the first worker and after the last one, and waited for.
import type { GlobalDefs, Millis, Script } from '@vipward/config';
import type { RunningScript, ScriptResult } from '@vipward/notify';
import type { Clock } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';

/** Starts it, or says why it must not run. */
export type StartOnce = (script: Script, ended: (result: ScriptResult) => void) => RunningScript | string;

/** A script, if there is one, and how long it may take. */
export interface OnceScript {
  readonly script: Script | undefined;
  readonly timeout: Millis;
}

/** What the global definitions say of both. */
export const onceScripts = (global: GlobalDefs): Readonly<Record<'startup' | 'shutdown', OnceScript>> => ({
  startup: { script: global.startupScript, timeout: global.startupScriptTimeout ?? usualTimeout },
  shutdown: { script: global.shutdownScript, timeout: global.shutdownScriptTimeout ?? usualTimeout },
});
const usualTimeout: Millis = 10_000;

/** One that ignores SIGTERM gets SIGKILL this much later, and is no longer waited for after as much again. */
const patience: Millis = 2000;

/** Whatever becomes of the script, the daemon goes on: keepalived only says it. Resolves when it has ended or been given up. */
export const runOnce = (
  purpose: 'startup' | 'shutdown',
  { script, timeout }: OnceScript,
  {
    start,
    clock,
    log,
  }: { readonly start: StartOnce; readonly clock: Clock; readonly log: Pick<Logger, 'info' | 'error'> },
): Promise<void> => {
  if (script === undefined) return Promise.resolve();
  log.info(`Running ${purpose} script ${script.argv[0]}`);
  return new Promise((resolve) => {
    let cancel = (): void => {};
    const running = start(script, (result) => {
      cancel();
      const how = howItFailed(result);
      if (how === undefined) log.info(`${purpose} script script succeeded`);
      else log.error(`${purpose} script script failed, ${how}`);
      resolve();
    });
    if (typeof running === 'string') {
      log.error(`${purpose} script ${script.argv[0]} is not run: ${running}`);
      resolve();
      return;
    }
    const after = (wait: Millis, then: () => void): void => {
      cancel = clock.at(clock.now() + wait, then);
    };
    after(timeout, () => {
      log.error(`${purpose} script timed out`);
      running.signal('SIGTERM');
      after(patience, () => {
        running.signal('SIGKILL');
        after(patience, resolve);
      });
    });
  });
};

const howItFailed = (result: ScriptResult): string | undefined => {
  switch (result.kind) {
    case 'exited':
      return result.status === 0 ? undefined : `status ${result.status}`;
    case 'signalled':
      return `signal ${result.signal}`;
    case 'not-started':
      return `it could not be started: ${result.code}`;
  }
};
