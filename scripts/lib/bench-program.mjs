// The section of docs/reference/performance.md about e2e/bench/program.ts.

export const programHeading = ({ servers }) => `## ${servers.toLocaleString('en')} real servers`;

export const programSection = ({ servers, rounds, times }) => {
  const sorted = (values) => [...values].sort((a, b) => a - b);
  const median = (values) => sorted(values)[Math.floor(values.length / 2)];
  // Round by round, so that the machine's changing speed cancels out.
  const ratio = (slow, quick) => median(Array.from({ length: rounds }, (_, i) => slow(i) / quick(i)));
  const of = (name) => (i) => times[name][i];
  const less = (name, start) => (i) => times[name][i] - times[start][i];
  const rows = Object.entries(times).map(([contender, seconds]) => {
    const [least] = sorted(seconds);
    return `| ${contender} | ${median(seconds).toFixed(2)} | ${least.toFixed(2)} | ${sorted(seconds).at(-1).toFixed(2)} |`;
  });
  const ratios = [
    ['`ipvsadm -R` / `vipward ipvsadm -R`, whole processes', of('ipvsadm -R'), of('vipward ipvsadm -R')],
    [
      '`ipvsadm -R` / `vipward ipvsadm -R` less an empty Node',
      of('ipvsadm -R'),
      less('vipward ipvsadm -R', 'node, empty script'),
    ],
    [
      'keepalived / vipward, start to full table',
      of('keepalived, start to full table'),
      of('vipward keepalived, start to full table'),
    ],
    [
      'keepalived / an empty Node, start to full table',
      of('keepalived, start to full table'),
      of('node, empty script'),
    ],
    [
      'keepalived, start to full table less its start with one real server / vipward, parsed to full table',
      less('keepalived, start to full table', 'keepalived, start with one real server'),
      of('vipward keepalived, parsed to full table'),
    ],
    [
      'keepalived / vipward, SIGHUP to one changed weight',
      of('keepalived, SIGHUP to one changed weight'),
      of('vipward keepalived, SIGHUP to one changed weight'),
    ],
  ].map(([name, slow, quick]) => `| ${name} | ${ratio(slow, quick).toFixed(2)} |`);
  return `## ${servers.toLocaleString('en')} real servers into an empty table

\`npm run bench program ${servers} ${rounds}\`: ${rounds} rounds in one boot of the lab guest (one processor, Linux 6.1),
the programs in turn, 100 real servers a service. Seconds; compare them only with each other. "Parsed" is what the
daemon says in its log: from the configuration that has been read to the table in the kernel.

| program | median | least | most |
|---|---|---|---|
${rows.join('\n')}

| ratio, round by round | median |
|---|---|
${ratios.join('\n')}
`;
};
