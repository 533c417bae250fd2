// One host with hundreds of real servers is not asked of all of them at once.
import { expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import { hostBurst, hostTurn } from '../../src/runtime/host-pace.ts';
import { createCheckQueue, type Job } from '../../src/runtime/queue.ts';
import { startHealth } from '../../src/runtime/start.ts';
import { ip, rs, tcp, vs } from '../fixture.ts';

/** When each job began, in ms from the start, and how long it was held for its host. */
const harness = () => {
  const clock = new FakeClock();
  const origin = clock.now();
  const queue = createCheckQueue(clock, { light: 4096, stream: 1, heavy: 1, process: 1 });
  const begun: { readonly host: string; readonly at: number; readonly held: number }[] = [];
  const add = (host: string, more: Partial<Job> = {}) =>
    queue.add({
      group: 'a',
      suspect: false,
      size: 'light',
      host,
      start: async (held) => void begun.push({ host, at: clock.now() - origin, held }),
      ...more,
    });
  return { clock, queue, begun, add };
};

test('of 500 that are due at once each turn begins a few, and all have begun in a sixth of a second', async () => {
  const { clock, queue, begun, add } = harness();
  for (let i = 0; i < 500; i += 1) add('x');
  await clock.run(0);
  expect(begun.length).toBe(hostBurst);
  await clock.run(1000);
  const turns = Map.groupBy(begun, ({ at }) => at);
  expect(begun.length).toBe(500);
  expect([...turns.keys()]).toEqual(Array.from({ length: Math.ceil(500 / hostBurst) }, (_, i) => i * hostTurn));
  expect(Math.max(...[...turns.values()].map((jobs) => jobs.length))).toBe(hostBurst);
  expect(begun.every(({ at, held }) => held === at)).toBe(true);
  expect(queue.waiting).toBe(0);
});

test('other hosts are not kept waiting by it, nor is one that was asked a while ago', async () => {
  const { clock, begun, add } = harness();
  for (let i = 0; i < 2 * hostBurst; i += 1) add('x');
  for (let i = 0; i < hostBurst; i += 1) add('y');
  await clock.run(0);
  expect(begun.filter(({ host }) => host === 'y').length).toBe(hostBurst);
  await clock.run(100);
  for (let i = 0; i < hostBurst; i += 1) add('y');
  await clock.run(0);
  expect(begun.filter(({ host, held }) => host === 'y' && held === 0).length).toBe(2 * hostBurst);
});

test('one that is taken back while it is held never begins', async () => {
  const { clock, queue, begun, add } = harness();
  for (let i = 0; i < hostBurst; i += 1) add('x');
  const takeBack = add('x');
  expect(queue.waiting).toBe(1);
  takeBack();
  expect(queue.waiting).toBe(0);
  await clock.run(100);
  expect(begun.length).toBe(hostBurst);
});

test('a dead host is found out in the time of one of its servers, and its checks are not called late', async () => {
  const clock = new FakeClock();
  const log: string[] = [];
  const dead = Array.from({ length: 500 }, (_, i) =>
    rs(1, { port: 1000 + i, checkers: [tcp({ connectIp: ip('10.0.0.1'), connectPort: 1000 + i, retry: 0 })] }),
  );
  const health = startHealth({
    virtualServers: [vs(dead)],
    clock,
    random: () => 0,
    log: { info: (text) => void log.push(text) },
    onChange: () => {},
    check: (_, __, context) =>
      new Promise((resolve) =>
        context.clock.at(clock.now() + 1000, () => resolve({ ok: false, reason: 'connect-timeout', detail: 'silent' })),
      ),
  });
  // The first second without checks, the turns of the host, and connect_timeout.
  await clock.run(1000 + Math.ceil(500 / hostBurst) * hostTurn + 1000 + 40);
  expect(health.table().flatMap(({ destinations }) => destinations)).toEqual([]);
  expect(health.lateness()).toMatchObject({ checks: 500, max: 0 });
  expect(log.filter((text) => /late/.test(text))).toEqual([]);
  health.stop();
});
