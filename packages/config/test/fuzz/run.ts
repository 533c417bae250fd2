// The long run of the fuzzing, without a test runner: `node run.ts [CASES [SEED]]`; see scripts/fuzz.mjs.
import fc from 'fast-check';
import { endure } from './endure.ts';
import { bytes, generatedFile, mutatedFile } from './generate.ts';

const cases = Number(process.argv[2] ?? 200_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const kinds = [
  { name: 'following the table', arbitrary: generatedFile, share: 0.3 },
  { name: 'spoilt', arbitrary: mutatedFile, share: 0.4 },
  { name: 'of any bytes', arbitrary: bytes, share: 0.3 },
] as const;

process.stdout.write(`${cases} texts, seed ${seed}\n`);
for (const { name, arbitrary, share } of kinds) {
  const start = performance.now();
  let longest = 0;
  const numRuns = Math.ceil(cases * share);
  const property = fc.property(arbitrary, (text) => {
    const before = performance.now();
    endure(text);
    longest = Math.max(longest, performance.now() - before);
  });
  const result = fc.check(property, { seed, numRuns });
  if (result.failed) {
    process.stdout.write(`${name}: ${result.errorInstance}\n${JSON.stringify(result.counterexample?.[0])}\n`);
    process.stdout.write('put that line into packages/config/test/fuzz/found.txt once it is mended\n');
    process.exit(1);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${name}: ${numRuns} in ${seconds} s, longest ${longest.toFixed(0)} ms, peak ${memory} MB\n`);
}
