// Benchmark, run on the host: whole `keepalived -t` processes on generated files, ours and Debian's in turn.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

const rounds = Number(process.argv[2] ?? 7);
const vipward = new URL('../../packages/cli/bin/vipward', import.meta.url).pathname;
const keepalived = '/usr/sbin/keepalived';
const folder = mkdtempSync(join(tmpdir(), 'bench-config-'));

/** Milliseconds of the clock and of the processors, peak memory in MB. */
interface Run {
  readonly ms: number;
  readonly cpu: number;
  readonly megabytes: number;
}

// time(1) knows the peak of its child; it costs every contender the same two milliseconds.
const run = (command: string, args: readonly string[]): Run => {
  const peak = join(folder, 'peak');
  const start = process.hrtime.bigint();
  const done = spawnSync('/usr/bin/time', ['-q', '-f', '%M %U %S', '-o', peak, command, ...args], { encoding: 'utf8' });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: status ${done.status}\n${done.stderr}`);
  const [kilobytes = 0, user = 0, system = 0] = readFileSync(peak, 'utf8').trim().split(' ').map(Number);
  return { ms, cpu: 1000 * (user + system), megabytes: kilobytes / 1024 };
};

const ours = (file: string): Run => run(vipward, ['keepalived', '-t', '-f', file]);
const theirs = (file: string): Run => run(keepalived, ['-t', '-f', file]);

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Rounds of all contenders in turn; the first one warms caches and is not counted. */
const inTurn = <K extends string>(contenders: Readonly<Record<K, () => Run>>, times: number): Record<K, Run[]> => {
  const names = Object.keys(contenders).filter((name): name is K => name in contenders);
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, Run[]>;
  for (let round = 0; round <= times; round++)
    for (const name of names) {
      const result = contenders[name]();
      if (round > 0) results[name].push(result);
    }
  return results;
};

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const large = (services: number, servers: number): string => {
  const parts: string[] = ['global_defs {\n    router_id bench\n}\n'];
  for (let i = 0, n = 0; i < services; i++) {
    parts.push(
      `\nvirtual_server 10.0.${i >> 8}.${i & 255} 80 {\n    delay_loop 6\n    lb_algo wrr\n    lb_kind DR\n    protocol TCP\n`,
    );
    for (let j = 0; j < servers; j++, n++)
      parts.push(
        `    real_server 10.${1 + (n >> 16)}.${(n >> 8) & 255}.${n & 255} 80 {\n        weight 100\n        TCP_CHECK {\n            connect_timeout 3\n            connect_port 8080\n        }\n    }\n`,
      );
    parts.push('}\n');
  }
  return parts.join('');
};

// keepalived refuses VRRP on the loopback.
const link = Object.keys(networkInterfaces()).find((name) => name !== 'lo') ?? 'eth0';

const SMALL = `vrrp_instance VI_1 {
    state BACKUP
    interface ${link}
    virtual_router_id 51
    unicast_peer {
        10.0.0.2
    }
    virtual_ipaddress {
        10.0.0.1
    }
}
`;

const compare = (services: number, servers: number): object => {
  const file = write(`${services}x${servers}.conf`, large(services, servers));
  const runs = inTurn({ vipward: () => ours(file), keepalived: () => theirs(file) }, rounds);
  return {
    services,
    servers,
    megabytes: statSync(file).size / 1e6,
    vipward: median(runs.vipward.map(({ ms }) => ms)),
    keepalived: median(runs.keepalived.map(({ ms }) => ms)),
    ratio: median(runs.keepalived.map(({ ms }, i) => ms / (runs.vipward[i]?.ms ?? Number.NaN))),
    cpu: {
      vipward: median(runs.vipward.map(({ cpu }) => cpu)),
      keepalived: median(runs.keepalived.map(({ cpu }) => cpu)),
    },
    memory: {
      vipward: Math.max(...runs.vipward.map(({ megabytes }) => megabytes)),
      keepalived: Math.max(...runs.keepalived.map(({ megabytes }) => megabytes)),
    },
  };
};

const startUp = (): {
  readonly least: number;
  readonly vipward: number;
  readonly node: number;
  readonly keepalived: number;
} => {
  const file = write('small.conf', SMALL);
  const empty = write('empty.mjs', '');
  const runs = inTurn(
    { vipward: () => ours(file), node: () => run(process.execPath, [empty]), keepalived: () => theirs(file) },
    4 * rounds,
  );
  const ms = (which: keyof typeof runs): number => median(runs[which].map((one) => one.ms));
  const least = Math.min(...runs.vipward.map((one) => one.ms));
  return { least, vipward: ms('vipward'), node: ms('node'), keepalived: ms('keepalived') };
};

// Services of a hundred real servers each; the least of all rounds, which other work on the machine disturbs least.
const growthOver = (small: number): readonly object[] =>
  [1_000, 10_000, 100_000].map((servers) => {
    const file = write(`growth-${servers}.conf`, large(servers / 100, 100));
    const { vipward: runs } = inTurn({ vipward: () => ours(file) }, rounds);
    return { servers, micros: (1000 * (Math.min(...runs.map(({ ms }) => ms)) - small)) / servers };
  });

try {
  const small = startUp();
  const files = [compare(100, 1000), compare(1000, 100)];
  process.stdout.write(JSON.stringify({ rounds, files, small, growth: growthOver(small.least) }));
} finally {
  rmSync(folder, { recursive: true });
}
