// checker_log_all_failures of the global definitions, as the servers of a running configuration have it.
import { expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import { startHealth } from '../../src/runtime/start.ts';
import { rs, tcp, vs } from '../fixture.ts';

/** How often it is said that a server which answered once, and then three times not, could not be reached. */
const said = async (logAllFailures: boolean, own?: boolean): Promise<number> => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const checkers = [tcp({ retry: 2, delayBeforeRetry: 1000, ...(own === undefined ? {} : { logAllFailures: own }) })];
  let checks = 0;
  const health = startHealth({
    virtualServers: [vs([rs(1, { checkers })])],
    ...{ clock, logAllFailures, random: () => 0 },
    log: { info: (line) => void lines.push(line) },
    onChange: () => undefined,
    check: async () => {
      checks++;
      return checks === 1 || checks > 4 ? { ok: true } : { ok: false, reason: 'refused', detail: 'connection refused' };
    },
  });
  await clock.run(30_000);
  health.stop();
  return lines.filter((line) => line.startsWith('TCP connection to ')).length;
};

test('with checker_log_all_failures every failure is said, and what the check says of itself goes before it', async () => {
  const once = await said(false);
  expect(await said(true)).toBe(once + 2);
  expect(await said(true, false)).toBe(once);
  expect(await said(false, true)).toBe(once + 2);
});
