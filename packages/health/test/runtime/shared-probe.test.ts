// Identical probes: made once for all who want them, while every real server keeps its own verdict.
import { describe, expect, test } from '@jest/globals';
import type { RealServer, TcpCheck, VirtualServer } from '@vipward/config';
import fc from 'fast-check';
import { type CheckResult, failure } from '../../src/machine/result.ts';
import { createLateness } from '../../src/runtime/lateness.ts';
import { alignedStart, createSpread, probeKey } from '../../src/runtime/shared-probe.ts';
import { ip, misc, ping, rs, tcp, vs } from '../fixture.ts';
import { bench, shown } from './bench.ts';

const ok: CheckResult = { ok: true };
const refused = failure('refused', 'connection refused');
const shop = (last: number, more: Partial<TcpCheck> = {}): VirtualServer => {
  const server: RealServer = rs(12, { checkers: [tcp({ connectIp: ip('192.168.33.12'), ...more })] });
  return vs([server], { target: { kind: 'address', address: ip(`10.5.0.${last}`), port: 80 } });
};

describe('a probe that ten virtual servers have', () => {
  const ten = Array.from({ length: 10 }, (_, i) => shop(i, { warmup: 2000 }));

  test('is made once a delay_loop, and its failure takes the server out of all of them', async () => {
    const { clock, checks, health } = bench(ten, (_, seconds) => (seconds > 20 && seconds < 30 ? refused : ok));
    await clock.run(19_900);
    expect(checks.length).toBeLessThanOrEqual(10);
    await clock.run(6000);
    expect(shown(health.table())).toEqual([]);
    await clock.run(10_000);
    expect(shown(health.table())).toEqual(ten.map(() => '12 w1'));
    const spacing = checks.slice(1).map(({ seconds }, i) => seconds - (checks[i]?.seconds ?? 0));
    expect(Math.min(...spacing)).toBeGreaterThanOrEqual(1);
  });

  test('is taken up by one that a reload adds', async () => {
    const { clock, checks, health } = bench(ten.slice(1), () => ok);
    await clock.run(10_700);
    health.reload(ten);
    const before = checks.length;
    await clock.run(20_000);
    expect(checks.length - before).toBe(10);
  });

  test('is one attempt under way, which ends when the last who wants it has gone', async () => {
    const ended: string[] = [];
    const { clock, health } = bench(ten, () => ok, {
      check: (_, __, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            ended.push('ended');
            resolve(refused);
          });
        }),
    });
    await clock.run(3500);
    health.reload(ten.slice(0, 1));
    await clock.run(100);
    expect(ended).toEqual([]);
    health.reload([]);
    await clock.run(100);
    expect(ended).toEqual(['ended']);
  });
});

test('each has retries of its own: the patient one stays longer', async () => {
  const { clock, health } = bench([shop(1, { retry: 0 }), shop(2, { retry: 3 })], (_, seconds) =>
    seconds > 5 ? refused : ok,
  );
  await clock.run(7900);
  expect(health.report().map(({ realServers }) => realServers[0]?.alive)).toEqual([false, true]);
  await clock.run(10_000);
  expect(health.report().map(({ realServers }) => realServers[0]?.alive)).toEqual([false, false]);
});

describe('the tables of shared probes', () => {
  /** When each virtual server changed, to the second. */
  const changesOf = async (servers: readonly VirtualServer[], fails: (seconds: number) => boolean) => {
    const made = bench(servers, (_, seconds) => (fails(seconds) ? refused : ok));
    const seen: string[] = [];
    for (let second = 0; second < 60; second += 1) {
      await made.clock.run(1000);
      seen.push(
        made.health
          .report()
          .map(({ realServers }) => (realServers[0]?.alive ? 'u' : 'd'))
          .join(''),
      );
    }
    return seen;
  };

  test('are those of probes that each had alone', async () => {
    const settings = fc.record({
      retry: fc.integer({ min: 0, max: 3 }),
      delayLoop: fc.constantFrom(1000, 2000, 3000),
      delayBeforeRetry: fc.constantFrom(1000, 2000),
      alpha: fc.boolean(),
    });
    const outage = fc.record({ from: fc.integer({ min: 2, max: 25 }), length: fc.integer({ min: 1, max: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(settings, { minLength: 2, maxLength: 4 }), outage, async (all, { from, length }) => {
        const fails = (seconds: number): boolean => seconds >= from && seconds < from + length;
        const together = await changesOf(
          all.map((one, i) => shop(i, one)),
          fails,
        );
        const alone = await Promise.all(all.map((one, i) => changesOf([shop(i, one)], fails)));
        expect(together).toEqual(together.map((_, second) => alone.map((seen) => seen[second]).join('')));
      }),
      { numRuns: 40 },
    );
  });
});

test('the same probe is the same question to the same target within the same time', () => {
  expect(probeKey(tcp({ retry: 1, delayLoop: 1000 }))).toBe(probeKey(tcp({ retry: 9, delayLoop: 5000, warmup: 7 })));
  expect(probeKey(tcp())).not.toBe(probeKey(tcp({ connectTimeout: 2000 })));
  expect(probeKey(tcp())).not.toBe(probeKey(tcp({ connectPort: 81 })));
  expect(probeKey(ping())).toBe(probeKey(ping({ connectPort: 81 })));
  expect(probeKey(misc(['/bin/a']))).not.toBe(probeKey(misc(['/bin/a'], { timeout: 1 })));
});

test('a newcomer takes up the rhythm where it may begin, and else its own', () => {
  expect(alignedStart(undefined, 5000, 4000, 6000, 2000)).toBe(5000);
  expect(alignedStart(4500, 5000, 4000, 6000, 2000)).toBe(4500);
  expect(alignedStart(3500, 5000, 4000, 6000, 2000)).toBe(5500);
  expect(alignedStart(3500, 4000, 4000, 4000, 2000)).toBe(4000);
});

test('starts fall into the gaps that those before them left', () => {
  const next = createSpread(() => 0.3);
  const starts = Array.from({ length: 100 }, next).toSorted((a, b) => a - b);
  const gaps = starts.slice(1).map((start, i) => start - (starts[i] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(0.02);
});

describe('lateness', () => {
  test('is said once a minute, with how many and how much, and told apart from slow servers', () => {
    let now = 0;
    const said: string[] = [];
    const lateness = createLateness({ now: () => now }, (text) => void said.push(text));
    lateness.add(20);
    lateness.took(4000);
    expect(said).toEqual([]);
    lateness.add(150);
    lateness.add(700);
    now = 61_000;
    lateness.add(130);
    // In the middle: no check more, and late all the same.
    lateness.waited(0);
    lateness.waited(300);
    expect(said).toEqual([
      '1 check began up to 150 ms late: this director is busy, which says nothing of the servers',
      '2 checks began up to 700 ms late: this director is busy, which says nothing of the servers',
    ]);
    expect(lateness.read()).toEqual({
      checks: 4,
      mean: 325,
      max: 700,
      answers: { count: 1, mean: 4000, max: 4000 },
    });
  });
});
