// Benchmark, run inside the lab guest: real servers into an empty table, ours beside ipvsadm -R and keepalived's start and reload.
// The programs take turns in one boot; ratios are taken round by round, so that the machine's changing speed cancels out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsedToTable, startMeasured } from './lab-daemon.ts';
import { type Host, keepalivedText, openHost, pause, rulesText, run, vipward } from './lab-host.ts';

const servers = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 5);
const folder = mkdtempSync('/tmp/bench-');
/** Until a daemon has nothing left to do after its start. */
const settleMs = 6000;

type Figures = Readonly<Record<string, number>>;

const main = async (): Promise<void> => {
  const rules = rulesText(servers);
  const [one, all] = [join(folder, '1.conf'), join(folder, 'all.conf')];
  writeFileSync(one, keepalivedText(1));
  const keepalived = ['/usr/sbin/keepalived'];
  const own = [vipward, 'keepalived'];
  const start = (program: readonly string[], name: string) => async (host: Host) => {
    const daemon = await startMeasured(host, program, one, 1, folder);
    daemon.close();
    return { [`${name}, start with one real server`]: daemon.seconds };
  };
  const startAndReload = (program: readonly string[], name: string) => async (host: Host) => {
    writeFileSync(all, keepalivedText(servers));
    const daemon = await startMeasured(host, program, all, servers, folder);
    const parsed = parsedToTable(daemon);
    pause(settleMs);
    const weight = await daemon.reload(() => writeFileSync(all, keepalivedText(servers, 50)));
    daemon.close();
    return {
      [`${name}, start to full table`]: daemon.seconds,
      ...(parsed === undefined ? {} : { [`${name}, parsed to full table`]: parsed }),
      [`${name}, SIGHUP to one changed weight`]: weight,
    };
  };
  const steps: readonly ((host: Host) => Figures | Promise<Figures>)[] = [
    (host) => ({ 'ipvsadm -R': run(host, ['/usr/sbin/ipvsadm', '-R'], rules, servers) }),
    (host) => ({ 'vipward ipvsadm -R': run(host, [vipward, 'ipvsadm', '-R'], rules, servers) }),
    start(keepalived, 'keepalived'),
    start(own, 'vipward keepalived'),
    startAndReload(keepalived, 'keepalived'),
    startAndReload(own, 'vipward keepalived'),
    (host) => ({ 'node, empty script': run(host, [process.execPath, '-e', '0'], rules, 0) }),
  ];
  const times = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const step of steps) {
      const host = openHost();
      const figures = await step(host);
      host.close();
      for (const [name, seconds] of Object.entries(figures)) {
        process.stderr.write(`round ${round}: ${name}: ${seconds.toFixed(3)} s\n`);
        // The first round warms caches and is not counted.
        if (round > 0) times.set(name, [...(times.get(name) ?? []), seconds]);
      }
    }
  }
  rmSync(folder, { recursive: true });
  process.stdout.write(`${JSON.stringify({ servers, rounds, times: Object.fromEntries(times) })}\n`);
};

await main();
