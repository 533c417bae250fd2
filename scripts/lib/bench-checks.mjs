// The sections of docs/reference/performance.md that `npm run bench checks` and `npm run bench checks-alone` make of their figures.
import { median } from './median.mjs';

export const checksHeading = '## Health checks beside keepalived';
export const aloneHeading = '## Health checks alone';

const verdict = (reached) => (reached ? 'reached' : 'not reached');
const count = (number) => number.toLocaleString('en');
const told = { tcp: 'TCP_CHECK', http: 'HTTP_GET' };

export const checksSection = ({ many, rounds, timers, costs, deaths }) => {
  const of = (kind, servers, program, what) =>
    median(costs.filter((c) => c.kind === kind && c.servers === servers && c.program === program).map((c) => c[what]));
  const sizes = [
    ['tcp', 1000],
    ['tcp', many],
    ['http', 500],
  ].filter(([kind, servers]) => costs.some((c) => c.kind === kind && c.servers === servers));
  const ratio = (kind, servers) => of(kind, servers, 'vipward', 'cpu') / of(kind, servers, 'keepalived', 'cpu');
  /** By how much a cost may be wrong, µs: the processor without checks was measured before and after, and between is their mean. */
  const doubtOf = (kind, servers, program) => {
    const runs = costs.filter((c) => c.kind === kind && c.servers === servers && c.program === program);
    return median(runs.map(({ drift, rate }) => (Math.abs(drift - 1) / 2 / rate) * 1e6));
  };
  /** Whether ours is not above so many times theirs, unless what lies between is less than the doubt. */
  const notAbove = (kind, servers, times) => {
    const ours = of(kind, servers, 'vipward', 'cpu');
    const bound = times * of(kind, servers, 'keepalived', 'cpu');
    const doubt = doubtOf(kind, servers, 'vipward') + times * doubtOf(kind, servers, 'keepalived');
    return Math.abs(ours - bound) < doubt ? `not decided (within ${doubt.toFixed(0)} µs)` : verdict(ours <= bound);
  };
  const kept = (kind, servers, program) =>
    Math.min(
      ...costs.filter((c) => c.kind === kind && c.servers === servers && c.program === program).map((c) => c.kept),
    );
  const drifts = [...costs.map(({ drift }) => Math.abs(drift - 1) * 100)].sort((a, b) => a - b);
  const rows = sizes.map(([kind, servers]) => {
    const both = (what, digits) =>
      ['keepalived', 'vipward'].map((program) => of(kind, servers, program, what).toFixed(digits)).join(' | ');
    const due = (servers / timers.loop).toFixed(0);
    return `| ${told[kind]}, ${count(servers)} | ${due} | ${both('rate', 0)} | ${both('cpu', 0)} | ${ratio(kind, servers).toFixed(2)} | ${['keepalived', 'vipward'].map((program) => count(kept(kind, servers, program))).join(' | ')} |`;
  });
  const deathRows = ['refused', 'silent'].flatMap((how) =>
    ['keepalived', 'vipward'].flatMap((program) => {
      const all = deaths.filter((d) => d.how === how && d.program === program);
      if (all.length === 0) return [];
      const left = Math.max(...all.map((d) => d.left));
      const before = Math.min(...all.map((d) => d.before));
      return `| ${how} | ${program} | ${median(all.map((d) => d.seconds)).toFixed(1)} | ${all[0].bound} | ${count(before)} | ${count(left)} |`;
    }),
  );
  const perServer = (of('tcp', many, 'vipward', 'resident') - of('tcp', 1000, 'vipward', 'resident')) / (many - 1000);
  const goals = [
    ["CPU of a TCP_CHECK among 1,000 not above keepalived's", notAbove('tcp', 1000, 1)],
    [`CPU of a TCP_CHECK among ${count(many)} not above keepalived's`, notAbove('tcp', many, 1)],
    ["CPU of an HTTP_GET among 500 not above twice keepalived's", notAbove('http', 500, 2)],
    [`under 15 kB for each real server (${perServer.toFixed(1)} kB)`, verdict(perServer < 15)],
    ...['refused', 'silent'].flatMap((how) => {
      const ours = deaths.filter((d) => d.how === how && d.program === 'vipward');
      if (ours.length === 0) return [];
      const reached = ours.every((d) => d.left === 0 && d.seconds <= d.bound);
      return [[`${count(ours[0].servers)} ${how} servers out in time`, verdict(reached)]];
    }),
  ];
  return `${checksHeading}

\`npm run bench checks ${many} ${rounds}\`: ${rounds === 1 ? 'one round' : `${rounds} rounds`} in one boot of the lab guest (one processor, Linux 6.1), the programs in turn,
delay_loop ${timers.loop}, 100 real servers a service. CPU is all that the checks take of the processor: what a process that runs
when nobody else wants to gets less of. The servers, which are in it, are one small C program that accepts and closes, so
that keepalived's lingering close never has to wait. In this guest a system call, and reading the clock is one, takes many
times what it takes on a machine of its own: compare only within a line. The idle processor itself
was ${drifts[0].toFixed(1)} to ${drifts.at(-1).toFixed(1)} percent faster or slower after a run than before it; half of that share of a second, divided by the checks made in one,
is how far the CPU of a check may be wrong.

| checks | due each second | made by keepalived | made by vipward | keepalived, µs each | vipward, µs each | ratio | living servers that keepalived kept | that vipward kept |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

${
  deathRows.length === 0
    ? ''
    : `All ${count(many)} real servers die at once: seconds until the last is out of the table, and what the timers allow
(delay_loop, connect_timeout ${timers.timeout}, retry ${timers.retries} after ${timers.pause}, and one second).

| how | program | seconds | allowed | in the table before | at the end |
|---|---|---|---|---|---|
${deathRows.join('\n')}

`
}| goal | in this run |
|---|---|
${goals.map(([goal, result]) => `| ${goal} | ${result} |`).join('\n')}
`;
};

export const aloneSection = ({ many, timers, results }) => {
  const costs = results.filter(({ what }) => what === 'cost');
  const deaths = results.filter(({ what }) => what !== 'cost');
  const worst = Math.max(...costs.map(({ max }) => max));
  const resident = costs.at(-1).resident;
  const goals = [
    [`worst lateness of a check under 100 ms (${worst.toFixed(0)} ms)`, verdict(worst < 100)],
    [
      `under 15 kB for each real server, reading the configuration included (${resident.toFixed(1)} kB)`,
      verdict(resident < 15),
    ],
    ...deaths.map(({ what, servers, seconds, bound, left }) => [
      `${count(servers)} ${what} servers found out within ${bound} s (${seconds.toFixed(1)} s)`,
      verdict(left === 0 && seconds <= bound),
    ]),
  ];
  return `${aloneHeading}

\`npm run bench checks-alone ${many}\`: the checks in a process of their own on this machine, without a table in a kernel: TCP_CHECK,
delay_loop ${timers.loop}, connect_timeout ${timers.timeout}, retry ${timers.retries} after ${timers.pause}; the servers are one socket for all of 127/8. Checks that are due within 20 ms are
made together, which is most of the mean lateness.

| real servers | checks a second | user, µs each | system, µs each | mean lateness, ms | worst lateness, ms |
|---|---|---|---|---|---|
${costs
  .map(
    (c) =>
      `| ${count(c.servers)} | ${c.rate.toFixed(0)} | ${c.user.toFixed(0)} | ${c.system.toFixed(0)} | ${c.mean.toFixed(1)} | ${c.max.toFixed(0)} |`,
  )
  .join('\n')}

| goal | in this run |
|---|---|
${goals.map(([goal, result]) => `| ${goal} | ${result} |`).join('\n')}
`;
};
