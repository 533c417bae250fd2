// Benchmark, run on the host: fail-over, the cost of adverts and calm under load, ours beside Debian's keepalived in the same run.
import { loadavg } from 'node:os';
import type { Program } from '../lib/program.ts';
import { BOUNDS, type Calm, type Cost, calm, cost } from './vrrp-calm.ts';
import { failOver, type Lag } from './vrrp-failover.ts';
import { quantile } from './vrrp-pair.ts';

const rounds = Number(process.argv[2] ?? 20);
const LINES = 235_000;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const lagRow = ({ program, interval, how, address, advert }: Lag): object => ({
  ...{ program, interval, how },
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

// Side by side, since at 1 s they are asleep; a pair of each speaks 200 times a second at most.
const lags = await step('fail-over at 1 s, 0.1 s and 0.01 s', async () =>
  (await Promise.all([1, 0.1, 0.01].map((interval) => failOver(interval, rounds)))).flat().map(lagRow),
);

const programs: readonly Program[] = ['vipward', 'keepalived'];
const costs: Cost[] = [];
for (const [count, interval, seconds] of [
  [1000, 1, 15],
  [10, 1, 15],
  [10, 0.01, 10],
] as const)
  for (const program of programs)
    costs.push(await step(`${program}: ${count} at ${interval} s`, () => cost(program, count, interval, seconds)));

const calms: Calm[] = [];
for (const [master, backup, reloads] of [
  ['vipward', 'keepalived', 'master'],
  ['keepalived', 'vipward', 'backup'],
  ['keepalived', 'keepalived', 'master'],
] as const)
  calms.push(await step(`calm: ${master}, ${backup} behind`, () => calm(master, backup, reloads, LINES)));

const load = { least: Math.min(...busy), most: Math.max(...busy) };
process.stdout.write(`${JSON.stringify({ rounds, load, bounds: BOUNDS, lags, costs, calms })}\n`);
