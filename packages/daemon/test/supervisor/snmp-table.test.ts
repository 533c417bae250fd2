// How often the IPVS table is read for SNMP.
import { expect, test } from '@jest/globals';
import type { Config } from '@vipward/config';
import { FakeClock } from '@vipward/testkit';
import { createTableReader } from '../../src/supervisor/snmp-table.ts';
import { globals } from '../configured.ts';

const setUp = (table = async () => []) => {
  const clock = new FakeClock(0);
  const lines: string[] = [];
  let reads = 0;
  const reader = createTableReader(clock, { warning: (text) => void lines.push(text) }, async () => ({
    table: () => {
      reads++;
      return table();
    },
    close: () => undefined,
  }));
  /** When it was read, of questions 500 ms apart. */
  const readAt = async (...words: readonly string[]): Promise<readonly number[]> => {
    const config: Config = { global: globals(...words), vrrpInstances: [], vrrpScripts: [], virtualServers: [] };
    const times: number[] = [];
    for (let at = 0; at <= 6000; at += 500) {
      const before = reads;
      await reader.read(config);
      if (reads > before) times.push(at);
      await clock.run(500);
    }
    return times;
  };
  return { reader, lines, readAt };
};

test.each([
  [[], [0, 5000]],
  [['snmp_vs_stats_update_interval 2'], [0, 2000, 4000, 6000]],
  [['snmp_rs_stats_update_interval 3'], [0, 3000, 6000]],
  [
    ['snmp_vs_stats_update_interval 4', 'snmp_rs_stats_update_interval 30'],
    [0, 4000],
  ],
])('with %j the counters are read at %j', async (words, times) => {
  expect(await setUp().readAt(...words)).toEqual(times);
});

test('a kernel without IPVS is said once, and has an empty table', async () => {
  const { readAt, lines } = setUp(() => Promise.reject(new Error('no IPVS here')));
  expect(await readAt()).toEqual([0, 5000]);
  expect(lines).toEqual(['SNMP: no statistics of IPVS: no IPVS here']);
});
