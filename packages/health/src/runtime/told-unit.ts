// One running check that nobody makes: hears the news that somebody tells, and tells what the machine makes of them.
import type { Cancel } from '@vipward/sockets';
import type { CheckerEffect, CheckerState } from '../machine/checker.ts';
import type { Unit, UnitEffect } from './unit.ts';

type ToldEffect = Extract<CheckerEffect, { readonly kind: 'verdict' | 'weight' | 'log' }>;

export interface Telling<News> {
  /** Calls `heard` with what is known at once, and with whatever comes; undefined when there is nobody to listen to. */
  readonly watch: (heard: (news: News) => void) => Cancel | undefined;
  readonly step: (
    state: CheckerState,
    news: News,
  ) => { readonly state: CheckerState; readonly effects: readonly ToldEffect[] };
  /** Said as it begins for the first time. */
  readonly beginning?: string;
}

export const createToldUnit = <News>(
  { watch, step, beginning }: Telling<News>,
  initial: CheckerState,
  onEffect: (effect: UnitEffect) => void,
): Unit => {
  let state = initial;
  let lastFailure: string | undefined;
  let unwatch: Cancel | undefined;
  let resting = false;
  const judge = (news: News): void => {
    const next = step(state, news);
    state = next.state;
    for (const effect of next.effects) {
      if (effect.kind === 'verdict') lastFailure = effect.verdict === 'down' ? effect.reason : undefined;
      onEffect(effect);
    }
  };
  return {
    get state() {
      return state;
    },
    get lastFailure() {
      return lastFailure;
    },
    start() {
      const rested = resting;
      resting = false;
      if (unwatch !== undefined) return rested;
      if (beginning !== undefined && !state.hasRun) onEffect({ kind: 'log', text: beginning });
      unwatch = watch(judge);
      return unwatch !== undefined;
    },
    // What is watched, and what the real server makes of it, may all be others: it costs nothing to begin anew.
    adopt: () => false,
    // As in keepalived a matter of words alone: nobody is asked anything, and its news count all the same.
    suspend() {
      const ran = !resting;
      resting = true;
      return ran;
    },
    stop() {
      unwatch?.();
    },
  };
};
