// Benchmark, run inside the lab guest: real servers into an empty table, ours beside ipvsadm -R and keepalived's start.
// The programs take turns in one boot; ratios are taken round by round, so that the machine's changing speed cancels out.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { elapsed, type Host, keepalivedText, openHost, pause, rulesText, run, vipward } from './lab-host.ts';

const servers = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 5);
const folder = mkdtempSync('/tmp/bench-');

const main = (): void => {
  const rules = rulesText(servers);
  const keepalivedConf = join(folder, 'keepalived.conf');
  writeFileSync(keepalivedConf, keepalivedText(servers));
  const contenders: readonly Contender[] = [
    { name: 'ipvsadm -R', run: (host) => run(host, ['/usr/sbin/ipvsadm', '-R'], rules, servers) },
    { name: 'vipward ipvsadm -R', run: (host) => run(host, [vipward, 'ipvsadm', '-R'], rules, servers) },
    {
      name: 'keepalived, start to full table',
      run: (host) => daemon(host, '/usr/sbin/keepalived', [], keepalivedConf),
    },
    {
      name: 'vipward keepalived, start to full table',
      run: (host) => daemon(host, vipward, ['keepalived'], keepalivedConf),
    },
    { name: 'node, empty script', run: (host) => run(host, [process.execPath, '-e', '0'], rules, 0) },
  ];
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, run: measure } of contenders) {
      const host = openHost();
      const seconds = measure(host);
      host.close();
      // The first round warms caches and is not counted.
      if (round > 0) times.get(name)?.push(seconds);
      process.stderr.write(`round ${round}: ${name}: ${seconds.toFixed(3)} s\n`);
    }
  }
  process.stdout.write(`${JSON.stringify({ servers, rounds, times: Object.fromEntries(times) })}\n`);
};

interface Contender {
  readonly name: string;
  /** Seconds from start to the full table. */
  run(host: Host): number;
}

const daemon = (host: Host, program: string, args: readonly string[], conf: string): number => {
  const pids = [
    '-p',
    join(folder, `${host.name}.k.pid`),
    '-r',
    join(folder, `${host.name}.v.pid`),
    '-c',
    join(folder, `${host.name}.c.pid`),
  ];
  const words = [program, ...args, '-n', '-C', '-G', '-f', conf, ...pids];
  const start = process.hrtime.bigint();
  const child = spawn('ip', ['netns', 'exec', host.name, ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  let seconds = 0;
  for (;;) {
    pause(20);
    seconds = elapsed(start);
    if (host.destinations() === servers) break;
    if (seconds > 120) throw new Error(`${program}: table not full after 120 s`);
  }
  // Killed, not stopped: the time of an orderly end is not what is measured, and the namespace goes anyway.
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  pause(300);
  rmSync(join(folder, `${host.name}.c.state`), { force: true });
  return seconds;
};

main();
