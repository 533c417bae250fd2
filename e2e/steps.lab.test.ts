// Step by step: real keepalived and ours with the same file and the same servers have the same table after every step.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { formatScenario, parseScenario } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { runSteps } from './steps/run-steps.ts';
import { openWorld, type World } from './steps/world.ts';

jest.setTimeout(900_000);

// UPDATE_SCENARIOS=1 writes the files to $LAB_OUT/steps; STEPS=tcp,http (by env(1) inside the lab) runs these alone.
const update = Boolean(process.env.UPDATE_SCENARIOS);
const asked = process.env.STEPS?.split(',');
const isWanted = (name: string): boolean => asked === undefined || asked.includes(name);
const folder = fileURLToPath(new URL('./steps/', import.meta.url));
const scenarios = readdirSync(folder)
  .filter((name) => name.endsWith('.txt') && isWanted(name.slice(0, -4)))
  .sort()
  .map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return { name, text, scenario: parseScenario(text) };
  });
/** They begin first: the whole would wait for one of them that begins late. */
const longest = ['files.txt', 'misc.txt', 'http.txt', 'https.txt', 'tcp.txt'];
/** Scenarios under way at once. */
const pairs = 4;

describeWith(needs('lab', 'ipvs', 'ipvsadm', 'keepalived', 'program:openssl'), 'keepalived and vipward', () => {
  let world: World | undefined;
  const outcomes = new Map<string, Promise<readonly string[]>>();

  beforeAll(async () => {
    world = await openWorld(pairs);
    const queue = scenarios.toSorted((a, b) => Number(longest.includes(b.name)) - Number(longest.includes(a.name)));
    const begin = new Map<string, (outcome: Promise<readonly string[]>) => void>();
    for (const { name } of scenarios) outcomes.set(name, new Promise((resolve) => begin.set(name, resolve)));
    for (const pair of world.pairs) {
      void (async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const outcome = runSteps({ scenario: next.scenario, folder, pair, servers: world.servers, update });
          begin.get(next.name)?.(outcome);
          await outcome.catch(() => undefined);
        }
      })();
    }
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  test.each(scenarios)('have the same table after every step of $name', async ({ name, text, scenario }) => {
    const traces = (await outcomes.get(name)) ?? [];
    const made = formatScenario(scenario, traces);
    if (update) {
      const out = join(process.env.LAB_OUT ?? '', 'steps');
      mkdirSync(out, { recursive: true });
      writeFileSync(join(out, name), made);
    } else expect(made).toBe(text);
  });

  if (!update && asked === undefined) {
    test('are compared after at least 120 steps', () => {
      const compared = scenarios.flatMap(({ scenario }) => scenario.steps.filter(({ expected }) => expected !== ''));
      expect(compared.length).toBeGreaterThanOrEqual(120);
    });
  }
});
