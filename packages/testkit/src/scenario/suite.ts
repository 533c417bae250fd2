// One test per scenario file of a folder; UPDATE_SCENARIOS=1 writes the traces instead, for a reviewer to read the diff.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatScenario, parseScenario } from './parse.ts';
import { type Handlers, runScenario } from './run.ts';

/** `handlers` makes a fresh world for each file. Throws when the folder holds no scenario. */
export const scenarioTests = (folder: string, handlers: () => Handlers): void => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  if (files.length === 0) throw new Error(`no scenario (*.txt) in ${folder}`);
  describe('scenario', () => {
    test.each(files.sort())('%s', async (name) => {
      const file = join(folder, name);
      const text = readFileSync(file, 'utf8');
      const scenario = parseScenario(text);
      const traces = await runScenario(scenario, handlers());
      if (process.env.UPDATE_SCENARIOS && !process.env.CI) writeFileSync(file, formatScenario(scenario, traces));
      else expect(formatScenario(scenario, traces)).toBe(text);
    });
  });
};
