// What the benchmarks of the lab share: namespaces with an empty table, the same real servers as rules and as configuration.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const vipward = new URL('../../packages/cli/bin/vipward', import.meta.url).pathname;
export const perService = 100;

/** A namespace with an empty table. A fresh one for each run: after a flush the kernel keeps the old entries for a while and is slower. */
export interface Host {
  readonly name: string;
  /** Real servers in its table, from /proc: cheaper than any command, and the same for every contender. */
  destinations(): number;
  close(): void;
}

export const openHost = (): Host => {
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

export const serviceAddress = (i: number): string => `10.0.${i >> 8}.${i & 255}`;
export const serverAddress = (i: number): string => `10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;

/** Input for ipvsadm -R. */
export const rulesText = (servers: number): string => {
  const lines: string[] = [];
  for (let i = 0; i < servers; i += 1) {
    const service = serviceAddress(Math.floor(i / perService));
    if (i % perService === 0) lines.push(`-A -t ${service}:80 -s wrr`);
    lines.push(`-a -t ${service}:80 -r ${serverAddress(i)}:80 -g -w 100`);
  }
  return `${lines.join('\n')}\n`;
};

/** The same as keepalived.conf, without health checks; `last` is the weight of the last one. */
export const keepalivedText = (servers: number, last = 100): string => {
  const blocks: string[] = [];
  for (let i = 0; i < servers; i += perService) {
    const real = Array.from(
      { length: Math.min(perService, servers - i) },
      (_, j) => `  real_server ${serverAddress(i + j)} 80 {\n    weight ${i + j === servers - 1 ? last : 100}\n  }\n`,
    ).join('');
    blocks.push(
      `virtual_server ${serviceAddress(i / perService)} 80 {\n  lb_algo wrr\n  lb_kind DR\n  protocol TCP\n${real}}\n`,
    );
  }
  return blocks.join('');
};

/**
 * Seconds that a program takes with `input` on stdin; afterwards the table must have `expected` real servers. What it reads and
 * writes are files, as in a script: through pipes the benchmark itself would work beside it, on the same processor.
 */
export const run = (host: Host, words: readonly string[], input: string, expected: number): number => {
  const folder = mkdtempSync('/run/bench-');
  const file = (name: string): string => join(folder, name);
  writeFileSync(file('in'), input);
  const streams = [openSync(file('in'), 'r'), openSync(file('out'), 'w'), openSync(file('err'), 'w')];
  const start = process.hrtime.bigint();
  const done = spawnSync('ip', ['netns', 'exec', host.name, ...words], { stdio: streams });
  const seconds = elapsed(start);
  for (const stream of streams) closeSync(stream);
  const [errors, count] = [readFileSync(file('err'), 'utf8'), host.destinations()];
  rmSync(folder, { recursive: true });
  if (done.status !== 0 || count !== expected)
    throw new Error(`${words[0]}: status ${done.status}, ${count} of ${expected} real servers\n${errors}`);
  return seconds;
};

export const elapsed = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e9;

export const pause = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};
