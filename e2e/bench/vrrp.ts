// Benchmark, run on the host: fail-over, the cost of adverts and calm under load, ours beside Debian's keepalived in the same run.
import { loadavg } from 'node:os';
import type { Program } from '../lib/program.ts';
import { BOUNDS, type Calm, type Cost, calm, cost } from './vrrp-calm.ts';
import { failOver, type Lag } from './vrrp-failover.ts';
import { quantile } from './vrrp-pair.ts';

const rounds = Number(process.argv[2] ?? 20);
const LINES = 235_000;
const CHECKED = 10_000;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const lagRow = ({ program, realtime, interval, how, address, advert }: Lag): object => ({
  ...{ program, realtime, interval, how },
  median: quantile(address, 0.5),
  p99: quantile(address, 0.99),
  first: address[0] ?? null,
  advert: quantile(advert, 0.5),
});

const busy: number[] = [];
const step = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
  say(name);
  const result = await run();
  busy.push(loadavg()[0] ?? 0);
  return result;
};

// Side by side, since at 1 s they are asleep; all pairs together speak 450 times a second at most.
const lags = await step('fail-over at 1 s, 0.1 s and 0.01 s', async () =>
  (await Promise.all([1, 0.1, 0.01].map((interval) => failOver(interval, rounds)))).flat().map(lagRow),
);

const programs: readonly Program[] = ['vipward', 'keepalived'];
const costs: Cost[] = [];
for (const [count, interval, seconds] of [
  [1000, 1, 15],
  [10, 0.01, 10],
] as const)
  for (const realtime of [false, true])
    for (const program of programs) {
      const name = `${program}${realtime ? ', realtime' : ''}: ${count} at ${interval} s`;
      costs.push(await step(name, () => cost({ program, realtime, count, interval, seconds })));
    }

const calms: Calm[] = [];
for (const [master, backup, reloads, realtime] of [
  ['vipward', 'keepalived', 'master', false],
  ['vipward', 'keepalived', 'master', true],
  ['keepalived', 'vipward', 'backup', false],
  ['keepalived', 'keepalived', 'master', false],
] as const) {
  const plan = { master, backup, reloads, realtime, lines: LINES, servers: CHECKED };
  calms.push(await step(`calm: ${master}${realtime ? ', realtime' : ''}, ${backup} behind`, () => calm(plan)));
}

const load = { least: Math.min(...busy), most: Math.max(...busy) };
process.stdout.write(`${JSON.stringify({ rounds, load, bounds: BOUNDS, lags, costs, calms })}\n`);
