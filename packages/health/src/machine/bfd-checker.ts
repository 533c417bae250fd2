// The machine of a BFD_CHECK: the news of a session decide at once, without retries and without a period.
import type { BfdCheck } from '@vipward/config';
import type { CheckerEffect, CheckerState } from './checker.ts';

export interface BfdSubject {
  readonly checker: BfdCheck;
  readonly realServer: string;
}

/** Without timers: whoever watches the session says when it is another. */
export type BfdEffect = Extract<CheckerEffect, { readonly kind: 'verdict' | 'log' }>;

export interface BfdStep {
  readonly state: CheckerState;
  readonly effects: readonly BfdEffect[];
}

/** As keepalived: up until the first news, unless alpha is given, and from then on what the session is. */
export const stepBfd = ({ checker, realServer }: BfdSubject, state: CheckerState, up: boolean): BfdStep => {
  const verdict = up ? 'up' : 'down';
  if (state.hasRun && state.verdict === verdict) return { state, effects: [] };
  const effects: BfdEffect[] = [
    { kind: 'log', text: `BFD check of [${checker.name}] RS(${realServer}) is ${up ? 'UP' : 'DOWN'}` },
  ];
  const turned = state.verdict !== verdict;
  const reason = `BFD session ${checker.name} is down`;
  if (!up) effects.push({ kind: 'verdict', verdict: 'down', turned, reason, failure: 'session' });
  else if (turned) effects.push({ kind: 'verdict', verdict: 'up', turned });
  return { state: { ...state, verdict, hasRun: true }, effects };
};
