// What the news of a BFD session mean to a real server that BFD_CHECK watches, as keepalived 2.2.7 was seen to take them.
import { expect, test } from '@jest/globals';
import type { BfdCheck } from '@vipward/config';
import { stepBfd } from '../../src/machine/bfd-checker.ts';
import { type CheckerState, newChecker } from '../../src/machine/checker.ts';
import { at } from '../fixture.ts';

const checker: BfdCheck = { kind: 'BFD_CHECK', name: 'B1', alpha: false, at };
const subject = { checker, realServer: '[10.9.0.2]:tcp:80' };

const log = (state: string) => ({ kind: 'log', text: `BFD check of [B1] RS([10.9.0.2]:tcp:80) is ${state}` });
const down = (turned: boolean) => ({
  kind: 'verdict',
  verdict: 'down',
  turned,
  reason: 'BFD session B1 is down',
  failure: 'session',
});
const up = { kind: 'verdict', verdict: 'up', turned: true };

const heard = (verdict: 'up' | 'down'): CheckerState => ({ ...newChecker(verdict), hasRun: true });

test.each([
  ['begins as up', newChecker('up'), false, [log('DOWN'), down(true)]],
  ['begins as up', newChecker('up'), true, [log('UP')]],
  ['begins as down (alpha)', newChecker('down'), false, [log('DOWN'), down(false)]],
  ['begins as down (alpha)', newChecker('down'), true, [log('UP'), up]],
  ['is up', heard('up'), true, []],
  ['is up', heard('up'), false, [log('DOWN'), down(true)]],
  ['is down', heard('down'), false, []],
  ['is down', heard('down'), true, [log('UP'), up]],
])('a check that %s hears news of its session (case %#)', (_, state, news, effects) => {
  const next = stepBfd(subject, state, news);
  expect(next.effects).toMatchObject(effects);
  expect(next.state).toEqual({ ...state, verdict: news ? 'up' : 'down', hasRun: true });
});
