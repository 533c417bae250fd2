// The section of docs/reference/performance.md about e2e/bench/program.ts.

export const programHeading = ({ servers }) => `## ${servers.toLocaleString('en')} real servers`;

export const programSection = ({ servers, rounds, times }) => {
  const sorted = (values) => [...values].sort((a, b) => a - b);
  const median = (values) => sorted(values)[Math.floor(values.length / 2)];
  const ratio = (slow, quick) => median(times[slow].map((seconds, i) => seconds / times[quick][i]));
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
