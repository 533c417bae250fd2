// One running BFD_CHECK: hears of its session.
import type { BfdCheck } from '@vipward/config';
import { type BfdSubject, stepBfd } from '../machine/bfd-checker.ts';
import type { CheckerState } from '../machine/checker.ts';
import type { WatchBfd } from './bfd-news.ts';
import { createToldUnit } from './told-unit.ts';
import type { Unit, UnitEffect } from './unit.ts';

export const createBfdUnit = (
  watchBfd: WatchBfd,
  checker: BfdCheck,
  { realServer }: Omit<BfdSubject, 'checker'>,
  initial: CheckerState,
  onEffect: (effect: UnitEffect) => void,
): Unit =>
  createToldUnit<boolean>(
    {
      watch: (heard) => watchBfd(checker.name, heard),
      step: (state, up) => stepBfd({ checker, realServer }, state, up),
      beginning: 'Activating BFD healthchecker',
    },
    initial,
    onEffect,
  );
