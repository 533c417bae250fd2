// The steps of npm test: what each runs, and what its outcome counts.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { LabError, prepareLab } from '../../packages/testkit/src/lab/boot.mjs';
import { buildDir, jest, projectNode, root, toolEnvironment } from './place.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Count */

const results = join(buildDir, 'test');
const workers = String((availableParallelism ?? (() => cpus().length))());

/**
 * In order. `run(filters)` resolves with a Count; `refuses()` gives the reason why the step cannot run on this machine;
 * `filtered` steps take path filters.
 */
export const steps = [
  { name: 'lint', run: () => tool('lint', 'biome', ['check', '.']) },
  { name: 'types', run: () => tool('types', 'tsc', ['-b']) },
  { name: 'unit', filtered: true, run: (filters) => jestRun('unit', ['--maxWorkers', workers], filters) },
  {
    name: 'netns',
    filtered: true,
    refuses: () => (process.getuid() === 0 ? undefined : 'needs root'),
    run: (filters) => jestRun('netns', ['--runInBand'], filters),
  },
  { name: 'lab', filtered: true, refuses: labRefuses, run: labRun },
];

/** A tool that is right or wrong as a whole: it counts only when it is wrong. */
async function tool(name, command, args) {
  const code = await show(command, args);
  return code === 0 ? nothing() : { ...nothing(), failed: 1, failures: [`${name}: exit ${code}`] };
}

function jestRun(project, options, filters) {
  return counted(project, (file) => show(projectNode(), jestArguments(project, options, filters, file)));
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

/** One boot for all lab tests; the guest's own timeout ends what hangs. */
function labRun(filters) {
  return counted('lab', (file) => {
    const command = ['node', ...jestArguments('lab', ['--runInBand'], filters, file)];
    const lab = ['scripts/lab.mjs', '--mem', '2G', '--timeout', '900', '--out', results, '--', ...command];
    return show(projectNode(), lab);
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
  const code = await run(file);
  const count = existsSync(file) ? readCount(JSON.parse(readFileSync(file, 'utf8'))) : nothing();
  if (code === 0 || count.failed > 0) return count;
  return { ...count, failed: 1, failures: [`${name}: ended with ${code} before its tests did`] };
}

/** @returns {Count} a file of tests that could not run at all counts as one failure */
function readCount(report) {
  const failures = report.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = name.startsWith(root) ? name.slice(root.length + 1) : name;
    const failed = assertionResults.filter((result) => result.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${file}: could not run`];
    return failed.map((result) => `${file}: ${result.fullName}`);
  });
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

const nothing = () => ({ passed: 0, failed: 0, skipped: 0, failures: [] });

/** Runs a program with its output on the terminal as it comes; resolves with its exit status or signal. */
function show(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: toolEnvironment(), stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
}
