// Which scripts run on which event: measured from keepalived 2.2.7, which appends no words to any of them.
import { describe, expect, test } from '@jest/globals';
import type { RealServer, Script, VirtualServer } from '@vipward/config';
import { type ScriptRun, scriptsFor } from '../../src/machine/scripts.ts';
import {
  startVirtualServer,
  stepVirtualServer,
  stopVirtualServer,
  type VirtualServerEvent,
  type VirtualServerState,
} from '../../src/machine/virtual-server.ts';
import { rs, sorryServer, vs } from '../fixture.ts';

const script = (...argv: string[]): Script => ({ argv });
const server = (n: number, more: Partial<RealServer> = {}): RealServer =>
  rs(n, { notifyUp: script('/n', 'up', String(n)), notifyDown: script('/n', 'down', String(n)), ...more });
const service = (servers: readonly RealServer[], more: Partial<VirtualServer> = {}): VirtualServer =>
  vs(servers, { quorumUp: script('/q', 'up'), quorumDown: script('/q', 'down'), ...more });

const words = (runs: readonly ScriptRun[]): readonly string[] => runs.map((run) => run.script.argv.join(' '));

interface Run {
  readonly said: readonly string[];
  readonly state: VirtualServerState;
}

/** The scripts of a start and of the events after it; servers in `dead` begin as down (alpha). */
const run = (
  one: VirtualServer,
  events: readonly VirtualServerEvent[],
  dead: readonly number[] = [],
  init = false,
): Run => {
  const servers = one.realServers.map(({ weight }, i) => ({
    alive: !dead.includes(i),
    unheard: dead.includes(i),
    weight,
  }));
  const first = startVirtualServer(one, servers, undefined, init);
  let state = first.state;
  const said = first.events.flatMap((event) => words(scriptsFor(event)));
  for (const event of events) {
    const next = stepVirtualServer(one, state, event);
    state = next.state;
    said.push(...next.events.flatMap((each) => words(scriptsFor(each))));
  }
  return { said, state };
};

const up = (index: number): VirtualServerEvent => ({ kind: 'up', server: index });
const down = (index: number): VirtualServerEvent => ({ kind: 'down', server: index, reason: 'connection refused' });

describe('at the start', () => {
  test('a quorum that is there from the start runs quorum_up; the servers run nothing', () => {
    expect(run(service([server(1), server(2)]), []).said).toEqual(['/q up']);
  });

  test('with rs_init_notifies every server that begins as up runs notify_up', () => {
    expect(run(service([server(1), server(2)]), [], [1], true).said).toEqual(['/n up 1', '/q up']);
  });

  test('an alpha service runs notify_up or notify_down of each server after its first check, and no quorum_down', () => {
    expect(run(service([server(1), server(2)]), [down(1), up(0)], [0, 1]).said).toEqual([
      '/n down 2',
      '/n up 1',
      '/q up',
    ]);
    expect(run(service([server(1)]), [down(0)], [0]).said).toEqual(['/n down 1']);
  });

  test('a server that began as down is told of only once', () => {
    expect(run(service([server(1)]), [down(0), down(0), up(0), down(0)], [0]).said).toEqual([
      '/n down 1',
      '/n up 1',
      '/q up',
      '/n down 1',
      '/q down',
    ]);
  });
});

test('going down and coming back run notify_down, quorum_down, notify_up and quorum_up in turn', () => {
  expect(run(service([server(1)]), [down(0), up(0)]).said).toEqual([
    '/q up',
    '/n down 1',
    '/q down',
    '/n up 1',
    '/q up',
  ]);
});

test('what has no script runs none', () => {
  expect(run(vs([rs(1)]), [down(0), up(0)], [], true).said).toEqual([]);
});

describe('at an orderly end', () => {
  const stops = (one: VirtualServer, events: readonly VirtualServerEvent[]): readonly string[] =>
    stopVirtualServer(one, run(one, events).state).flatMap((event) => words(scriptsFor(event)));

  test('nothing runs without omega', () => {
    expect(stops(service([server(1)]), [])).toEqual([]);
  });

  test('with omega the servers that take traffic run notify_down, then the service quorum_down', () => {
    expect(stops(service([server(1), server(2)], { omega: true }), [down(1)])).toEqual(['/n down 1', '/q down']);
  });

  test('behind a sorry server no server took traffic; quorum_down runs all the same', () => {
    const behind = service([server(1), server(2)], { omega: true, quorum: 2, sorryServer });
    expect(stops(behind, [down(1)])).toEqual(['/q down']);
    expect(stops(service([server(1)], { omega: true }), [down(0)])).toEqual(['/q down']);
  });
});

test('scripts of one real server and of one service have an order, others run side by side', () => {
  const one = service([server(1)]);
  const runs = stepVirtualServer(one, run(one, []).state, down(0)).events.flatMap((event) => scriptsFor(event));
  expect(runs.map(({ object, purpose }) => [object, purpose])).toEqual([
    [
      '[192.168.33.1]:tcp:80 of VS [192.168.33.188]:tcp:80',
      'notify_down of [192.168.33.1]:tcp:80 of VS [192.168.33.188]:tcp:80',
    ],
    ['VS [192.168.33.188]:tcp:80', 'quorum_down of VS [192.168.33.188]:tcp:80'],
  ]);
});
