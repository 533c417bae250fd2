// `npm run bench NAME`: runs a benchmark and writes its figures to docs/reference/performance.md, a section each.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aloneHeading, aloneSection, checksHeading, checksSection } from './lib/bench-checks.mjs';
import { configHeading, configSection } from './lib/bench-config.mjs';
import { ipvsHeading, ipvsSection } from './lib/bench-ipvs.mjs';
import { listingHeading, listingSection } from './lib/bench-listing.mjs';
import { programHeading, programSection } from './lib/bench-program.mjs';
import { vrrpHeading, vrrpSection } from './lib/bench-vrrp.mjs';

/** `lab`: in the lab guest, which has IPVS; otherwise on the host. The script prints its result as one line of JSON. */
const benchmarks = {
  checks: {
    usage: 'checks [REAL_SERVERS [ROUNDS]]',
    lab: true,
    heading: () => checksHeading,
    section: checksSection,
  },
  'checks-alone': {
    usage: 'checks-alone [REAL_SERVERS]',
    lab: false,
    heading: () => aloneHeading,
    section: aloneSection,
  },
  config: { usage: 'config [ROUNDS]', lab: false, heading: () => configHeading, section: configSection },
  ipvs: {
    usage: 'ipvs [ROUNDS [REAL_SERVERS]]',
    lab: true,
    heading: ipvsHeading,
    section: (result) => ipvsSection(result, `npm run bench ipvs ${result.rounds} ${result.servers}`),
  },
  listing: {
    usage: 'listing [REAL_SERVERS [ROUNDS]]',
    lab: false,
    heading: () => listingHeading,
    section: listingSection,
  },
  program: { usage: 'program [REAL_SERVERS [ROUNDS]]', lab: true, heading: programHeading, section: programSection },
  vrrp: { usage: 'vrrp [ROUNDS]', lab: false, heading: () => vrrpHeading, section: vrrpSection },
};

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [name = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(benchmarks, name)) {
  const usages = Object.values(benchmarks).map(({ usage }) => usage);
  process.stderr.write(`usage: npm run bench ${usages.join(' | ')}\n`);
  process.exit(2);
}
const benchmark = benchmarks[name];

const setup = spawnSync(process.execPath, [join(root, 'scripts/setup.mjs')], { stdio: 'inherit' });
if (setup.status !== 0) process.exit(setup.status ?? 1);

const own = join(root, `node_modules/node-linux-${process.arch}/bin/node`);
const script = ['--no-warnings', `e2e/bench/${name}.ts`, ...args];
const [command, words] = benchmark.lab
  ? [process.execPath, [join(root, 'scripts/lab.mjs'), '--timeout', '2400', '--', 'node', ...script]]
  : [existsSync(own) ? own : process.execPath, script];
const run = spawnSync(command, words, {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
  maxBuffer: 1 << 26,
});
const line = run.stdout.split('\n').findLast((text) => text.startsWith('{"'));
if (run.status !== 0 || line === undefined) {
  process.stderr.write(`${run.stdout}\nbench: the run failed (status ${run.status})\n`);
  process.exit(1);
}

const result = JSON.parse(line);
const text = benchmark.section(result);
const page = join(root, 'docs/reference/performance.md');
let before = '# Performance\n\nMeasured, not hoped: each section names the command that makes it again.\n\n';
try {
  before = readFileSync(page, 'utf8');
} catch {}
const others = before.split(/(?=^## )/m).filter((section) => !section.startsWith(benchmark.heading(result)));
writeFileSync(page, `${others.join('').trimEnd()}\n\n${text}`);
process.stdout.write(text);
