// The section of docs/reference/performance.md about e2e/bench/vrrp.ts.

export const vrrpHeading = '## Fail-over and adverts';

export const vrrpSection = ({ rounds, load, bounds, lags, costs, calms }) => {
  const ms = (value) => value.toFixed(2);
  const as = (realtime) => (realtime ? 'SCHED_RR' : 'ordinary');
  const lagRows = lags.map(
    ({ interval, how, program, realtime, median, p99, first, advert }) =>
      `| ${interval} s | ${how} | ${program} | ${as(realtime)} | ${ms(median)} | ${ms(p99)} | ${ms(first)} | ${ms(advert)} |`,
  );
  const costRows = costs.map(
    ({ count, interval, program, realtime, share, each, lateness, bare }) =>
      `| ${count} | ${interval} s | ${program} | ${as(realtime)} | ${(100 * share).toFixed(2)} % | ${each.toFixed(0)} | ${lateness.adverts} | ${ms(lateness.p99)} | ${ms(lateness.p999)} | ${ms(lateness.most)} | ${ms(bare.p99)} | ${ms(bare.p999)} | ${ms(bare.most)} |`,
  );
  const columns = [...bounds.map((bound) => `< ${bound}`), 'more'];
  const histogramRows = costs.map(
    ({ count, interval, program, realtime, lateness }) =>
      `| ${count} at ${interval} s | ${program} | ${as(realtime)} | ${lateness.histogram.map((share) => (100 * share).toFixed(2)).join(' | ')} |`,
  );
  const calmRows = calms.map(
    ({ master, backup, reloads, realtime, checks, takeOvers, lateness }) =>
      `| ${master} | ${backup} | ${as(realtime)} | ${reloads} | ${checks.rate.toFixed(0)} | ${takeOvers} | ${ms(lateness.p99)} | ${ms(lateness.p999)} | ${ms(lateness.most)} |`,
  );
  return `${vrrpHeading}

\`nice -n -10 npm run bench vrrp ${rounds}\`: natively in namespaces, two processors, load average during the run ${load.least.toFixed(1)} to
${load.most.toFixed(1)}. Moments are the kernel's on the wire and those of \`ip monitor\` for addresses; a busy machine shows in all rows.

Lag: from the moment that the protocol sets (last advert on the wire, three intervals and skew; after priority 0 the skew alone)
to the virtual address on the backup, ms. ${rounds} rounds each, both programs in turn, behind a keepalived as master, the three intervals side by side;
\`scheduled\`: as every process is, or with vrrp_rt_priority 50 in either program's file;
a round in which the backup of 10 ms was master already does not count;
\`first\` is a backup's first take-over, with code that was never run before; \`advert\`: until its first advert, median.

| interval | master ends by | backup | scheduled | median | p99 | first | advert |
| --- | --- | --- | --- | --- | --- | --- | --- |
${lagRows.join('\n')}

A lone master: processor time (share of one core, microseconds for each advert), and by how much the gap between two adverts is
longer than the interval, ms; \`bare\`: the same of a C program (e2e/bench/wake-loop.c) that does nothing but wake every 10 ms
with clock_nanosleep, at the same time and scheduled in the same way:

| instances | interval | program | scheduled | of a core | µs each | adverts | p99 | p99.9 | most | bare p99 | p99.9 | most |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${costRows.join('\n')}

The same as a histogram, percent of all adverts late by so many ms (early ones are in the first column):

| instances | program | scheduled | ${columns.join(' | ')} |
| --- | --- | --- | ${columns.map(() => '---').join(' | ')} |
${histogramRows.join('\n')}

250 virtual routers every 0.05 s (a backup waits 0.18 s), an endless loop of the ordinary priority beside, ${calms[0].checks.servers.toLocaleString('en')} real servers
checked every 6 s by another process, and a file of ${calms[0].lines.toLocaleString('en')} lines that one side reads again ${calms[0].reloadCount} times in 18 s. Take-overs are addresses that came to either side in that time:

| master | backup | scheduled | who reloads | checks a second | take-overs | p99, ms | p99.9, ms | most, ms |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${calmRows.join('\n')}
`;
};
