// The section of docs/reference/performance.md that `npm run bench ipvs` makes of its figures.

export const ipvsHeading = '## All of IPVS over netlink';

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[Math.floor(values.length / 2)];

/** `times` has seconds by contender, one a round; ratios and differences are taken round by round. */
export const ipvsSection = ({ servers, many, rounds, times }, command) => {
  const of = (name) => times[name] ?? [];
  const less = (name, base) => of(name).map((seconds, i) => seconds - of(base)[i]);
  const ratio = (slow, quick) => median(slow.map((seconds, i) => seconds / quick[i]));
  const count = servers.toLocaleString('en');
  const node = 'empty Node';
  const ours = 'vipward ipvsadm -R';
  const started = `vipward keepalived, ${servers}`;
  const theirs = `keepalived, ${servers}`;
  const listed = `vipward ipvsadm -Ln after ${ours}`;
  const rows = Object.entries(times).map(
    ([name, seconds]) =>
      `| ${name} | ${median(seconds).toFixed(3)} | ${sorted(seconds)[0].toFixed(3)} | ${sorted(seconds).at(-1).toFixed(3)} |`,
  );
  const perServer = (seconds, of) => `${((seconds / of) * 1e6).toFixed(1)} µs`;
  const figures = [
    ['`ipvsadm -R` / ours, whole processes', ratio(of('ipvsadm -R'), of(ours)).toFixed(1)],
    ['`ipvsadm -R` / ours, less an empty Node', ratio(of('ipvsadm -R'), less(ours, node)).toFixed(1)],
    [`ours per real server, ${count}, less an empty Node`, perServer(median(less(ours, node)), servers)],
    [
      `ours per real server, ${many.toLocaleString('en')}, less an empty Node`,
      perServer(median(less(`${ours}, many`, node)), many),
    ],
    ['`ipvsadm -Ln` of the original', `${(median(of(`ipvsadm -Ln after ${ours}`)) * 1000).toFixed(0)} ms`],
    ['`ipvsadm -Ln` of ours, less an empty Node', `${(median(less(listed, node)) * 1000).toFixed(0)} ms`],
    [
      '`ipvsadm -Ln` of ours, less `vipward ipvsadm --version`',
      `${(median(less(listed, 'vipward ipvsadm --version')) * 1000).toFixed(0)} ms`,
    ],
    ['keepalived / ours, start to full table', ratio(of(theirs), of(started)).toFixed(2)],
    [
      'keepalived / ours, each less its start with one real server',
      ratio(less(theirs, 'keepalived, 1'), less(started, 'vipward keepalived, 1')).toFixed(2),
    ],
    [
      'one operation: our batch / bare C loop, code cold',
      ratio(of('our batch, first run'), of('C loop, first run')).toFixed(2),
    ],
    [
      'one operation: our batch / bare C loop, code warm',
      ratio(of('our batch, second run'), of('C loop, second run')).toFixed(2),
    ],
  ];
  const reached = (value, goal) => (value >= goal ? 'reached' : 'not reached');
  const [whole, own] = [ratio(of('ipvsadm -R'), of(ours)), ratio(of('ipvsadm -R'), less(ours, node))];
  const [flat, warm] = [
    median(less(`${ours}, many`, node)) / many / (median(less(ours, node)) / servers),
    ratio(of('our batch, second run'), of('C loop, second run')),
  ];
  const start = ratio(less(theirs, 'keepalived, 1'), less(started, 'vipward keepalived, 1'));
  const listing = median(less(listed, 'vipward ipvsadm --version'));
  const goals = [
    ['-R ten times as fast as the original, whole processes', reached(whole, 10)],
    ['-R ten times as fast, less an empty Node', reached(own, 10)],
    ['a real server among 100,000 no dearer than among 10,000', reached(1, flat)],
    ['-Ln within start-up + 50 ms', reached(0.05, listing)],
    ["three times keepalived's speed, start-up excluded", reached(start, 3)],
    ['not slower than keepalived, start-up included', reached(ratio(of(theirs), of(started)), 1)],
    ['one operation at most 1.5 times a bare C loop', reached(1.5, warm)],
  ];
  return `${ipvsHeading}

\`${command}\`: ${rounds} rounds in one boot of the lab guest (one processor, Linux 6.1), the programs in turn, each into an
empty table; ${count} real servers, 100 a service ("many": ${many.toLocaleString('en')}). Seconds; compare them only with each other. The
guest is User Mode Linux: system calls and page faults are many times dearer than on a machine of its own, so the start of
Node weighs more here.

| program | median | least | most |
|---|---|---|---|
${rows.join('\n')}

| round by round | median |
|---|---|
${figures.map(([what, value]) => `| ${what} | ${value} |`).join('\n')}

| goal | in this run |
|---|---|
${goals.map(([what, verdict]) => `| ${what} | ${verdict} |`).join('\n')}
`;
};
