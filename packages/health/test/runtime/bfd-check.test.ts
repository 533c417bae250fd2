// BFD_CHECK end to end: the news of a session take real servers out and bring them back.
import { expect, test } from '@jest/globals';
import type { BfdCheck } from '@vipward/config';
import { FakeClock } from '@vipward/testkit';
import { type HealthOptions, startHealth } from '../../src/runtime/start.ts';
import { at, rs, tcp, vs } from '../fixture.ts';
import { shown } from './bench.ts';

const bfd = (name: string, alpha = false): BfdCheck => ({ kind: 'BFD_CHECK', name, alpha, at });

const start = (options: Partial<HealthOptions> = {}) => {
  const clock = new FakeClock();
  const log: string[] = [];
  const tables: (readonly string[])[] = [];
  const health = startHealth({
    virtualServers: [vs([rs(1, { moreCheckers: [bfd('B1')] }), rs(2, { moreCheckers: [bfd('B2', true)] }), rs(3)])],
    clock,
    random: () => 0,
    log: { info: (text) => void log.push(text) },
    onChange: (table) => void tables.push(shown(table)),
    check: () => Promise.resolve({ ok: true }),
    ...options,
  });
  return { clock, health, log, tables };
};

test('a server is in until its session is told of as down, and one with alpha is out until it is up', () => {
  const { clock, health, log, tables } = start();
  clock.advance(0);
  health.setBfd('B1', false);
  health.setBfd('B2', false);
  clock.advance(0);
  health.setBfd('B1', true);
  health.setBfd('B2', true);
  clock.advance(0);
  health.setBfd('B2', true);
  health.setBfd('B1', false);
  clock.advance(0);
  expect(tables).toEqual([['1 w1', '3 w1'], ['3 w1'], ['1 w1', '2 w1', '3 w1'], ['2 w1', '3 w1']]);
  expect(log.filter((line) => line.includes('[192.168.33.1]'))).toEqual([
    'BFD check of [B1] RS([192.168.33.1]:tcp:80) is DOWN',
    'Removing service [192.168.33.1]:tcp:80 from VS [192.168.33.188]:tcp:80',
    'BFD check of [B1] RS([192.168.33.1]:tcp:80) is UP',
    'Adding service [192.168.33.1]:tcp:80 to VS [192.168.33.188]:tcp:80',
    'BFD check of [B1] RS([192.168.33.1]:tcp:80) is DOWN',
    'Removing service [192.168.33.1]:tcp:80 from VS [192.168.33.188]:tcp:80',
  ]);
});

test('what is known of sessions counts from the start, before any check begins', () => {
  const { health } = start({
    bfds: [
      { name: 'B1', up: false },
      { name: 'B2', up: true },
    ],
    waits: true,
  });
  expect(shown(health.table())).toEqual(['2 w1', '3 w1']);
});

test('another check of the same server must pass as well', () => {
  const { clock, health } = start({
    virtualServers: [vs([rs(1, { checkers: [tcp({ alpha: true })], moreCheckers: [bfd('B1')] })])],
    check: () => Promise.resolve({ ok: false, reason: 'refused', detail: 'refused' }),
  });
  health.setBfd('B1', true);
  clock.advance(60_000);
  expect(shown(health.table())).toEqual([]);
});

test('a reload keeps what was heard, and a restart what a predecessor heard', () => {
  const first = start();
  first.health.setBfd('B1', false);
  first.health.setBfd('B2', true);
  const virtualServers = [
    vs([
      rs(1, { moreCheckers: [bfd('B1')] }),
      rs(2, { moreCheckers: [bfd('B2', true)] }),
      rs(4, { moreCheckers: [bfd('B1')] }),
    ]),
  ];
  const from = first.log.length;
  first.health.reload(virtualServers);
  expect(shown(first.health.table())).toEqual(['2 w1']);
  expect(first.log.slice(from).filter((line) => line.startsWith('BFD check'))).toEqual([
    'BFD check of [B1] RS([192.168.33.4]:tcp:80) is DOWN',
  ]);
  const second = start({ virtualServers, previous: JSON.parse(JSON.stringify(first.health.toJson())) });
  expect(shown(second.health.table())).toEqual(['2 w1']);
  expect(second.health.report()[0]?.realServers[0]?.checks).toMatchObject([{ kind: 'BFD_CHECK', verdict: 'down' }]);
});

test('after the end nothing is told any more', () => {
  const { clock, health, tables } = start();
  clock.advance(0);
  health.stop();
  health.setBfd('B1', false);
  clock.advance(1000);
  expect(tables).toHaveLength(1);
});
