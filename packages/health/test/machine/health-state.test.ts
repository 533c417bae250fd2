// What survives a reload and a restart.
import { describe, expect, test } from '@jest/globals';
import type { Checker, VirtualServer } from '@vipward/config';
import { parseIp } from '@vipward/config/address';
import fc from 'fast-check';
import type { CheckerState } from '../../src/machine/checker.ts';
import { fromJson, toJson } from '../../src/machine/health-json.ts';
import {
  carryOver,
  type HealthState,
  initialHealth,
  isAlive,
  knownServers,
  serverStates,
} from '../../src/machine/health-state.ts';
import { http, misc, rs, sorryServer, tcp, url, vs } from '../fixture.ts';

const before = vs([rs(12, { checkers: [tcp()] }), rs(13, { checkers: [tcp(), http()] })]);

/** Every checker's state changed by `change`. */
const mapCheckers = (state: HealthState, change: (state: CheckerState, key: string) => CheckerState): HealthState => ({
  virtualServers: state.virtualServers.map((one) => ({
    ...one,
    quorum: 'up' as const,
    realServers: one.realServers.map((real) => ({
      ...real,
      checkers: real.checkers.map(({ key, state: old }) => ({ key, state: change(old, key) })),
    })),
  })),
});

const allDown = (virtualServers: readonly VirtualServer[]): HealthState =>
  mapCheckers(initialHealth(virtualServers), (state) => ({ ...state, verdict: 'down', hasRun: true }));

const verdicts = (state: HealthState): readonly (readonly string[])[] =>
  state.virtualServers.flatMap(({ realServers }) =>
    realServers.map(({ checkers }) => checkers.map((c) => c.state.verdict)),
  );

const withChecker = (checker: Checker): VirtualServer => vs([rs(12, { checkers: [checker] })]);

describe('at a first start', () => {
  test('everything is up but alpha checkers', () => {
    const state = initialHealth([vs([rs(12, { checkers: [tcp(), tcp({ alpha: true })] }), rs(13)])]);
    expect(verdicts(state)).toEqual([['up', 'down'], []]);
    expect(state.virtualServers[0]?.realServers.map(({ checkers }) => isAlive(checkers))).toEqual([false, true]);
  });
});

describe('over a reload', () => {
  test('the same configuration keeps everything', () => {
    const state = allDown([before]);
    expect(carryOver(state, [before])).toEqual(state);
  });

  test('scheduler, forwarding, weights, sorry server and order may change, the verdicts stay', () => {
    const after = vs([rs(13, { weight: 7, checkers: [http(), tcp()] }), rs(12, { checkers: [tcp()] })], {
      scheduler: 'rr',
      forwarding: { kind: 'NAT' },
      quorum: 2,
      sorryServer,
    });
    expect(verdicts(carryOver(allDown([before]), [after]))).toEqual([['down', 'down'], ['down']]);
  });

  test('tuning a check (delay_loop, retry, timeouts, alpha) keeps its verdict', () => {
    const patient = tcp({
      delayLoop: 9000,
      retry: 7,
      delayBeforeRetry: 4000,
      connectTimeout: 9000,
      warmup: 1,
      alpha: true,
    });
    const state = carryOver(allDown([withChecker(tcp())]), [withChecker(patient)]);
    expect(state.virtualServers[0]?.realServers[0]?.checkers[0]?.state).toMatchObject({
      verdict: 'down',
      hasRun: true,
    });
  });

  test.each<[string, Checker, Checker]>([
    ['port', tcp(), tcp({ connectPort: 81 })],
    ['kind', tcp(), http()],
    ['path', http(), http({ urls: [url('/other')] })],
    ['status', http(), http({ urls: [url('/monitor/warn.jsp', { statusCodes: [{ from: 204, to: 204 }] })] })],
    ['script', misc(['/bin/a']), misc(['/bin/b'])],
  ])('another %s is another check: it begins with the verdict of its server', (_, old, now) => {
    const dead = carryOver(allDown([withChecker(old)]), [withChecker(now)]);
    expect(dead.virtualServers[0]?.realServers[0]?.checkers[0]?.state).toMatchObject({
      verdict: 'down',
      hasRun: false,
    });
    const alive = carryOver(initialHealth([withChecker(old)]), [withChecker({ ...now, alpha: true })]);
    expect(verdicts(alive)).toEqual([['up']]);
  });

  test('a new real server begins as its checkers say, a removed one is forgotten', () => {
    const after = vs([rs(14, { checkers: [tcp({ alpha: true })] }), rs(12, { checkers: [tcp()] })]);
    const state = carryOver(allDown([before]), [after]);
    expect(verdicts(state)).toEqual([['down'], ['down']]);
    expect(verdicts(carryOver(state, [before]))).toEqual([['down'], ['up', 'up']]);
  });

  test('the same check written twice is two checks', () => {
    const twice = withChecker(tcp());
    const both = vs([rs(12, { checkers: [tcp(), tcp()] })]);
    const state = carryOver(allDown([twice]), [both]);
    expect(new Set(state.virtualServers[0]?.realServers[0]?.checkers.map(({ key }) => key)).size).toBe(2);
  });

  test('a weight from a script stays only while such a script is there', () => {
    const weight = (state: HealthState, server: VirtualServer): number | undefined =>
      serverStates(server, state.virtualServers[0] ?? { key: '', quorum: undefined, realServers: [] })[0]?.weight;
    const dynamic = withChecker(misc(['/bin/a'], { dynamic: true }));
    const weighted = mapCheckers(initialHealth([dynamic]), (state) => ({ ...state, weight: 10 }));
    expect(weight(carryOver(weighted, [dynamic]), dynamic)).toBe(10);
    expect(weight(fromJson(JSON.parse(JSON.stringify(toJson(weighted)))), dynamic)).toBe(10);
    const fixed = withChecker(misc(['/bin/a'], { dynamic: false }));
    expect(weight(carryOver(weighted, [fixed]), fixed)).toBe(1);
  });
});

describe('over a restart', () => {
  test('JSON brings back what was known', () => {
    const state = mapCheckers(initialHealth([before]), (old, key) => ({
      ...old,
      verdict: 'down',
      hasRun: true,
      failures: key.length,
    }));
    expect(fromJson(JSON.parse(JSON.stringify(toJson(state))))).toEqual(state);
  });

  test('a place beyond the urls that there are becomes the first', () => {
    const state = mapCheckers(initialHealth([withChecker(http())]), (old) => ({ ...old, url: 4_000_000_000 }));
    const back = carryOver(fromJson(toJson(state)), [withChecker(http())]);
    expect(back.virtualServers[0]?.realServers[0]?.checkers[0]?.state.url).toBe(0);
  });

  test('entries that make no sense are dropped, the others stay', () => {
    const json = JSON.parse(JSON.stringify(toJson(allDown([before]))));
    json.virtualServers[0].realServers[0].checkers[0].verdict = 'sideways';
    json.virtualServers[0].realServers.push(7, null, { key: 12 });
    json.extra = 'x';
    expect(verdicts(carryOver(fromJson(json), [before]))).toEqual([['up'], ['down', 'down']]);
  });

  test.each([
    undefined,
    null,
    7,
    'text',
    [],
    {},
    { version: 2, virtualServers: [] },
    { version: 1, virtualServers: 'x' },
  ])('%j is an empty state', (json) => {
    expect(fromJson(json)).toEqual({ virtualServers: [] });
  });

  test('any JSON whatever is read without a complaint, and gives a usable state', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (any, part) => {
        const state = fromJson({ version: 1, virtualServers: [any, { key: 'a', quorum: part, realServers: part }] });
        expect(verdicts(carryOver(state, [before]))).toHaveLength(2);
      }),
    );
  });
});

test('IPv6 servers written in two ways are the same server', () => {
  const [a, b] = [parseIp('2001:db8::1'), parseIp('2001:DB8:0:0::1')];
  if (a === undefined || b === undefined) throw new Error('no address');
  const [first, second] = [a, b].map((address) => vs([rs(1, { address, checkers: [tcp({ connectIp: address })] })]));
  if (first === undefined || second === undefined) throw new Error('no server');
  expect(verdicts(carryOver(allDown([first]), [second]))).toEqual([['down']]);
});

test('a start with nothing known needs no keys and comes to the same', () => {
  const servers = [
    vs([rs(12), rs(13, { checkers: [tcp({ alpha: true })] }), rs(14, { checkers: [tcp(), http({ alpha: true })] })]),
    vs([rs(12, { checkers: [tcp()] })]),
  ];
  const withKeys = initialHealth(servers).virtualServers;
  const without = knownServers({ virtualServers: [] }, servers);
  expect(
    without.map(({ realServers }) => realServers.map(({ checkers }) => checkers.map(({ state }) => state))),
  ).toEqual(withKeys.map(({ realServers }) => realServers.map(({ checkers }) => checkers.map(({ state }) => state))));
  expect(
    servers.map((server, i) => serverStates(server, without[i] ?? { quorum: undefined, realServers: [] })),
  ).toEqual(servers.map((server, i) => serverStates(server, withKeys[i] ?? { quorum: undefined, realServers: [] })));
});
