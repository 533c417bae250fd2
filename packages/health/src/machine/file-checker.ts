// The machine of a FILE_CHECK: the number in a file decides at once, without retries and without a period.
import type { FileCheck } from '@vipward/config';
import type { CheckerEffect, CheckerState } from './checker.ts';
import type { CheckResult } from './result.ts';

export interface FileSubject {
  readonly checker: FileCheck;
  readonly realServer: string;
  readonly virtualServer: string;
}

/** Without timers: the file's watcher says when there is another result. */
export type FileEffect = Extract<CheckerEffect, { readonly kind: 'verdict' | 'weight' | 'log' }>;

export interface FileStep {
  readonly state: CheckerState;
  readonly effects: readonly FileEffect[];
}

export const stepFile = ({ checker, realServer }: FileSubject, state: CheckerState, result: CheckResult): FileStep => {
  const said = (change: 'now' | 'leaving'): FileEffect => ({
    kind: 'log',
    text: `(${realServer}): tracked file ${checker.trackFile} ${change} FAULT state`,
  });
  if (!result.ok) {
    const down: CheckerState = { ...state, verdict: 'down', hasRun: true, weight: undefined };
    if (state.verdict === 'down' && state.hasRun) return { state: down, effects: [] };
    const verdict: FileEffect = {
      kind: 'verdict',
      verdict: 'down',
      turned: state.verdict === 'up',
      reason: result.detail,
      failure: result.reason,
    };
    // Out or not, which panic_threshold may decide: what the number before has moved moves no more.
    const moved: readonly FileEffect[] = (state.weight ?? 0) === 0 ? [] : [{ kind: 'weight' }];
    return { state: down, effects: [said('now'), verdict, ...moved] };
  }
  const effects: FileEffect[] = [];
  if (state.verdict === 'down') effects.push(said('leaving'));
  if ((result.weight ?? 0) !== (state.weight ?? 0)) effects.push({ kind: 'weight' });
  if (state.verdict === 'down') effects.push({ kind: 'verdict', verdict: 'up', turned: true });
  return { state: { ...state, verdict: 'up', hasRun: true, weight: result.weight }, effects };
};
