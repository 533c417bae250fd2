// The section of docs/reference/performance.md about e2e/bench/config.ts.

export const configHeading = '## Reading a large configuration';

export const configSection = ({ rounds, files, small, growth }) => {
  const seconds = (ms) => (ms / 1000).toFixed(2);
  const rows = files.map(
    ({ services, servers, megabytes, vipward, keepalived, cpu, memory, ratio }) =>
      `| ${services.toLocaleString('en')} x ${servers.toLocaleString('en')} | ${megabytes.toFixed(1)} | ${seconds(vipward)} | ${seconds(keepalived)} | ${ratio.toFixed(2)} | ${seconds(cpu.vipward)} | ${seconds(cpu.keepalived)} | ${memory.vipward.toFixed(0)} | ${memory.keepalived.toFixed(0)} |`,
  );
  const steps = growth.map(({ servers, micros }) => `| ${servers.toLocaleString('en')} | ${micros.toFixed(2)} |`);
  return `${configHeading}

\`npm run bench config ${rounds}\`: \`vipward keepalived -t\` beside Debian's \`keepalived -t\`, whole processes in turn,
${rounds} rounds, medians; the ratio is taken round by round. Every real server has a weight and a TCP_CHECK.

| services x real servers | MB | vipward, s | keepalived, s | keepalived / vipward | vipward, CPU s | keepalived, CPU s | vipward, MB | keepalived, MB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Time for each real server in a file of so many, less the time for a small file (the least of all rounds):

| real servers | microseconds each |
| --- | --- |
${steps.join('\n')}

A small file (one instance): ${small.vipward.toFixed(1)} ms, an empty Node ${small.node.toFixed(1)} ms, keepalived ${small.keepalived.toFixed(1)} ms.
`;
};
