// `npm run bench NAME`: runs a benchmark in the lab and writes its figures to docs/reference/performance.md.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ipvsHeading, ipvsSection } from './lib/bench-ipvs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [name, ...args] = process.argv.slice(2);
if (name !== 'program' && name !== 'ipvs') {
  process.stderr.write('usage: npm run bench program [REAL_SERVERS [ROUNDS]] | ipvs [ROUNDS [REAL_SERVERS]]\n');
  process.exit(2);
}

const setup = spawnSync(process.execPath, [join(root, 'scripts/setup.mjs')], { stdio: 'inherit' });
if (setup.status !== 0) process.exit(setup.status ?? 1);

const lab = spawnSync(
  process.execPath,
  [join(root, 'scripts/lab.mjs'), '--timeout', '2400', '--', 'node', '--no-warnings', `e2e/bench/${name}.ts`, ...args],
  { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 26 },
);
const line = lab.stdout.split('\n').findLast((text) => text.startsWith('{"servers"'));
if (lab.status !== 0 || line === undefined) {
  process.stderr.write(`${lab.stdout}\nbench: the run in the lab failed (status ${lab.status})\n`);
  process.exit(1);
}
const measured = JSON.parse(line);
const { servers, rounds, times } = measured;

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[Math.floor(values.length / 2)];
const ratio = (slow, quick) => median(times[slow].map((seconds, i) => seconds / times[quick][i]));
const programSection = () => {
  const rows = Object.entries(times).map(([contender, seconds]) => {
    const [least] = sorted(seconds);
    return `| ${contender} | ${median(seconds).toFixed(2)} | ${least.toFixed(2)} | ${sorted(seconds).at(-1).toFixed(2)} |`;
  });
  return `## ${servers.toLocaleString('en')} real servers into an empty table

\`npm run bench program ${servers} ${rounds}\`: ${rounds} rounds in one boot of the lab guest (one processor, Linux 6.1),
the programs in turn, 100 real servers a service. Seconds; compare them only with each other.

| program | median | least | most |
|---|---|---|---|
${rows.join('\n')}

| ratio, round by round | median |
|---|---|
| \`ipvsadm -R\` / \`vipward ipvsadm -R\`, whole processes | ${ratio('ipvsadm -R', 'vipward ipvsadm -R').toFixed(1)} |
| \`ipvsadm -R\` / \`vipward ipvsadm -R\` less an empty Node | ${median(
    times['ipvsadm -R'].map(
      (seconds, i) => seconds / (times['vipward ipvsadm -R'][i] - times['node, empty script'][i]),
    ),
  ).toFixed(1)} |
| keepalived / vipward, start to full table | ${ratio('keepalived, start to full table', 'vipward keepalived, start to full table').toFixed(2)} |
`;
};
const text = name === 'ipvs' ? ipvsSection(measured, `npm run bench ipvs ${rounds} ${servers}`) : programSection();
const page = join(root, 'docs/reference/performance.md');
const heading = '# Performance\n\nMeasured, not hoped: each section names the command that makes it again.\n\n';
const key = name === 'ipvs' ? ipvsHeading : `## ${servers.toLocaleString('en')} real servers`;
let before = heading;
try {
  before = readFileSync(page, 'utf8');
} catch {}
const sections = before.split(/(?=^## )/m).filter((section) => !section.startsWith(key));
writeFileSync(page, `${sections.join('').trimEnd()}\n\n${text}`);
process.stdout.write(text);
