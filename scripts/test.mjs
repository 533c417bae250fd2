// npm test: sets up, then lint, types, unit, namespace and lab tests. npm test -- [--only unit,netns] [PATH...] runs a part.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { buildDir } from './lib/place.mjs';
import { setup } from './lib/setup.mjs';
import { PlainError, runMain } from './lib/step.mjs';
import { closingLine, nothing, oneFailure, summarize } from './lib/summary.mjs';
import { steps } from './lib/test-steps.mjs';

await runMain(async () => {
  const { only, filters } = readArguments(process.argv.slice(2));
  const chosen = steps.filter((step) => {
    if (step.partOf !== undefined && filters.length > 0) return false;
    return only === undefined ? filters.length === 0 || step.filtered : only.includes(step.partOf ?? step.name);
  });
  const { warnings } = await setup();
  // The guest of the lab is one process on one processor: where there are two, the tests in namespaces, which mostly wait,
  // run on the other, and a second guest beside them. What a guest prints comes in one piece when it ends.
  const together = cpus().length > 1;
  const aside = chosen.filter((step) => together && chosen.some(({ name }) => name === step.beside));
  const started = [];
  const rows = [];
  for (const step of chosen.filter((one) => !aside.includes(one))) {
    const begin = aside.filter((one) => one.beside === step.name);
    started.push(...begin.map((one) => runAside(one, filters)));
    rows.push(await runStep(step, filters));
  }
  rows.push(...(await Promise.all(started)));
  console.log(summarize(rows));
  for (const warning of warnings) console.log(`setup: ${warning}`);
  console.log(closingLine(rows));
  return rows.some((row) => row.failed > 0) ? 1 : 0;
});

async function runStep(step, filters, log) {
  const started = Date.now();
  const reason = step.refuses?.();
  console.log(`\n== ${step.name}${reason === undefined ? '' : `: ${reason}`}`);
  const count = reason === undefined ? await step.run(filters, log) : refused(step.name, reason);
  return { name: step.name, seconds: (Date.now() - started) / 1000, ...count };
}

async function runAside(step, filters) {
  const log = join(buildDir, 'logs', `${step.name}-tests.log`);
  mkdirSync(join(buildDir, 'logs'), { recursive: true });
  const row = await runStep(step, filters, log);
  if (existsSync(log)) console.log(`\n== ${step.name} printed:\n${readFileSync(log, 'utf8')}`);
  return row;
}

/** What this machine cannot run is skipped on a laptop and a failure in CI. */
const refused = (name, reason) => (process.env.CI ? oneFailure(`${name}: ${reason}`) : { ...nothing(), skipped: 1 });

function readArguments(args) {
  const filters = [];
  let only;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--only') only = (args[++i] ?? '').split(',');
    else if (args[i].startsWith('-'))
      throw new PlainError('usage: npm test -- [--only lint,types,unit,netns,lab] [PATH...]');
    else filters.push(args[i]);
  }
  const unknown = only?.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined)
    throw new PlainError(`no step ${unknown}; there are ${steps.map((step) => step.name).join(', ')}`);
  return { only, filters };
}
