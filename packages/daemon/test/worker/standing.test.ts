// What a worker asks of the kernel at start, after a reload, when timers are late, and when the kernel says no.
import { describe, expect, test } from '@jest/globals';
import type { GlobalDefs } from '@vipward/config';
import type { SchedulingEdge } from '../../src/worker/scheduling.ts';
import { keepStanding } from '../../src/worker/standing.ts';

const global = (words: Partial<GlobalDefs>): GlobalDefs => ({
  notificationEmail: [],
  smtpConnectTimeout: 0,
  enableScriptSecurity: false,
  ...words,
});

/** What was asked, in order, and what was said. */
const world = (refuse?: string) => {
  const asked: string[] = [];
  const said: string[] = [];
  const call = (name: string) => (value: unknown) => {
    asked.push(`${name} ${value}`);
    if (name === refuse) throw new Error(`${name}: EPERM`);
  };
  const edge: SchedulingEdge = {
    setNice: call('nice'),
    setRealtime: call('realtime'),
    setCpus: call('cpus'),
    limitRealtime: call('limit'),
  };
  const log = { info: (line: string) => said.push(line), error: (line: string) => said.push(line) };
  const taken = (): string[] => asked.splice(0);
  return { standing: keepStanding({ role: 'vrrp', title: 'vipward_vrrp' }, log, edge), taken, said };
};

const all: Partial<GlobalDefs> = {
  vrrpPriority: -5,
  vrrpRtPriority: 7,
  vrrpCpuAffinity: [0, 1],
  vrrpRlimitRttime: 50_000,
  checkerPriority: 3,
};

describe('the words of the file', () => {
  test('are asked for once, and those of other workers are not', () => {
    const { standing, taken } = world();
    standing.set(global(all));
    expect(taken()).toEqual(['cpus 0,1', 'limit 25000', 'realtime 7']);
    standing.set(global(all));
    expect(taken()).toEqual([]);
  });

  test('are taken back when a reload takes them away', () => {
    const { standing, taken } = world();
    standing.set(global(all));
    taken();
    standing.set(global({ vrrpRtPriority: 8 }));
    expect(taken()).toEqual(['cpus undefined', 'limit undefined', 'realtime 8']);
    standing.set(global({ vrrpPriority: -5 }));
    expect(taken()).toEqual(['nice -5', 'realtime undefined']);
    standing.set(global({ vrrpPriority: 0 }));
    expect(taken()).toEqual(['nice undefined']);
  });

  test('that the kernel refuses are one line, and the others count', () => {
    const { standing, taken, said } = world('realtime');
    standing.set(global(all));
    standing.set(global(all));
    expect(taken()).toHaveLength(3);
    expect(said).toEqual(['Realtime priority 7: realtime: EPERM; going on without [SCHEDULING_REFUSED]']);
  });
});

describe('max_auto_priority', () => {
  test('raises by one at every timer that is late enough, up to its limit', () => {
    const { standing, taken } = world();
    standing.set(global({ maxAutoPriority: 2, minAutoPriorityDelay: 50_000 }));
    for (const late of [1, 49.9, 50, 400, 400]) standing.onRing(late);
    expect(taken()).toEqual(['realtime 1', 'realtime 2']);
  });

  test('keeps what it raised over a reload, less when that allows less, and gives it back without the keyword', () => {
    const { standing, taken } = world();
    standing.set(global({ maxAutoPriority: 9 }));
    for (let i = 0; i < 3; i++) standing.onRing(1000);
    taken();
    standing.set(global({ maxAutoPriority: 9, vrrpPriority: 1 }));
    standing.set(global({ maxAutoPriority: 2, vrrpPriority: 1 }));
    standing.set(global({}));
    expect(taken()).toEqual(['nice 1', 'realtime 2', 'nice undefined', 'realtime undefined']);
  });

  test.each([
    ['without the keyword', {}],
    ['for -1', { maxAutoPriority: -1 }],
    ['beside a priority of the file', { maxAutoPriority: 99, vrrpRtPriority: 3 }],
  ] as const)('raises nothing %s', (_, words) => {
    const { standing, taken } = world();
    standing.set(global(words));
    taken();
    standing.onRing(5000);
    expect(taken()).toEqual([]);
  });
});
