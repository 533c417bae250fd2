// The section of docs/reference/performance.md that `npm run bench ipvs` makes of its figures.
import { median } from './median.mjs';

/** With its end: the section of another guest kernel than Debian's usual one (lab-kernel.mjs) stands beside this one. */
export const ipvsHeading = ({ kernel }) =>
  `## All of IPVS over netlink${kernel.startsWith('6.1.') ? '' : `, Linux ${kernel.split('.').slice(0, 2).join('.')}`}\n`;

const sorted = (values) => [...values].sort((a, b) => a - b);

/** `times` has seconds by contender, one a round. Figures are made of the medians. */
export const ipvsSection = ({ servers, many, rounds, kernel, times, faults }, command) => {
  const usual = (name) => median(times[name] ?? []);
  const count = servers.toLocaleString('en');
  const node = usual('empty Node');
  const ours = usual('vipward ipvsadm -R');
  const theirs = usual('ipvsadm -R');
  const listed = usual('vipward ipvsadm -Ln after vipward ipvsadm -R');
  const oursStarted = usual(`vipward keepalived, ${servers}`);
  const theirsStarted = usual(`keepalived, ${servers}`);
  const rows = Object.entries(times).map(
    ([name, seconds]) =>
      `| ${name} | ${median(seconds).toFixed(3)} | ${sorted(seconds)[0].toFixed(3)} | ${sorted(seconds).at(-1).toFixed(3)} |`,
  );
  const perServer = (seconds, of) => `${((seconds / of) * 1e6).toFixed(1)} µs`;
  const ms = (seconds) => `${(seconds * 1000).toFixed(0)} ms`;
  const whole = theirs / ours;
  const own = theirs / (ours - node);
  const each = (ours - node) / servers;
  const eachOfMany = (usual('vipward ipvsadm -R, many') - node) / many;
  const listing = listed - usual('vipward ipvsadm --version');
  const started = theirsStarted / oursStarted;
  const filled = theirsStarted - usual('keepalived, 1');
  const parsed = filled / usual(`vipward keepalived, ${servers}, parsed to full table`);
  const cold = usual('our batch, first run') / usual('C loop, first run');
  const warm = usual('our batch, a later run') / usual('C loop, a later run');
  const figures = [
    ['`ipvsadm -R` / ours, whole processes', whole.toFixed(1)],
    ['`ipvsadm -R` / ours, less an empty Node', own.toFixed(1)],
    [`ours per real server, ${count}, less an empty Node`, perServer(ours - node, servers)],
    [
      `ours per real server, ${many.toLocaleString('en')}, less an empty Node`,
      perServer(usual('vipward ipvsadm -R, many') - node, many),
    ],
    ['`ipvsadm -Ln` of the original', ms(usual('ipvsadm -Ln after vipward ipvsadm -R'))],
    ['a bare C loop that only receives that dump', ms(usual('C dump after vipward ipvsadm -R, a later run'))],
    ['`ipvsadm -Ln` of ours, less an empty Node', ms(listed - node)],
    ['`ipvsadm -Ln` of ours, less `vipward ipvsadm --version`', ms(listing)],
    ['`ipvsadm -Ln` of ours, less the same of an empty table', ms(listed - usual('vipward ipvsadm -Ln, empty table'))],
    ['keepalived / ours, start to full table', started.toFixed(2)],
    [
      'keepalived / ours, each less its start with one real server',
      (filled / (oursStarted - usual('vipward keepalived, 1'))).toFixed(2),
    ],
    ['keepalived less its start with one real server / ours, parsed to full table', parsed.toFixed(2)],
    ['one operation: our batch / bare C loop, code cold', cold.toFixed(2)],
    ['one operation: our batch / bare C loop, code warm', warm.toFixed(2)],
  ];
  const verdict = (reached) => (reached ? 'reached' : 'not reached');
  const goals = [
    ['-R ten times as fast as the original, whole processes', verdict(whole >= 10)],
    ['-R ten times as fast, less an empty Node', verdict(own >= 10)],
    ['a real server among 100,000 no dearer than among 10,000', verdict(eachOfMany <= each)],
    ['-Ln within start-up + 50 ms', verdict(listing <= 0.05)],
    ["three times keepalived's speed, start-up excluded", verdict(parsed >= 3)],
    ['not slower than keepalived, start-up included', verdict(started >= 1)],
    ['one operation at most 1.5 times a bare C loop', verdict(warm <= 1.5)],
  ];
  return `${ipvsHeading({ kernel })}
\`${command}\`: ${rounds} rounds in one boot of the lab guest (one processor, Linux ${kernel}), the programs in turn, each into an
empty table; ${count} real servers, 100 a service ("many": ${many.toLocaleString('en')}). Seconds; compare them only with each other. The
guest is User Mode Linux: system calls and page faults are many times dearer than on a machine of its own, so the start of
Node weighs more here.

| program | median | least | most |
|---|---|---|---|
${rows.join('\n')}

| of the medians | |
|---|---|
${figures.map(([what, value]) => `| ${what} | ${value} |`).join('\n')}

| goal | in this run |
|---|---|
${goals.map(([what, text]) => `| ${what} | ${text} |`).join('\n')}

A page fault is many times dearer in the guest than on a machine of its own (25 µs with Linux 6.1). Of the second of two runs:

| program | page faults | waits for other threads |
|---|---|---|
${faults.map((row) => `| ${row.join(' | ')} |`).join('\n')}
`;
};
