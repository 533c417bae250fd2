// The section of docs/reference/performance.md about e2e/bench/listing.ts.
import { median } from './median.mjs';

export const listingHeading = '## A listing on a machine of its own';

export const listingSection = ({ servers, rounds, load, times }) => {
  const count = servers.toLocaleString('en');
  const rows = Object.entries(times).map(
    ([name, list]) =>
      `| ${name} | ${median(list).toFixed(1)} | ${Math.min(...list).toFixed(1)} | ${Math.max(...list).toFixed(1)} |`,
  );
  const version = times['vipward ipvsadm --version'];
  const over = median(times['vipward ipvsadm -Ln'].map((ms, i) => ms - version[i]));
  const start = median(version.map((ms, i) => ms - times['empty Node'][i]));
  return `${listingHeading}

\`npm run bench listing ${servers} ${rounds}\`: whole processes in turn, ${rounds} rounds, load average ${load}. Run where there is no
IPVS: the kernel's answers, which a bare C loop takes in 10 ms even in the lab guest, come from a file, in datagrams as Linux 6.1
sends them, each long listing twice. Milliseconds.

| program | median | least | most |
| --- | --- | --- | --- |
${rows.join('\n')}

| median of the differences, round by round | ms | goal |
| --- | --- | --- |
| \`-Ln\` of ${count} real servers less \`--version\` | ${over.toFixed(1)} | 50 |
| \`--version\` less an empty Node | ${start.toFixed(1)} | 20 |
`;
};
