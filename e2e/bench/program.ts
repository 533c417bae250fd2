// Benchmark, run inside the lab guest: real servers into an empty table, ours beside ipvsadm -R and keepalived's start.
// The programs take turns in one boot; ratios are taken round by round, so that the machine's changing speed cancels out.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const servers = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 5);
const perService = 100;
const vipward = new URL('../../packages/cli/bin/vipward', import.meta.url).pathname;
const folder = mkdtempSync('/tmp/bench-');

const main = (): void => {
  const rules = join(folder, 'rules');
  writeFileSync(rules, rulesText());
  const keepalivedConf = join(folder, 'keepalived.conf');
  writeFileSync(keepalivedConf, keepalivedText());
  const contenders: readonly Contender[] = [
    { name: 'ipvsadm -R', run: (host) => restore(host, '/usr/sbin/ipvsadm', ['-R'], rules) },
    { name: 'vipward ipvsadm -R', run: (host) => restore(host, vipward, ['ipvsadm', '-R'], rules) },
    {
      name: 'keepalived, start to full table',
      run: (host) => daemon(host, '/usr/sbin/keepalived', [], keepalivedConf),
    },
    {
      name: 'vipward keepalived, start to full table',
      run: (host) => daemon(host, vipward, ['keepalived'], keepalivedConf),
    },
    { name: 'node, empty script', run: (host) => restore(host, process.execPath, ['-e', '0'], rules, 0) },
  ];
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, run } of contenders) {
      const host = openHost();
      const seconds = run(host);
      host.close();
      // The first round warms caches and is not counted.
      if (round > 0) times.get(name)?.push(seconds);
      process.stderr.write(`round ${round}: ${name}: ${seconds.toFixed(3)} s\n`);
    }
  }
  process.stdout.write(`${JSON.stringify({ servers, rounds, times: Object.fromEntries(times) })}\n`);
};

/** A namespace with an empty table. A fresh one for each run: after a flush the kernel keeps the old entries for a while and is slower. */
interface Host {
  readonly name: string;
  /** Real servers in its table, from /proc: cheaper than any command, and the same for every contender. */
  destinations(): number;
  close(): void;
}

const openHost = (): Host => {
  const name = `bench-${process.pid}-${hosts++}`;
  spawnSync('ip', ['netns', 'add', name], { stdio: 'inherit' });
  const commands = [
    'link set lo up',
    'link add d0 type dummy',
    'addr add 10.9.9.1/24 dev d0',
    'link set d0 up',
    'route add default dev d0',
  ];
  spawnSync('ip', ['-n', name, '-batch', '-'], {
    input: `${commands.join('\n')}\n`,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const witness = spawn('ip', ['netns', 'exec', name, 'sleep', '600'], { stdio: 'ignore' });
  pause(100);
  return {
    name,
    destinations: () => readFileSync(`/proc/${witness.pid}/net/ip_vs`, 'utf8').split('\n  ->').length - 2,
    close() {
      witness.kill('SIGKILL');
      spawnSync('ip', ['netns', 'del', name], { stdio: 'inherit' });
      // The namespace is taken down in the background; the next run should not pay for it.
      pause(1500);
    },
  };
};
let hosts = 0;

interface Contender {
  readonly name: string;
  /** Seconds from start to the full table. */
  run(host: Host): number;
}

const serviceAddress = (i: number): string => `10.0.${i >> 8}.${i & 255}`;
const serverAddress = (i: number): string => `10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;

const rulesText = (): string => {
  const lines: string[] = [];
  for (let i = 0; i < servers; i += 1) {
    const service = serviceAddress(Math.floor(i / perService));
    if (i % perService === 0) lines.push(`-A -t ${service}:80 -s wrr`);
    lines.push(`-a -t ${service}:80 -r ${serverAddress(i)}:80 -g -w 100`);
  }
  return `${lines.join('\n')}\n`;
};

const keepalivedText = (): string => {
  const blocks: string[] = [];
  for (let i = 0; i < servers; i += perService) {
    const real = Array.from(
      { length: Math.min(perService, servers - i) },
      (_, j) => `  real_server ${serverAddress(i + j)} 80 {\n    weight 100\n  }\n`,
    ).join('');
    blocks.push(
      `virtual_server ${serviceAddress(i / perService)} 80 {\n  lb_algo wrr\n  lb_kind DR\n  protocol TCP\n${real}}\n`,
    );
  }
  return blocks.join('');
};

const restore = (host: Host, program: string, args: readonly string[], rules: string, expected = servers): number => {
  const input = readFileSync(rules);
  const start = process.hrtime.bigint();
  const done = spawnSync('ip', ['netns', 'exec', host.name, program, ...args], { input });
  const seconds = elapsed(start);
  const count = host.destinations();
  if (done.status !== 0 || count !== expected) {
    throw new Error(`${program}: status ${done.status}, ${count} of ${expected} real servers\n${done.stderr}`);
  }
  return seconds;
};

const daemon = (host: Host, program: string, args: readonly string[], conf: string): number => {
  const pids = ['-p', join(folder, 'k.pid'), '-r', join(folder, 'v.pid'), '-c', join(folder, 'c.pid')];
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
  rmSync(join(folder, 'c.state'), { force: true });
  return seconds;
};

const elapsed = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e9;

const pause = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

main();
