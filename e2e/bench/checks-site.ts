// The site of the benchmark of checks: a namespace with a director, one with all real servers, which are one listener.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { elapsed, pause, vipward } from './lab-host.ts';

export type Program = 'keepalived' | 'vipward';
export type Kind = 'tcp' | 'http';

/** The usual delay_loop, connect_timeout, retry and delay_before_retry of every check, in seconds. */
export const timers: Timers = { loop: 6, timeout: 2, retries: 1, pause: 1 };

export interface Timers {
  readonly loop: number;
  readonly timeout: number;
  readonly retries: number;
  readonly pause: number;
}

export interface Site {
  /** Real servers in the director's table. */
  destinations(): number;
  /** Connections that the listener has had. */
  accepted(): number;
  /** Nobody listens any more: connections are refused. */
  refuse(): void;
  /** The servers' addresses are gone, and nothing says so. */
  silence(): void;
  start(program: Program, config: string): Daemon;
  close(): void;
}

export interface Daemon {
  /** The process that makes the checks. */
  readonly checker: number;
  /** Resident memory in kB. */
  resident(): number;
  kill(): void;
}

const serverAddress = (i: number): string => `10.${64 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;

export const configText = (servers: number, kind: Kind, { loop, timeout, retries, pause }: Timers = timers): string => {
  const times = `connect_timeout ${timeout}\n retry ${retries}\n delay_before_retry ${pause}`;
  const check =
    kind === 'tcp' ? `TCP_CHECK {\n ${times}\n }` : `HTTP_GET {\n url {\n path /\n status_code 200\n }\n ${times}\n }`;
  const blocks: string[] = [];
  for (let i = 0; i < servers; i += 100) {
    const real = Array.from(
      { length: Math.min(100, servers - i) },
      (_, j) => `real_server ${serverAddress(i + j)} 80 {\n ${check}\n }\n`,
    ).join('');
    blocks.push(
      `virtual_server 10.0.${(i / 100) >> 8}.${(i / 100) & 255} 80 {\n delay_loop ${loop}\n lb_algo rr\n lb_kind NAT\n protocol TCP\n ${real}}\n`,
    );
  }
  return blocks.join('');
};

export const openSite = (folder: string, server: string, kind: Kind): Site => {
  const number = sites++;
  const [director, servers] = [`checks-d${number}`, `checks-s${number}`];
  const ip = (words: readonly string[], input = ''): void => {
    const done = spawnSync('ip', words, { input, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`ip ${words.join(' ')}: ${done.stderr}`);
  };
  ip(['netns', 'add', director]);
  ip(['netns', 'add', servers]);
  ip(['-n', director, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', servers]);
  const common = ['link set lo up', 'link set eth0 up'];
  const batch = (name: string, lines: readonly string[]): void =>
    ip(['-n', name, '-batch', '-'], `${[...common, ...lines].join('\n')}\n`);
  batch(servers, ['addr add 10.63.0.1/24 dev eth0', 'route add local 10.64.0.0/10 dev lo']);
  batch(director, ['addr add 10.63.0.2/24 dev eth0', 'route add default via 10.63.0.1']);
  const setting = (name: string, key: string, value: string): void => {
    spawnSync('ip', ['netns', 'exec', name, 'sh', '-c', `echo '${value}' >/proc/sys/net/${key}`], { stdio: 'inherit' });
  };
  setting(servers, 'core/somaxconn', '65535');
  setting(director, 'ipv4/ip_local_port_range', '1024 65000');

  const witness = spawn('ip', ['netns', 'exec', director, 'sleep', '3600'], { stdio: 'ignore' });
  const counter = join(folder, `count-${number}`);
  writeFileSync(counter, Buffer.alloc(8));
  const listener = spawn('ip', ['netns', 'exec', servers, server, '80', kind, counter], { stdio: 'inherit' });
  pause(300);
  let daemon: Daemon | undefined;
  return {
    destinations: () => readFileSync(`/proc/${witness.pid}/net/ip_vs`, 'utf8').split('\n  ->').length - 2,
    accepted: () => readCount(counter),
    refuse: () => void listener.kill('SIGKILL'),
    silence: () => ip(['-n', servers, 'route', 'del', 'local', '10.64.0.0/10', 'dev', 'lo']),
    start(program, config) {
      daemon = startDaemon(program, director, config, folder);
      return daemon;
    },
    close() {
      daemon?.kill();
      listener.kill('SIGKILL');
      witness.kill('SIGKILL');
      pause(200);
      ip(['netns', 'del', director]);
      ip(['netns', 'del', servers]);
      pause(1500);
    },
  };
};
let sites = 0;

/** What a C program beside has counted: the first 8 bytes of the file that they share. */
export const readCount = (path: string): number => {
  const space = Buffer.alloc(8);
  const file = openSync(path, 'r');
  readSync(file, space, 0, 8, 0);
  closeSync(file);
  return Number(space.readBigUInt64LE());
};

const startDaemon = (program: Program, host: string, config: string, folder: string): Daemon => {
  const file = (name: string): string => join(folder, `${host}.${name}`);
  writeFileSync(file('conf'), config);
  const pids = ['-p', file('k.pid'), '-r', file('v.pid'), '-c', file('c.pid')];
  const words = program === 'vipward' ? [vipward, 'keepalived'] : ['/usr/sbin/keepalived'];
  const child: ChildProcess = spawn(
    'ip',
    ['netns', 'exec', host, ...words, '-n', '-C', '-G', '-l', '-f', file('conf'), ...pids],
    { stdio: ['ignore', 'ignore', 'ignore'], detached: true },
  );
  let checker = 0;
  const start = process.hrtime.bigint();
  while (checker === 0) {
    pause(50);
    try {
      checker = Number(readFileSync(file('c.pid'), 'utf8'));
    } catch {
      if (elapsed(start) > 60) throw new Error(`${program}: no checker process after 60 s`);
    }
  }
  return {
    checker,
    resident: () => Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${checker}/status`, 'utf8'))?.[1] ?? 0),
    kill() {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      pause(300);
      rmSync(file('c.state'), { force: true });
    },
  };
};
