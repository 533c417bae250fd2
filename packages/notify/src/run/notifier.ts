// Runs scripts on state changes: carries out what the queue machine decides, keeps the timers, says what went wrong.
import type { Cancel, Clock, Millis, ResolveAccount } from '@vipward/sockets';
import type { StateChange } from '../event.ts';
import { type Job, jobsFor } from '../job.ts';
import type { NotifyLog } from '../log.ts';
import { emptyQueues, type Limits, type QueueEffect, type QueueEvent, step } from '../queue/step.ts';
import type { ScriptGuard } from '../security/system.ts';
import type { RunningScript, ScriptResult, Spawn } from './spawn.ts';

export interface NotifierOptions {
  readonly spawn: Spawn;
  readonly clock: Clock;
  readonly log: NotifyLog;
  readonly accounts: ResolveAccount;
  /** systemScriptGuard(enable_script_security); nothing is kept from running when left out. */
  readonly guard?: ScriptGuard;
  /** Milliseconds a script may run while the next one of its object waits; 60 s by default. */
  readonly timeout?: Millis;
  /** Milliseconds between SIGTERM and SIGKILL; 2 s by default. */
  readonly grace?: Millis;
  readonly limits?: Limits;
}

export interface Notifier {
  /** Queues the scripts of a state change behind those of the same object. */
  stateChanged(change: StateChange): void;
  /** Queues any script behind those of `object`. */
  run(object: string, job: Job): void;
  /** Resolves to true when nothing runs or waits any more, to false when that took longer than `timeout` ms; scripts run on. */
  drain(timeout: Millis): Promise<boolean>;
}

export const createNotifier = (options: NotifierOptions): Notifier => {
  const { spawn, clock, log, accounts, guard, timeout = 60_000, grace = 2_000 } = options;
  const limits = options.limits ?? { maxWaiting: 64, maxRunning: 64 };
  const processes = new Map<string, { script: RunningScript; cancel: Cancel; signalled: boolean }>();
  let drained: (() => void)[] = [];
  let state = emptyQueues<Job>();

  const dispatch = (event: QueueEvent<Job>): void => {
    const next = step(state, event, limits);
    state = next.state;
    for (const effect of next.effects) perform(effect);
    if (state.objects.size > 0) return;
    const waiting = drained;
    drained = [];
    for (const resolve of waiting) resolve();
  };

  const perform = (effect: QueueEffect<Job>): void => {
    switch (effect.kind) {
      case 'start':
        start(effect.object, effect.job);
        break;
      case 'signal':
        stop(effect);
        break;
      case 'dropped':
        log.warning(`${title(effect.job)} was not run: ${limits.maxWaiting} scripts wait for the one before`);
    }
  };

  const start = (object: string, job: Job): void => {
    const resolved = accounts(job.user);
    const account = resolved.kind === 'account' ? resolved.account : undefined;
    const why = resolved.kind === 'unknown' ? resolved.message : guard?.(job.argv[0] ?? '', account);
    if (why !== undefined) {
      log.warning(`${title(job)} was not run: ${why}`);
      // Not within this step: the machine has not taken its own result in yet.
      queueMicrotask(() => dispatch({ kind: 'ended', object }));
      return;
    }
    const command = account === undefined ? { argv: job.argv } : { argv: job.argv, account };
    const script = spawn(command, (result) => ended(object, job, result));
    processes.set(object, { script, cancel: deadlineIn(object, timeout), signalled: false });
  };

  const stop = ({ object, job, signal }: Extract<QueueEffect<Job>, { kind: 'signal' }>): void => {
    const running = processes.get(object);
    if (running === undefined) return;
    if (signal === 'SIGTERM') {
      log.warning(`${title(job)} still ran after ${timeout / 1000} s while the next script waits: terminated`);
    }
    running.cancel();
    running.script.signal(signal);
    running.signalled = true;
    if (signal === 'SIGTERM') running.cancel = deadlineIn(object, grace);
  };

  const ended = (object: string, job: Job, result: ScriptResult): void => {
    const running = processes.get(object);
    processes.delete(object);
    running?.cancel();
    // The script has gone, but a child of its group may have ignored SIGTERM. Without a signal of ours children may stay.
    if (running?.signalled) running.script.signal('SIGKILL');
    else report(job, result);
    dispatch({ kind: 'ended', object });
  };

  const report = (job: Job, result: ScriptResult): void => {
    switch (result.kind) {
      case 'exited':
        if (result.status !== 0) log.info(`${title(job)} ended with exit status ${result.status}`);
        break;
      case 'signalled':
        log.warning(`${title(job)} was ended by ${result.signal}`);
        break;
      case 'not-started':
        log.warning(`${title(job)} was not run: ${explain(result.code)}`);
    }
  };

  const deadlineIn = (object: string, delay: Millis): Cancel =>
    clock.at(clock.now() + delay, () => dispatch({ kind: 'deadline', object }));

  return {
    stateChanged(change) {
      for (const job of jobsFor(change)) {
        dispatch({ kind: 'enqueue', object: `${change.object} ${change.name}`, job });
      }
    },
    run: (object, job) => dispatch({ kind: 'enqueue', object, job }),
    drain: (limit) =>
      new Promise((resolve) => {
        if (state.objects.size === 0) return resolve(true);
        const cancel = clock.at(clock.now() + limit, () => resolve(false));
        drained.push(() => {
          cancel();
          resolve(true);
        });
      }),
  };
};

const title = (job: Job): string => `Script ${job.argv[0] ?? ''} (${job.purpose})`;

const explain = (code: string): string => {
  switch (code) {
    case 'ENOENT':
      return 'no such file, or its interpreter is missing (ENOENT)';
    case 'EACCES':
      return 'not executable, or its directory is closed to the account it runs as (EACCES)';
    case 'EPERM':
      return 'the daemon may not change to the account it shall run as (EPERM)';
    default:
      return code;
  }
};
