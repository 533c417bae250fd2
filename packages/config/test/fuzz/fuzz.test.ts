// Five thousand texts from a fixed seed, and every text that ever did harm.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endure } from './endure.ts';
import { bytes, generatedFile, mutatedFile } from './generate.ts';

const SEED = 20_260_801;

test.each([
  ['that follow the table', generatedFile, 1500],
  ['that follow the table and were spoilt', mutatedFile, 2000],
  ['of any bytes', bytes, 1500],
] as const)('texts %s are read to their end', (_, arbitrary, numRuns) => {
  fc.assert(fc.property(arbitrary, endure), { seed: SEED, numRuns });
});

/** One JSON string a line. */
const found = readFileSync(new URL('found.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('"'));

test.each(found)('the found text %s is read to its end', (line) => {
  expect(() => endure(String(JSON.parse(line)))).not.toThrow();
});
