// ha_suspend: checks rest while the virtual address is on another director; what was known stays.
import { describe, expect, test } from '@jest/globals';
import type { BfdCheck } from '@vipward/config';
import { type CheckResult, failure } from '../../src/machine/result.ts';
import { at, file, ip, rs, tcp, trackFile, vs } from '../fixture.ts';
import { bench } from './bench.ts';

const ok: CheckResult = { ok: true };
const vip = ip('192.168.33.188');
const other = ip('192.168.33.1');
const watched = vs([rs(12, { checkers: [tcp()] })], { haSuspend: true });

describe('with ha_suspend', () => {
  test('nothing is asked until the address comes, and nothing after it has gone', async () => {
    const { clock, health, checks, log, changes } = bench([watched], () => ok, { addresses: [other] });
    await clock.run(10_000);
    expect(checks).toHaveLength(0);
    expect(changes.map(({ table }) => table)).toEqual([['12 w1']]);
    health.setAddresses([other, vip]);
    await clock.run(10_000);
    const asked = checks.length;
    expect(asked).toBe(5);
    health.setAddresses([other]);
    await clock.run(10_000);
    expect(checks).toHaveLength(asked);
    const named = 'healthchecker for service [192.168.33.12]:tcp:80 for VS [192.168.33.188]:tcp:80';
    expect(log.filter((line) => line.includes('healthchecker'))).toEqual([
      `Deactivating ${named}`,
      `Activating ${named}`,
      `Suspending ${named}`,
    ]);
  });

  test('the news of a session count all the same, as with keepalived', async () => {
    const check: BfdCheck = { kind: 'BFD_CHECK', name: 'b', alpha: false, at };
    const told = vs([rs(12, { moreCheckers: [check] }), rs(13)], { haSuspend: true });
    const { clock, health, changes } = bench([told], () => ok, { addresses: [vip] });
    await clock.run(10);
    health.setAddresses([other]);
    health.setBfd('b', false);
    await clock.run(10);
    expect(changes.at(-1)?.table).toEqual(['13 w1']);
    health.setBfd('b', true);
    await clock.run(10);
    expect(changes.at(-1)?.table).toEqual(['12 w1', '13 w1']);
  });

  test('what is told is said to rest and to go on as well, files last, but not at the start', async () => {
    const session: BfdCheck = { kind: 'BFD_CHECK', name: 'b', alpha: false, at };
    const checked = [
      rs(12, { moreCheckers: [file()] }),
      rs(13, { moreCheckers: [session] }),
      rs(14, { checkers: [tcp()] }),
    ];
    const { clock, health, log } = bench([vs(checked, { haSuspend: true })], () => ok, {
      addresses: [other],
      trackFiles: [trackFile({ file: '/nonexistent/load' })],
    });
    const said = (): string[] => {
      const lines = log.splice(0).map((line) => /(\w+) healthchecker for service \[192\.168\.33\.(\d+)\]/.exec(line));
      return lines.flatMap((found) => (found === null ? [] : [`${found[1]} ${found[2]}`]));
    };
    await clock.run(10);
    expect(said()).toEqual(['Deactivating 14']);
    health.setAddresses([vip]);
    expect(said()).toEqual(['Activating 14']);
    health.setAddresses([other]);
    expect(said()).toEqual(['Suspending 13', 'Suspending 14', 'Suspending 12']);
    health.setAddresses([vip]);
    expect(said()).toEqual(['Activating 13', 'Activating 14', 'Activating 12']);
    health.stop();
  });

  test('an attempt that was ended says nothing of the server, and its verdict stays', async () => {
    const answers: ((result: CheckResult) => void)[] = [];
    const { clock, health, changes } = bench([watched], () => new Promise((resolve) => answers.push(resolve)), {
      addresses: [vip],
    });
    await clock.run(1500);
    health.setAddresses([]);
    answers[0]?.(failure('closed', 'stopped'));
    await clock.run(5000);
    expect(changes.at(-1)?.table).toEqual(['12 w1']);
    health.setAddresses([vip]);
    await clock.run(1500);
    answers[1]?.(failure('refused', 'connection refused'));
    await clock.run(100);
    expect(answers).toHaveLength(2);
    expect(changes.at(-1)?.table).toEqual([]);
  });

  test('a reload that brings it suspends what runs, and one that takes it away begins it again', async () => {
    const plain = vs([rs(12, { checkers: [tcp()] })]);
    const { clock, health, checks } = bench([plain], () => ok, { addresses: [] });
    await clock.run(5000);
    const asked = checks.length;
    health.reload([watched]);
    await clock.run(10_000);
    expect(checks).toHaveLength(asked);
    health.reload([plain]);
    await clock.run(5000);
    expect(checks.length).toBeGreaterThan(asked);
  });

  test('a group rests only while none of its addresses is here', async () => {
    const member = (last: number) => ({
      ...watched,
      group: 'G',
      groupKey: 'G TCP',
      target: { kind: 'address', address: ip(`10.5.0.${last}`), port: 80 } as const,
    });
    const { clock, health, checks } = bench([member(1), member(2)], () => ok, { addresses: [] });
    await clock.run(5000);
    expect(checks).toHaveLength(0);
    health.setAddresses([ip('10.5.0.2')]);
    await clock.run(5000);
    expect(checks.length).toBeGreaterThan(0);
  });
});

test('without ha_suspend it does not matter which addresses are here', async () => {
  const { clock, checks } = bench([{ ...watched, haSuspend: false }], () => ok, { addresses: [] });
  await clock.run(5000);
  expect(checks.length).toBeGreaterThan(0);
});
