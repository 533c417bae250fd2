// One running BFD_CHECK: hears of its session and tells what the machine makes of it.
import type { BfdCheck } from '@vipward/config';
import type { Cancel } from '@vipward/sockets';
import { type BfdSubject, stepBfd } from '../machine/bfd-checker.ts';
import type { CheckerState } from '../machine/checker.ts';
import type { WatchBfd } from './bfd-news.ts';
import type { Unit, UnitEffect } from './unit.ts';

export const createBfdUnit = (
  watchBfd: WatchBfd,
  checker: BfdCheck,
  { realServer }: Omit<BfdSubject, 'checker'>,
  initial: CheckerState,
  onEffect: (effect: UnitEffect) => void,
): Unit => {
  let state = initial;
  let lastFailure: string | undefined;
  let unwatch: Cancel | undefined;
  const judge = (up: boolean): void => {
    const next = stepBfd({ checker, realServer }, state, up);
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
      if (unwatch !== undefined) return false;
      if (!state.hasRun) onEffect({ kind: 'log', text: 'Activating BFD healthchecker' });
      unwatch = watchBfd(checker.name, judge);
      return true;
    },
    // It costs nothing to begin anew, with the state and the news as they are.
    adopt: () => false,
    // Nobody is asked anything.
    suspend: () => false,
    stop() {
      unwatch?.();
    },
  };
};
