// The weight pipeline: for every combination of checks, operator's word, inhibit, panic and sorry server the place in the table.
import { describe, expect, test } from '@jest/globals';
import type { VirtualServer } from '@vipward/config';
import { conditionText, type Out, outOf, untouched } from '../../src/machine/condition.ts';
import { alivePercent, inPanic } from '../../src/machine/panic.ts';
import { nextPlaceChange, placesOf } from '../../src/machine/place.ts';
import {
  type ServerState,
  startVirtualServer,
  stepVirtualServer,
  type VirtualServerEvent,
} from '../../src/machine/virtual-server.ts';
import { rs, sorryServer, vs } from '../fixture.ts';

/** Up, down; d, m: drained, in maintenance. */
const states: Readonly<Record<string, ServerState>> = {
  up: { alive: true, weight: 10 },
  down: { alive: false, weight: 10 },
  'up d': { alive: true, weight: 10, out: 'drain' },
  'down d': { alive: false, weight: 10, out: 'drain' },
  'up m': { alive: true, weight: 10, out: 'maintenance' },
  'down m': { alive: false, weight: 10, out: 'maintenance' },
};

const placeOf = (state: string, inhibit: boolean, more: { panic?: boolean; sorry?: boolean } = {}) => {
  const server = vs([rs(12, { weight: 10, inhibitOnFailure: inhibit })], more.sorry ? { sorryServer } : {});
  const one = states[state] ?? { alive: true, weight: 1 };
  const quorum = more.sorry ? 'down' : 'up';
  return placesOf(server, { quorum, servers: [one], aliveWeight: 0, panic: more.panic ?? false }, 0)[0];
};

describe('the place of a server', () => {
  test.each([
    // state, plain, inhibit, in panic, behind the sorry server
    ['up', 10, 10, 10, undefined],
    ['down', undefined, 0, 10, undefined],
    ['up d', 0, 0, 0, 0],
    ['down d', undefined, 0, 0, undefined],
    ['up m', undefined, 0, undefined, undefined],
    ['down m', undefined, 0, undefined, undefined],
  ] as const)('that is %s', (state, plain, inhibit, panic, sorry) => {
    expect([
      placeOf(state, false),
      placeOf(state, true),
      placeOf(state, false, { panic: true }),
      placeOf(state, false, { sorry: true }),
    ]).toEqual([plain, inhibit, panic, sorry]);
  });
});

test('of several words the strongest counts, and the file is as good as the command', () => {
  const outs: readonly (Out | undefined)[] = [
    outOf(untouched),
    outOf({ ...untouched, drain: true }),
    outOf({ ...untouched, drain: true, maintenance: true }),
    outOf({ ...untouched, drain: true, file: true }),
  ];
  expect(outs).toEqual([undefined, 'drain', 'maintenance', 'maintenance']);
  expect(conditionText({ drain: true, maintenance: false, file: true })).toBe('maintenance, by file');
});

const play = (server: VirtualServer, events: readonly VirtualServerEvent[], now = 0) => {
  let step = startVirtualServer(
    server,
    server.realServers.map(({ weight }) => ({ alive: true, weight })),
  );
  const texts: string[] = [];
  const tables = [placesOf(server, step.state, now)];
  for (const event of events) {
    step = stepVirtualServer(server, step.state, event);
    texts.push(...step.events.map(({ text }) => text));
    tables.push(placesOf(server, step.state, now));
  }
  return { state: step.state, texts, tables };
};

const down = (server: number): VirtualServerEvent => ({ kind: 'down', server, reason: 'refused' });
const out = (server: number, what: Out | undefined): VirtualServerEvent => ({
  kind: 'out',
  server,
  out: what,
  why: '',
  at: 0,
});

describe('panic_threshold 50', () => {
  const four = vs([rs(11), rs(12), rs(13), rs(14)], { panicThreshold: 50 });

  test('brings all back when less than half is alive, says it once, and ends when half is', () => {
    const { tables, texts } = play(four, [
      down(0),
      down(1),
      down(2),
      down(3),
      { kind: 'up', server: 0 },
      { kind: 'up', server: 1 },
    ]);
    expect(tables).toEqual([
      [1, 1, 1, 1],
      [undefined, 1, 1, 1],
      [undefined, undefined, 1, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 1, undefined, undefined],
    ]);
    expect(texts.filter((text) => /panic/i.test(text))).toEqual([
      'Service [192.168.33.13]:tcp:80 of VS [192.168.33.188]:tcp:80 is down and stays, for panic_threshold',
      'PANIC: checks pass for only 25 % of the weight of VS [192.168.33.188]:tcp:80, less than panic_threshold 50: failed checks take no real server out until more pass',
      'Service [192.168.33.14]:tcp:80 of VS [192.168.33.188]:tcp:80 is down and stays, for panic_threshold',
      'End of panic: checks pass for 50 % of the weight of VS [192.168.33.188]:tcp:80: failed ones take real servers out again',
    ]);
  });

  test('does not count what an operator has taken out', () => {
    const { tables } = play(four, [out(0, 'maintenance'), out(1, 'drain'), down(2)]);
    expect(tables.at(-1)).toEqual([undefined, 0, undefined, 1]);
    expect(alivePercent(four, [{ alive: true, out: 'drain' }])).toBe(100);
  });

  test('says nothing while servers with alpha have still to be tried', () => {
    const untried = { alive: false, unheard: true };
    const failed = { alive: false, unheard: false };
    expect(inPanic(four, [untried, failed, failed, failed])).toBe(false);
    expect(inPanic(four, [failed, failed, failed, failed])).toBe(true);
  });

  test('keeps no sorry server out: without quorum it takes the traffic', () => {
    const { tables } = play({ ...four, sorryServer, quorum: 2 }, [down(0), down(1), down(2)]);
    expect(tables.at(-1)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('a server that comes up in panic has no less than those that failed, behind the sorry server as well', () => {
    const pair = vs([rs(11, { weight: 5, slowStart: 10_000 }), rs(12, { weight: 5 })], { panicThreshold: 90 });
    const events: VirtualServerEvent[] = [down(0), down(1), { kind: 'up', server: 0, at: 0 }];
    expect(play(pair, events).tables.at(-1)).toEqual([5, 5]);
    expect(play({ ...pair, sorryServer }, events).tables.slice(-2)).toEqual([
      [undefined, undefined],
      [5, 5],
    ]);
  });

  test('a weight that grows is whole while there is panic, and goes on growing after it', () => {
    const three = vs(
      [11, 12, 13].map((n) => rs(n, { weight: 10, slowStart: 10_000 })),
      { panicThreshold: 60 },
    );
    const events: VirtualServerEvent[] = [down(0), { kind: 'up', server: 0, at: 0 }, down(1)];
    expect(play(three, events).tables.at(-1)).toEqual([1, undefined, 10]);
    expect(play(three, [...events, down(2)]).tables.at(-1)).toEqual([10, 10, 10]);
    expect(play(three, [...events, down(2), { kind: 'up', server: 2, at: 0 }]).tables.at(-1)).toEqual([
      1,
      undefined,
      10,
    ]);
  });

  test('behind a sorry server nobody is said to stay', () => {
    const { texts } = play(vs([rs(11)], { panicThreshold: 50, sorryServer }), [down(0)]);
    expect(texts[0]).toBe('Removing service [192.168.33.11]:tcp:80 from VS [192.168.33.188]:tcp:80');
  });

  test('is off where it is not written', () => {
    const { tables } = play({ ...vs([rs(11), rs(12)]) }, [down(0), down(1)]);
    expect(tables.at(-1)).toEqual([undefined, undefined]);
  });
});

describe('drain and maintenance', () => {
  const pair = vs([rs(11, { weight: 5 }), rs(12, { weight: 5, slowStart: 10_000 })], { sorryServer });

  test('count for no quorum: with the last one the sorry server goes in, and what drains keeps its connections', () => {
    const { tables, state } = play(pair, [out(0, 'drain'), out(1, 'maintenance')]);
    expect(state.quorum).toBe('down');
    expect(tables.at(-1)).toEqual([0, undefined]);
  });

  test('a server that is let in again grows with slow_start', () => {
    const { state, tables } = play(pair, [out(1, 'maintenance'), out(1, undefined)]);
    expect(tables.at(-1)).toEqual([5, 1]);
    expect(nextPlaceChange(pair, state, 0)).toBe(1000);
    expect(placesOf(pair, state, 9000)).toEqual([5, 5]);
  });

  test('a server that comes up grows; one that was up from the start has all its weight', () => {
    expect(play(pair, [], 0).tables).toEqual([[5, 5]]);
    const { tables } = play(pair, [down(1), { kind: 'up', server: 1, at: 0 }]);
    expect(tables.at(-1)).toEqual([5, 1]);
  });
});
