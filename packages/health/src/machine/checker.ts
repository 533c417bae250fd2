// The checker machine: when to try, how often to try again, when the verdict turns. Measured against keepalived 2.2.7.
import type { HttpUrl } from '@vipward/config';
import type { Millis } from '@vipward/sockets';
import { movesWeight, urlsOf } from './checks.ts';
import type { CheckFailure, CheckResult, CheckSuccess, FailureReason, Verdict } from './result.ts';
import { couldNotTry, failedOnce, gaveUp, passed, type Subject, urlPassed } from './wording.ts';

export interface CheckerState {
  readonly verdict: Verdict;
  /** A verdict has been reached by trying. Before that one failure is enough, whatever `retry` says. */
  readonly hasRun: boolean;
  /** Failures in a row while up. */
  readonly failures: number;
  /** Index of the url that is asked next (0 for the other kinds). */
  readonly url: number;
  /** That url failed the last time: passing it begins a new round at the first url. */
  readonly urlFailed: boolean;
  readonly running: boolean;
  /** The last attempt could not be made for local trouble, and that has been said. */
  readonly hindered: boolean;
  /** What the last success made of the weight, see CheckSuccess; undefined = nothing. */
  readonly weight: number | undefined;
}

export type CheckerEvent =
  /** `spread` 0..1 is the share of warmup to wait. */
  | { readonly kind: 'start'; readonly spread: number }
  | { readonly kind: 'timer' }
  | { readonly kind: 'result'; readonly result: CheckResult };

export type CheckerEffect =
  | { readonly kind: 'set-timer'; readonly at: Millis }
  | { readonly kind: 'run'; readonly url: number }
  /** Of a MISC_CHECK also when its first attempt passes. `turned`: it was the other one before. */
  | { readonly kind: 'verdict'; readonly verdict: 'up'; readonly turned: boolean }
  /** Also of a check that began as down, when its first attempt fails. */
  | {
      readonly kind: 'verdict';
      readonly verdict: 'down';
      readonly turned: boolean;
      /** For people. */
      readonly reason: string;
      readonly failure: FailureReason;
    }
  /** `weight` of the state is another now. */
  | { readonly kind: 'weight' }
  | { readonly kind: 'log'; readonly text: string };

export interface CheckerStep {
  readonly state: CheckerState;
  readonly effects: readonly CheckerEffect[];
}

/** keepalived makes no check in the first second; warmup comes on top of it. */
export const firstCheckDelay: Millis = 1000;

/** One that has not been tried yet: the same value for all of them. */
export const newChecker = (verdict: Verdict): CheckerState => (verdict === 'up' ? untriedUp : untriedDown);

const untried = (verdict: Verdict): CheckerState => ({
  verdict,
  hasRun: false,
  failures: 0,
  url: 0,
  urlFailed: false,
  running: false,
  hindered: false,
  weight: undefined,
});
const untriedUp = untried('up');
const untriedDown = untried('down');

export const stepChecker = (subject: Subject, state: CheckerState, event: CheckerEvent, now: Millis): CheckerStep => {
  switch (event.kind) {
    case 'start':
      return {
        state: { ...state, running: false },
        effects: [{ kind: 'set-timer', at: now + firstCheckDelay + event.spread * subject.checker.warmup }],
      };
    case 'timer':
      return state.running
        ? { state, effects: [] }
        : { state: { ...state, running: true }, effects: [{ kind: 'run', url: state.url }] };
    case 'result':
      if (event.result.ok) return stepPassed(subject, state, event.result, now);
      if (event.result.reason === 'local') return stepHindered(subject, state, event.result, now);
      return stepFailed(subject, state, event.result, now);
  }
};

const stepPassed = (subject: Subject, state: CheckerState, result: CheckSuccess, now: Millis): CheckerStep => {
  const { checker } = subject;
  const rested: CheckerState = { ...state, running: false, hindered: false, failures: 0 };
  // fast_recovery: while it comes up, the next url is asked at once.
  const hurried = 'fastRecovery' in checker && checker.fastRecovery === true;
  const comingUp = state.verdict === 'down' || !state.hasRun;
  const again: CheckerEffect = { kind: 'set-timer', at: now + checker.delayLoop };
  const nextUrl: CheckerEffect = hurried && comingUp ? { kind: 'set-timer', at: now } : again;
  const url = urlAt(subject, state.url);
  const effects: CheckerEffect[] = [];
  if (url !== undefined) {
    if (state.verdict === 'down' && state.hasRun) effects.push(log(urlPassed(subject.realServer, url)));
    // A url that had failed counts only in the round that it opens: a server comes back after a whole good round.
    if (state.urlFailed) return { state: { ...rested, url: 0, urlFailed: false }, effects: [...effects, nextUrl] };
    if (urlAt(subject, state.url + 1) !== undefined) {
      return { state: { ...rested, url: state.url + 1 }, effects: [...effects, nextUrl] };
    }
  }
  if (comingUp) effects.push(log(passed(subject)));
  const weight = movesWeight(checker) ? result.weight : undefined;
  if (weight !== state.weight) effects.push({ kind: 'weight' });
  // keepalived sends a mail when a script passes for the first time.
  if (state.verdict === 'down' || (checker.kind === 'MISC_CHECK' && !state.hasRun)) {
    effects.push({ kind: 'verdict', verdict: 'up', turned: state.verdict === 'down' });
  }
  return { state: { ...rested, verdict: 'up', hasRun: true, url: 0, weight }, effects: [...effects, again] };
};

const stepFailed = (subject: Subject, state: CheckerState, result: CheckFailure, now: Millis): CheckerStep => {
  const { checker } = subject;
  const url = urlAt(subject, state.url);
  const rested: CheckerState = { ...state, running: false, hindered: false, urlFailed: url !== undefined };
  const after = (delay: Millis): CheckerEffect => ({ kind: 'set-timer', at: now + delay });
  if (state.hasRun && state.verdict === 'down') return { state: rested, effects: [after(checker.delayLoop)] };
  if (state.hasRun && state.failures < checker.retry) {
    const said =
      (checker.logAllFailures ?? subject.logAllFailures) ? [log(failedOnce(subject, url, result, state.failures))] : [];
    return { state: { ...rested, failures: state.failures + 1 }, effects: [...said, after(checker.delayBeforeRetry)] };
  }
  const effects: CheckerEffect[] = gaveUp(subject, url, result, state.hasRun).map(log);
  // A verdict on one that began as down, too: its scripts hear of it.
  effects.push({
    kind: 'verdict',
    verdict: 'down',
    turned: state.verdict === 'up',
    reason: result.detail,
    failure: result.reason,
  });
  const down: CheckerState = { ...rested, verdict: 'down', hasRun: true, failures: 0 };
  return { state: down, effects: [...effects, after(checker.delayLoop)] };
};

const stepHindered = (subject: Subject, state: CheckerState, result: CheckFailure, now: Millis): CheckerStep => ({
  state: { ...state, running: false, hindered: true },
  effects: [
    ...(state.hindered ? [] : [log(couldNotTry(subject, result))]),
    { kind: 'set-timer', at: now + subject.checker.delayLoop },
  ],
});

const urlAt = ({ checker }: Subject, index: number): HttpUrl | undefined => urlsOf(checker)[index];

const log = (text: string): CheckerEffect => ({ kind: 'log', text });
