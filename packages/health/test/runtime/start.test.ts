// The runtime on a fake clock: tables, coalescing, reload, restart, spreading and bounds.
import { describe, expect, test } from '@jest/globals';
import { formatIp } from '@vipward/config/address';
import fc from 'fast-check';
import type { Probe } from '../../src/machine/checks.ts';
import { type CheckResult, failure } from '../../src/machine/result.ts';
import { http, ip, rs, sorryServer, tcp, vs } from '../fixture.ts';
import { bench, shown } from './bench.ts';

const ok: CheckResult = { ok: true };
const refused = failure('refused', 'connection refused');

/** A real server 192.168.33.N with one TCP_CHECK of its own address. */
const server = (n: number, more: Parameters<typeof tcp>[0] = {}) =>
  rs(n, { weight: 100, checkers: [tcp({ connectIp: ip(`192.168.33.${n}`), ...more })] });

const host = (checker: Probe): string => formatIp(checker.connectIp);
const pair = vs([server(12), server(13)]);

describe('a server that dies and comes back', () => {
  test('leaves the table and returns; its lines are what operators grep for', async () => {
    const dead = (checker: Probe, seconds: number): CheckResult =>
      host(checker) === '192.168.33.12' && seconds >= 5 && seconds < 12 ? refused : ok;
    const { clock, changes, log } = bench([pair], dead);
    await clock.run(20_000);
    expect(changes.map(({ table }) => table)).toEqual([['12 w100', '13 w100'], ['13 w100'], ['12 w100', '13 w100']]);
    expect(changes.map(({ events }) => events)).toEqual([
      ['quorum-gained'],
      ['real-server-down', 'check'],
      ['real-server-up', 'check'],
    ]);
    expect(log).toEqual([
      'Gained quorum 1+0=1 <= 200 for VS [192.168.33.188]:tcp:80',
      'Activating healthchecker for service [192.168.33.12]:tcp:80 for VS [192.168.33.188]:tcp:80',
      'Activating healthchecker for service [192.168.33.13]:tcp:80 for VS [192.168.33.188]:tcp:80',
      'TCP connection to [192.168.33.12]:tcp:80 success.',
      'TCP connection to [192.168.33.13]:tcp:80 success.',
      'TCP connection to [192.168.33.12]:tcp:80 failed. connection refused',
      'TCP_CHECK on service [192.168.33.12]:tcp:80 failed after 1 retries.',
      'Removing service [192.168.33.12]:tcp:80 from VS [192.168.33.188]:tcp:80',
      'TCP connection to [192.168.33.12]:tcp:80 success.',
      'Adding service [192.168.33.12]:tcp:80 to VS [192.168.33.188]:tcp:80',
    ]);
  });

  test('needs all of its checks to be up', async () => {
    const both = vs([rs(12, { checkers: [tcp(), http()] })]);
    const { clock, changes } = bench([both], (checker, seconds) =>
      checker.kind === 'HTTP_GET' && seconds < 6 ? failure('status', 'status 502, wanted 200') : ok,
    );
    await clock.run(20_000);
    expect(changes.map(({ table }) => table)).toEqual([['12 w1'], [], ['12 w1']]);
  });

  test('what changes in one turn comes in one call', async () => {
    const { clock, changes } = bench([vs([server(12), server(13)], { sorryServer })], (_, seconds) =>
      seconds < 5 ? ok : refused,
    );
    await clock.run(10_000);
    expect(changes).toEqual([
      { table: ['12 w100', '13 w100'], events: ['quorum-gained'] },
      {
        table: ['200 w1'],
        events: [
          'real-server-down',
          'check',
          'real-server-down',
          'quorum-lost',
          'sorry-server-in',
          'pool-emptied',
          'check',
        ],
      },
    ]);
  });

  test('a check that throws is a fault of ours: it is said, and the server stays', async () => {
    const { clock, changes, log } = bench([pair], () => Promise.reject(new Error('oops')));
    await clock.run(10_000);
    expect(changes.at(-1)?.table).toEqual(['12 w100', '13 w100']);
    expect(log.filter((line) => line.includes('oops'))).toHaveLength(2);
  });

  test('an unchanged verdict changes nothing', async () => {
    const { clock, changes, checks } = bench([pair], () => ok);
    await clock.run(60_000);
    expect(changes).toHaveLength(1);
    expect(checks).toHaveLength(60);
  });
});

describe('reload', () => {
  test('keeps verdicts, timers and the rhythm of unchanged checks', async () => {
    const { clock, health, changes, checks } = bench([pair], (checker) =>
      host(checker) === '192.168.33.12' ? refused : ok,
    );
    await clock.run(10_500);
    const before = checks.length;
    health.reload([vs([server(12), server(13), server(14)], { scheduler: 'rr' })]);
    await clock.run(400);
    expect(checks).toHaveLength(before);
    expect(changes.at(-1)?.table).toEqual(['13 w100', '14 w100']);
    await clock.run(100);
    expect(checks.slice(before).map(({ checker }) => host(checker))).toEqual(['192.168.33.12', '192.168.33.13']);
  });

  test('a check under way goes on and still counts', async () => {
    let answer = (_: CheckResult): void => {};
    const waiting = new Promise<CheckResult>((resolve) => {
      answer = resolve;
    });
    const { clock, health, changes } = bench([vs([server(12)])], () => waiting);
    await clock.run(2000);
    health.reload([vs([server(12)], { scheduler: 'rr' })]);
    answer(refused);
    await clock.run(0);
    expect(changes.at(-1)?.table).toEqual([]);
  });

  test('a removed server is asked no more, and its late answer is dropped', async () => {
    let answer = (_: CheckResult): void => {};
    const { clock, health, changes, checks, log } = bench([pair], (checker) =>
      host(checker) === '192.168.33.12'
        ? new Promise((resolve) => {
            answer = resolve;
          })
        : ok,
    );
    await clock.run(1500);
    health.reload([vs([server(13)])]);
    answer(refused);
    await clock.run(10_000);
    expect(changes.at(-1)?.table).toEqual(['13 w100']);
    expect(log.filter((line) => line.includes('192.168.33.12')).at(-1)).toBe(
      'Removing service [192.168.33.12]:tcp:80 from VS [192.168.33.188]:tcp:80',
    );
    expect(checks.filter(({ checker }) => host(checker) === '192.168.33.12')).toHaveLength(1);
  });

  test('a shorter delay_loop takes effect at once', async () => {
    const { clock, health, checks } = bench([vs([server(12, { delayLoop: 600_000 })])], () => ok);
    await clock.run(5000);
    health.reload([vs([server(12, { delayLoop: 2000 })])]);
    await clock.run(2000);
    expect(checks.map(({ seconds }) => seconds)).toEqual([1, 7]);
  });

  test('quorum scripts of a virtual server that stays are not run again', async () => {
    const { clock, health, changes } = bench([pair], () => ok);
    await clock.run(1000);
    health.reload([vs([server(12), server(13)], { scheduler: 'rr' })]);
    await clock.run(10);
    expect(changes.at(-1)?.events).toEqual([]);
  });
});

describe('restart', () => {
  test('a dead server stays out from the first table on', async () => {
    const first = bench([pair], (checker) => (host(checker) === '192.168.33.12' ? refused : ok));
    await first.clock.run(10_000);
    const previous: unknown = JSON.parse(JSON.stringify(first.health.toJson()));
    const second = bench([pair], () => ok, { previous });
    await second.clock.run(0);
    expect(second.changes).toEqual([{ table: ['13 w100'], events: [] }]);
    await second.clock.run(2000);
    expect(second.changes.at(-1)?.table).toEqual(['12 w100', '13 w100']);
  });

  test('nonsense in the file is a first start', async () => {
    const { clock, changes } = bench([pair], () => ok, { previous: { version: 1, virtualServers: [[]] } });
    await clock.run(0);
    expect(changes[0]?.table).toEqual(['12 w100', '13 w100']);
  });
});

describe('stop', () => {
  test('ends every check and timer; nothing is reported any more', async () => {
    const aborted: string[] = [];
    const { clock, health, changes } = bench([pair], () => ok, {
      check: (checker, _, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted.push(host(checker));
            resolve(refused);
          });
        }),
    });
    await clock.run(1500);
    health.stop();
    await clock.run(60_000);
    expect(aborted).toEqual(['192.168.33.12', '192.168.33.13']);
    expect(changes).toHaveLength(1);
    expect(clock.pending).toEqual([]);
  });
});

describe('a thousand checkers', () => {
  /** Real servers 10.0.x.y, each with a check that takes `warmup` = delay_loop to spread. */
  const many = (count: number, delayLoop: number, warmup = delayLoop) =>
    Array.from({ length: count }, (_, i) => {
      const address = ip(`10.0.${i >> 8}.${i & 255}`);
      return rs(1, { address, checkers: [tcp({ connectIp: address, delayLoop, warmup })] });
    });

  test('spread over delay_loop, and stay spread', async () => {
    let seed = 1;
    const random = (): number => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const { clock, checks } = bench([vs(many(1000, 6000))], () => ok, { random });
    await clock.run(61_000);
    expect(checks).toHaveLength(10_000);
    const perSecond = new Map<number, number>();
    for (const { seconds } of checks) perSecond.set(Math.floor(seconds), (perSecond.get(Math.floor(seconds)) ?? 0) + 1);
    // 167 a second on average, and hardly more in any: starts fill gaps, they are not thrown.
    expect(Math.max(...perSecond.values())).toBeLessThan(175);
  });

  test('are never more than the limit at once, and all get their turn', async () => {
    let now = 0;
    let most = 0;
    const clocked = bench([vs(many(1000, 6000, 0))], () => ok, {
      limit: 50,
      check: (_, __, { clock }) => {
        now += 1;
        most = Math.max(most, now);
        return new Promise((resolve) => {
          clock.at(clock.now() + 100, () => {
            now -= 1;
            resolve(ok);
          });
        });
      },
    });
    await clocked.clock.run(3100);
    expect(most).toBe(50);
    expect(clocked.health.lateness()).toMatchObject({ checks: 1000, max: 1900 });
  });

  test('dead ones that hold their places do not delay those that live', async () => {
    const lively = rs(13, { checkers: [tcp({ connectIp: ip('192.168.33.13'), delayLoop: 1000 })] });
    const servers = [vs([...many(1000, 6000), lively])];
    const lives = (checker: Probe): boolean => host(checker) === '192.168.33.13';
    const first = bench(servers, (checker) => (lives(checker) ? ok : refused));
    await first.clock.run(10_000);

    const asked: number[] = [];
    const { clock } = bench(servers, () => ok, {
      limit: 20,
      previous: JSON.parse(JSON.stringify(first.health.toJson())),
      check: (checker, _, context) => {
        if (lives(checker)) asked.push(context.clock.now());
        const silence = failure('connect-timeout', 'no connection within 10 s');
        return new Promise((resolve) => {
          if (lives(checker)) resolve(ok);
          else context.clock.at(context.clock.now() + 10_000, () => resolve(silence));
        });
      },
    });
    await clock.run(60_000);
    const pauses = asked.slice(1).map((time, i) => time - (asked[i] ?? 0));
    expect(pauses).toEqual(Array.from({ length: 59 }, () => 1000));
  });
});

test('for any answers the table holds exactly the servers whose last verdict is up', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.boolean(), { minLength: 1 }), { minLength: 1, maxLength: 4 }),
      async (answers) => {
        const servers = answers.map((_, i) => server(i + 1, { retry: 0 }));
        const turns = answers.map(() => 0);
        const { clock, health } = bench([vs(servers)], (checker) => {
          const i = Number(host(checker).split('.').at(-1)) - 1;
          const row = answers[i] ?? [];
          const turn = turns[i] ?? 0;
          turns[i] = turn + 1;
          return row[turn % row.length] === true ? ok : refused;
        });
        for (let round = 0; round < 8; round += 1) {
          await clock.run(round === 0 ? 1000 : 2000);
          const expected = answers.flatMap((row, i) => (row[round % row.length] === true ? [`${i + 1} w100`] : []));
          expect(shown(health.table())).toEqual(expected);
        }
        health.stop();
      },
    ),
    { numRuns: 50 },
  );
});

describe('checks that wait', () => {
  test('leave the table to come first, and are made once they are begun', async () => {
    const { clock, health, changes, checks, log } = bench([pair], () => ok, { waits: true });
    await clock.run(10_000);
    expect(changes.map(({ table }) => table)).toEqual([['12 w100', '13 w100']]);
    expect(checks).toEqual([]);
    expect(log.filter((line) => line.startsWith('Activating'))).toEqual([]);
    health.begin();
    health.begin();
    await clock.run(1500);
    expect(checks.map(({ seconds }) => seconds)).toEqual([11, 11]);
    expect(log.filter((line) => line.startsWith('Activating'))).toHaveLength(2);
  });

  test('wait on through a reload, and never begin after a stop', async () => {
    const { clock, health, checks } = bench([pair], () => ok, { waits: true });
    health.reload([vs([server(12), server(14)])]);
    await clock.run(5000);
    expect(checks).toEqual([]);
    health.stop();
    health.begin();
    await clock.run(5000);
    expect(checks).toEqual([]);
  });
});
