// Two directors on one wire: the master is killed or ended, ours beside ours and beside real keepalived, both ways round.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { type Director, owns, startDirector, until } from './lib/director.ts';
import type { Program } from './lib/program.ts';
import { partnerOf, seedFile, shorten } from './lib/seed.ts';

jest.setTimeout(120_000);

const vip = '192.168.33.188';
const advertMs = 1000;
/** Of the backup with priority 90, RFC 3768 section 6.1: (256 - priority) / 256 seconds. */
const skewMs = (1000 * (256 - 90)) / 256;
/** What the issue of a shared machine may add: the limit holds in the best of several tries, and this one in each. */
const noiseMs = 500;
const toleranceMs = 50;
const tries = 3;

const pairs: readonly (readonly [Program, Program])[] = [
  ['vipward', 'vipward'],
  ['keepalived', 'vipward'],
  ['vipward', 'keepalived'],
];

interface Wire extends AsyncDisposable {
  readonly net: Topology<'a' | 'b'>;
  start(host: 'a' | 'b', program: Program, config: string): Director;
}

const wire = async (): Promise<Wire> => {
  const net = await topology({ prefix: 'fo', hosts: { a: ['192.168.33.2/24'], b: ['192.168.33.3/24'] } });
  return {
    net,
    start: (host, program, config) => startDirector({ host: net.hosts[host], program, config, flags: ['-P'] }),
    [Symbol.asyncDispose]: () => net.delete(),
  };
};

describeWith(needs('root', 'netns', 'reference', 'keepalived'), 'fail-over between two directors of the seed', () => {
  const preempting = shorten(seedFile('director-a.conf')).replace(/^ *nopreempt\n/m, '');
  const higher = preempting;
  const lower = partnerOf(preempting);
  /** Both run, `a` has the address. */
  const startPair = async ({ net, start }: Wire, a: Program, b: Program): Promise<readonly [Director, Director]> => {
    const first = start('a', a, higher);
    await until('a has the address', () => owns(net.hosts.a, vip), { timeout: 30_000 });
    const second = start('b', b, lower);
    await second.waitFor('Entering BACKUP STATE', 30_000);
    await sleep(advertMs + 200);
    return [first, second];
  };
  /** Milliseconds from `act` until `b` has the address. */
  const takeOver = async ({ net }: Wire, act: () => unknown): Promise<number> => {
    const monitor = net.hosts.b.spawn('ip', ['-o', 'monitor', 'address']);
    await sleep(300);
    const from = performance.now();
    act();
    await until('b has the address', () => monitor.log().includes(`${vip}/`), { every: 2, timeout: 30_000 });
    const ms = performance.now() - from;
    await monitor.stop();
    return ms;
  };

  for (const [a, b] of pairs) {
    test(`${a} is killed: ${b} owns the address within three adverts, skew and 50 ms`, async () => {
      const limit = 3 * advertMs + skewMs;
      await using one = await wire();
      let best = Number.POSITIVE_INFINITY;
      let [first, second] = await startPair(one, a, b);
      for (let i = 0; i < tries && best > limit + toleranceMs; i += 1) {
        if (i > 0) {
          await second.terminate();
          first.process.killAll('SIGKILL');
          await one.net.hosts.a.tryExec('ip', ['addr', 'del', `${vip}/32`, 'dev', 'eth0']);
          [first, second] = await startPair(one, a, b);
        }
        best = Math.min(best, await takeOver(one, () => first.process.killAll('SIGKILL')));
        expect(best).toBeLessThan(limit + noiseMs);
      }
      expect(best).toBeLessThanOrEqual(limit + toleranceMs);
    });

    test(`${a} is terminated: ${b} owns the address within skew and 50 ms`, async () => {
      await using one = await wire();
      let best = Number.POSITIVE_INFINITY;
      let [first, second] = await startPair(one, a, b);
      for (let i = 0; i < tries && best > skewMs + toleranceMs; i += 1) {
        if (i > 0) {
          await second.terminate();
          [first, second] = await startPair(one, a, b);
        }
        best = Math.min(best, await takeOver(one, () => first.process.kill('SIGTERM')));
        expect(best).toBeLessThan(skewMs + noiseMs);
        expect(await first.process.ended).toBe(0);
        expect(await owns(one.net.hosts.a, vip)).toBe(false);
      }
      expect(best).toBeLessThanOrEqual(skewMs + toleranceMs);
    });
  }

  test('only the supervisor is killed: its workers hold the address until a new one takes over, and nobody notices', async () => {
    await using one = await wire();
    const { net } = one;
    const [first, second] = await startPair(one, 'vipward', 'vipward');
    first.process.kill('SIGKILL');
    await first.process.ended;
    await sleep(500);
    expect(await owns(net.hosts.a, vip)).toBe(true);
    const again = first.startAgain();
    await again.waitFor('Entering MASTER STATE', 30_000);
    await sleep(4 * advertMs);
    expect(await owns(net.hosts.a, vip)).toBe(true);
    expect(second.log()).not.toContain('Entering MASTER STATE');
  });

  // No moment is judged from here on: they wait side by side.
  for (const [a, b] of pairs) {
    test.concurrent(`${a} with a higher priority and without nopreempt takes the address back from ${b}`, async () => {
      await using one = await wire();
      const { net } = one;
      const [first] = await startPair(one, a, b);
      await first.terminate();
      await until('b has the address', () => owns(net.hosts.b, vip));
      first.startAgain();
      await until('a has it again', () => owns(net.hosts.a, vip), { timeout: 30_000 });
      await until('b has let go', async () => !(await owns(net.hosts.b, vip)));
    });

    test.concurrent(`${a} with nopreempt, as in the seed's file, leaves the address with ${b}`, async () => {
      await using one = await wire();
      const { net, start } = one;
      const second = start('b', b, lower);
      await until('b has the address', () => owns(net.hosts.b, vip), { timeout: 30_000 });
      const first = start('a', a, shorten(seedFile('director-a.conf')));
      await first.waitFor('Entering BACKUP STATE', 30_000);
      await sleep(5 * advertMs);
      expect(await owns(net.hosts.b, vip)).toBe(true);
      expect(await owns(net.hosts.a, vip)).toBe(false);
      second.process.kill('SIGTERM');
      await until('a has the address at last', () => owns(net.hosts.a, vip));
    });
  }

  test.concurrent('a pulled cable is a fault, and the other director takes over', async () => {
    await using one = await wire();
    const { net } = one;
    const [first] = await startPair(one, 'vipward', 'vipward');
    await net.unplug('a');
    await first.waitFor('Entering FAULT STATE');
    await until('b has the address', () => owns(net.hosts.b, vip));
    expect(await owns(net.hosts.a, vip)).toBe(false);
    await net.plug('a');
    await until('a has it again', () => owns(net.hosts.a, vip), { timeout: 30_000 });
  });
});
