// Benchmark, run inside the lab guest: real servers into an empty table, ours beside ipvsadm -R and keepalived's start.
// The programs take turns in one boot; ratios are taken round by round, so that the machine's changing speed cancels out.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const servers = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 5);
const perService = 100;
const vipward = new URL('../../packages/cli/bin/vipward', import.meta.url).pathname;
const folder = mkdtempSync('/tmp/bench-');

const main = (): void => {
  prepareHost();
  const rules = join(folder, 'rules');
  writeFileSync(rules, rulesText());
  const keepalivedConf = join(folder, 'keepalived.conf');
  writeFileSync(keepalivedConf, keepalivedText());
  const contenders: readonly Contender[] = [
    { name: 'ipvsadm -R', run: () => restore('/usr/sbin/ipvsadm', ['-R'], rules) },
    { name: 'vipward ipvsadm -R', run: () => restore(vipward, ['ipvsadm', '-R'], rules) },
    { name: 'keepalived, start to full table', run: () => daemon('/usr/sbin/keepalived', [], keepalivedConf) },
    { name: 'vipward keepalived, start to full table', run: () => daemon(vipward, ['keepalived'], keepalivedConf) },
    { name: 'node, empty script', run: () => restore(process.execPath, ['-e', '0'], rules, 0) },
  ];
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, run } of contenders) {
      clearTable();
      const seconds = run();
      // The first round warms caches and is not counted.
      if (round > 0) times.get(name)?.push(seconds);
      process.stderr.write(`round ${round}: ${name}: ${seconds.toFixed(3)} s\n`);
    }
  }
  clearTable();
  process.stdout.write(`${JSON.stringify({ servers, rounds, times: Object.fromEntries(times) })}\n`);
};

interface Contender {
  readonly name: string;
  /** Seconds from start to the full table. */
  run(): number;
}

const prepareHost = (): void => {
  for (const command of [
    'ip link set lo up',
    'ip link add d0 type dummy',
    'ip addr add 10.9.9.1/24 dev d0',
    'ip link set d0 up',
    'ip route add default dev d0',
  ]) {
    const [program = '', ...args] = command.split(' ');
    spawnSync(program, args, { stdio: 'inherit' });
  }
};

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

const restore = (program: string, args: readonly string[], rules: string, expected = servers): number => {
  const input = readFileSync(rules);
  const start = process.hrtime.bigint();
  const done = spawnSync(program, args, { input });
  const seconds = elapsed(start);
  const count = destinationCount();
  if (done.status !== 0 || count !== expected) {
    throw new Error(`${program}: status ${done.status}, ${count} of ${expected} real servers\n${done.stderr}`);
  }
  return seconds;
};

const daemon = (program: string, args: readonly string[], conf: string): number => {
  const pid = join(folder, 'k.pid');
  const pids = ['-p', pid, '-r', join(folder, 'v.pid'), '-c', join(folder, 'c.pid')];
  const start = process.hrtime.bigint();
  const child = spawn(program, [...args, '-n', '-C', '-G', '-f', conf, ...pids], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let seconds = 0;
  for (;;) {
    pause(20);
    seconds = elapsed(start);
    if (destinationCount() === servers) break;
    if (seconds > 120) throw new Error(`${program}: table not full after 120 s`);
  }
  // Killed, not stopped: the time of an orderly end is not what is measured, and the table is cleared anyway.
  const family = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' }).stdout;
  for (const each of [child.pid, ...family.split('\n').map(Number)]) {
    if (each !== undefined && each > 0) spawnSync('kill', ['-9', String(each)]);
  }
  pause(300);
  return seconds;
};

/** Lines of real servers in /proc/net/ip_vs: cheaper than any command, and the same for every contender. */
const destinationCount = (): number => readFileSync('/proc/net/ip_vs', 'utf8').split('\n  ->').length - 2;

const clearTable = (): void => {
  spawnSync('/usr/sbin/ipvsadm', ['-C']);
};

const elapsed = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e9;

const pause = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

main();
