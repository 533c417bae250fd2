// One running checker: performs what its machine says with a timer and the check queue.
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import type { Check } from '../checkers/check.ts';
import { type CheckerEffect, type CheckerEvent, type CheckerState, stepChecker } from '../machine/checker.ts';
import { type AnyCheck, urlsOf } from '../machine/checks.ts';
import { type CheckResult, failure } from '../machine/result.ts';
import type { Subject } from '../machine/wording.ts';
import type { Lateness } from './lateness.ts';
import type { CheckQueue } from './queue.ts';

export interface UnitContext {
  readonly clock: Clock;
  readonly check: Check;
  readonly queue: CheckQueue;
  readonly lateness: Lateness;
}

/** Verdicts, weights and log lines, for the server that the checker belongs to. */
export type OnEffect = (effect: Exclude<CheckerEffect, { kind: 'set-timer' | 'run' }>) => void;

/** What the log lines of a check name. */
export type Names = Pick<Subject, 'realServer' | 'virtualServer' | 'logAllFailures'>;

export interface Unit {
  readonly state: CheckerState;
  /** Why the last attempt failed; undefined when it passed. */
  readonly lastFailure: string | undefined;
  /** Begins, unless it runs already. `spread` 0..1 is the share of warmup to wait. */
  start(spread: number): void;
  /**
   * The same check under a new configuration: a check under way and the timer go on, the latter no later than delay_loop.
   * False when it cannot be taken over.
   */
  adopt(check: AnyCheck, names: Names, onEffect: OnEffect): boolean;
  stop(): void;
}

export const createUnit = (context: UnitContext, first: Subject, initial: CheckerState, listener: OnEffect): Unit => {
  const { clock, check, queue, lateness } = context;
  let subject = first;
  let state = initial;
  let onEffect = listener;
  let started = false;
  let dueAt: Millis | undefined;
  let cancelTimer: Cancel = () => {};
  let leaveQueue: Cancel = () => {};
  let lastFailed = initial.verdict === 'down';
  let lastFailure: string | undefined;
  const abort = new AbortController();

  const step = (event: CheckerEvent): void => {
    if (abort.signal.aborted) return;
    const next = stepChecker(subject, state, event, clock.now());
    state = next.state;
    for (const effect of next.effects) perform(effect);
  };

  const perform = (effect: CheckerEffect): void => {
    switch (effect.kind) {
      case 'set-timer':
        arm(effect.at);
        break;
      case 'run':
        enqueue(effect.url);
        break;
      case 'verdict':
      case 'weight':
      case 'log':
        onEffect(effect);
        break;
    }
  };

  const arm = (at: Millis): void => {
    cancelTimer();
    dueAt = at;
    cancelTimer = clock.at(at, () => {
      dueAt = undefined;
      step({ kind: 'timer' });
    });
  };

  const enqueue = (url: number): void => {
    const wanted = clock.now();
    leaveQueue = queue.add({
      group: subject.virtualServer,
      suspect: lastFailed,
      start: async () => {
        lateness.add(clock.now() - wanted);
        const result = await attempt(url);
        lastFailed = !result.ok;
        if (!result.ok) lastFailure = aboutUrl(url) + result.detail;
        step({ kind: 'result', result });
        // Of several urls one may pass while the server is still down for another.
        if (result.ok && state.verdict === 'up') lastFailure = undefined;
      },
    });
  };

  const aboutUrl = (url: number): string => {
    const path = urlsOf(subject.checker)[url]?.path;
    return path === undefined ? '' : `url(${path}) `;
  };

  const attempt = async (url: number): Promise<CheckResult> => {
    try {
      return await check(subject.checker, url, { clock, signal: abort.signal });
    } catch (error) {
      // A fault of ours must neither stop the checker nor take a server out.
      return failure('local', `unexpected error: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  return {
    get state() {
      return state;
    },
    get lastFailure() {
      return lastFailure;
    },
    start(spread) {
      if (started) return;
      started = true;
      step({ kind: 'start', spread });
    },
    adopt(check, names, nextListener) {
      if (check.kind === 'FILE_CHECK') return false;
      subject = { checker: check, ...names };
      onEffect = nextListener;
      if (dueAt !== undefined) arm(Math.min(dueAt, clock.now() + subject.checker.delayLoop));
      return true;
    },
    stop() {
      abort.abort();
      cancelTimer();
      leaveQueue();
    },
  };
};
