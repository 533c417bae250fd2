// The steps of npm test: what each runs, and what its outcome counts.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { LabError, prepareLab } from '../../packages/testkit/src/lab/boot.mjs';
import { buildDir, jest, projectNode, root, toolEnvironment } from './place.mjs';
import { countRun, nothing, oneFailure } from './summary.mjs';

const results = join(buildDir, 'test');
const workers = String((availableParallelism ?? (() => cpus().length))());

/**
 * In order. `run(filters)` resolves with a Count; `refuses()` gives the reason why the step cannot run on this machine;
 * `filtered` steps take path filters; `tests` begin when lint and types are done; one that may run `beside` another begins with
 * that one and writes to `log`. A step that is `partOf` another is run with it and has no filters of its own.
 */
export const steps = [
  { name: 'lint', run: () => tool('lint', 'biome', ['check', '.']) },
  { name: 'types', run: () => tool('types', 'tsc', ['-b']) },
  { name: 'unit', filtered: true, tests: true, run: (filters) => jestRun('unit', ['--maxWorkers', workers], filters) },
  {
    name: 'netns',
    filtered: true,
    tests: true,
    refuses: () => (process.getuid() === 0 ? undefined : 'needs root'),
    run: (filters) => jestRun('netns', ['--runInBand'], filters),
  },
  {
    name: 'lab',
    filtered: true,
    tests: true,
    beside: 'unit',
    refuses: labRefuses,
    run: (filters, log) => labRun('lab', filters.length > 0 ? filters : without(waiting), log),
  },
  {
    name: 'lab2',
    partOf: 'lab',
    tests: true,
    beside: 'netns',
    refuses: labRefuses,
    run: (_, log) => labRun('lab2', waiting, log),
  },
];

/** Stories of the lab that mostly wait: a second guest has them, beside the tests in namespaces, which wait as well. */
const waiting = [
  ...['e2e/told-servers', 'e2e/lvs-globals', 'e2e/seed-failover', 'e2e/group-marks', 'runtime/ipvlan'],
  ...['e2e/places', 'e2e/bfd-check'],
];

const without = (files) => ['--testPathIgnorePatterns', '/node_modules/', '/dist/', ...files];

/** A tool that is right or wrong as a whole: it counts only when it is wrong. */
async function tool(name, command, args) {
  const code = await show(command, args, 180);
  return code === 0 ? nothing() : oneFailure(`${name}: ended with ${code}`);
}

function jestRun(project, options, filters) {
  return counted(project, (file) => show(projectNode(), jestArguments(project, options, filters, file), 1140));
}

function labRefuses() {
  try {
    prepareLab();
    return undefined;
  } catch (error) {
    if (error instanceof LabError) return error.message;
    throw error;
  }
}

/** One boot for many tests; the guest's own timeout ends what hangs. */
function labRun(name, filters, log) {
  return counted(name, (file) => {
    const command = ['node', ...jestArguments('lab', ['--runInBand'], filters, file)];
    const lab = ['scripts/lab.mjs', '--mem', '2G', '--timeout', '1500', '--out', results, '--', ...command];
    return show(projectNode(), lab, 1530, log);
  });
}

const jestArguments = (project, options, filters, outputFile) => [
  '--experimental-vm-modules',
  '--no-warnings',
  jest,
  ...['--json', `--outputFile=${outputFile}`, `--cacheDirectory=${join(buildDir, 'jest')}`],
  ...(filters.length > 0 ? ['--passWithNoTests'] : []),
  `--selectProjects=${project}`,
  ...options,
  ...filters,
];

async function counted(name, run) {
  mkdirSync(results, { recursive: true });
  const file = join(results, `${name}.json`);
  rmSync(file, { force: true });
  const ended = await run(file);
  return countRun(name, ended, existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined, root);
}

/**
 * Runs a program with its output on the terminal as it comes; resolves with its exit status or signal. A program that does
 * not end (an open handle keeps jest alive for ever) is ended after the step's time.
 */
function show(command, args, seconds, log) {
  return new Promise((resolve) => {
    const output = log === undefined ? 'inherit' : openSync(log, 'w');
    const child = spawn(command, args, { cwd: root, env: toolEnvironment(), stdio: ['ignore', output, output] });
    if (typeof output === 'number') closeSync(output);
    const timers = [
      setTimeout(() => child.kill('SIGTERM'), seconds * 1000),
      setTimeout(() => child.kill('SIGKILL'), (seconds + 10) * 1000),
    ];
    const end = (outcome) => {
      for (const timer of timers) clearTimeout(timer);
      resolve(outcome);
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(code ?? `${signal} (it may take ${seconds} s)`));
  });
}
