// The long run, without a test runner: `node run.ts [PACKETS [SEED]]`, and a hundredth as many schedules; see scripts/fuzz.mjs.
import fc from 'fast-check';
import { play, schedules } from '../simulation/schedule.ts';
import { liveBackups } from './live.ts';
import { packets } from './packets.ts';

const cases = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
/** So many packets for each pair of backups: memory is compared between pairs. */
const ROUND = 50_000;
/** Bytes that the heap of a round may differ from that of the second. */
const SLACK = 8 * 2 ** 20;

const fail = (what: string, error: unknown, counterexample: unknown): never => {
  process.stdout.write(`${what}: ${String(error)}\n${JSON.stringify(counterexample)}\n`);
  process.exit(1);
};

const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

process.stdout.write(`${cases} packets, seed ${seed}\n`);
const start = performance.now();
const endure = await liveBackups();
const heaps: number[] = [];
for (let done = 0; done < cases; done += ROUND) {
  const numRuns = Math.min(ROUND, cases - done);
  const result = fc.check(fc.property(packets, endure), { seed: seed + done, numRuns });
  if (result.failed) fail('a packet', result.errorInstance, result.counterexample?.[0]);
  heaps.push(heap());
}
const seconds = ((performance.now() - start) / 1000).toFixed(0);
const [, second = 0] = heaps;
const growth = (heaps.at(-1) ?? second) - second;
process.stdout.write(
  `packets: ${cases} in ${seconds} s, heap ${(growth / 2 ** 20).toFixed(1)} MB more than early on\n`,
);
if (globalThis.gc !== undefined && growth > SLACK) fail('memory', 'it grows', heaps);

const runs = Math.ceil(cases / 100);
let simulated = 0;
const begun = performance.now();
const result = fc.check(
  fc.property(schedules, (schedule) => {
    simulated += play(schedule);
  }),
  { seed, numRuns: runs },
);
if (result.failed) fail('a schedule', result.errorInstance, result.counterexample?.[0]);
const took = ((performance.now() - begun) / 1000).toFixed(0);
process.stdout.write(`schedules: ${runs} in ${took} s, ${(simulated / 3_600_000).toFixed(0)} simulated hours\n`);
