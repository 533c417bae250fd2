// Two hosts on a bridge (or with a router between them), one with our BFD, the other with another program's.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logged, type Topology, topology } from '@vipward/testkit';
import type { Plan } from './speaker.ts';

export type PeerKind = 'vipward' | 'keepalived' | 'frr' | 'bird';

export interface Peer {
  /** Its own view of the session. */
  isUp(): Promise<boolean>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface Pair extends AsyncDisposable {
  readonly net: Topology<'a' | 'b' | 'r'>;
  readonly directory: string;
  /** Our BFD on host a. */
  ours(plan?: Partial<Plan>, stateFile?: string): Promise<Logged>;
  /** The other program on host b. */
  peer(kind: PeerKind): Promise<Peer>;
}

export interface PairOptions {
  readonly family?: 4 | 6;
  /** A router between the two: sessions are multihop, with a TTL of 64 and at most 3 lost. */
  readonly routed?: boolean;
}

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

const plans = {
  lan: {
    a: { links: { eth0: { addresses: ['10.79.0.1/24', 'fd00:79::1/64'] } } },
    b: { links: { eth0: { addresses: ['10.79.0.2/24', 'fd00:79::2/64'] } } },
    r: { links: { eth0: { addresses: ['10.79.0.3/24'] } } },
  },
  routed: {
    a: { links: { eth0: { network: 'left', addresses: ['10.79.1.1/24'] } }, routes: ['default via 10.79.1.3'] },
    b: { links: { eth0: { network: 'right', addresses: ['10.79.2.2/24'] } }, routes: ['default via 10.79.2.3'] },
    r: {
      links: {
        eth0: { network: 'left', addresses: ['10.79.1.3/24'] },
        eth1: { network: 'right', addresses: ['10.79.2.3/24'] },
      },
      sysctl: { 'ipv4/ip_forward': '1' },
    },
  },
};

export const pair = async ({ family = 4, routed = false }: PairOptions = {}): Promise<Pair> => {
  const net = await topology({ prefix: 'bf', hosts: routed ? plans.routed : plans.lan });
  const directory = mkdtempSync(join(tmpdir(), 'vipward-bfd-'));
  // FRR runs as a user of its own.
  chmodSync(directory, 0o777);
  const near = routed ? '10.79.1.1' : family === 4 ? '10.79.0.1' : 'fd00:79::1';
  const far = routed ? '10.79.2.2' : family === 4 ? '10.79.0.2' : 'fd00:79::2';
  // RFC 5881 asks for 255 over one hop, which keepalived's own default for IPv6 is not.
  const ttl = routed ? 64 : 255;
  const hops = routed ? { multihop: true, ttl, maxHops: 3 } : { ttl };
  let started = 0;
  const spokenTo: Place = { net, directory, near, far, routed };
  return {
    net,
    directory,
    ours: (plan = {}, stateFile) => speaker(net, 'a', { neighbor: far, source: near, ...hops, ...plan }, stateFile),
    async peer(kind) {
      switch (kind) {
        case 'vipward':
          return ourPeer(await speaker(net, 'b', { neighbor: near, source: far, ...hops }));
        case 'keepalived':
          return keepalivedPeer(spokenTo, started++);
        case 'frr':
          return frrPeer(spokenTo);
        case 'bird':
          return birdPeer(spokenTo);
      }
    },
    async [Symbol.asyncDispose]() {
      await net.delete();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

/** Waits for a state of the other side. */
export const until = async (wanted: () => Promise<boolean>, what: string, timeout = 15_000): Promise<number> => {
  const deadline = now() + timeout;
  while (now() < deadline) {
    if (await wanted()) return now();
    await sleep(20);
  }
  throw new Error(`${what}: not within ${timeout} ms`);
};

/** The moments (ms) of our reports of a kind. */
export const reportTimes = (log: string, state: 'up' | 'down'): readonly number[] =>
  log
    .split('\n')
    .filter((line) => line.endsWith(` report B1 ${state}`))
    .map((line) => Number(line.split(' ')[0]));

interface Place {
  readonly net: Pair['net'];
  readonly directory: string;
  readonly near: string;
  readonly far: string;
  readonly routed: boolean;
}

const speaker = async (net: Pair['net'], host: 'a' | 'b', plan: Plan, stateFile?: string): Promise<Logged> => {
  const file = join(import.meta.dirname, 'speaker.ts');
  const more = stateFile === undefined ? [] : [stateFile];
  const program = net.hosts[host].spawn(process.execPath, ['--no-warnings', file, JSON.stringify([plan]), ...more]);
  await program.waitFor(' started', { timeout: 20_000 });
  return program;
};

const ourPeer = (program: Logged): Peer => ({
  isUp: async () => lastOf(program.log(), ' report B1 up', ' report B1 down'),
  stop: () => program.stop(),
  kill: () => killed(program),
});

const keepalivedPeer = async ({ net, directory, near, far }: Place, number: number): Promise<Peer> => {
  const file = join(directory, 'keepalived.conf');
  writeFileSync(
    file,
    `bfd_instance B1 {\n neighbor_ip ${near}\n source_ip ${far}\n min_rx 100\n min_tx 100\n ttl 255\n}\n`,
  );
  const pid = (role: string): string => join(directory, `${role}.${number}.pid`);
  const program = net.hosts.b.spawn('keepalived', [
    ...['-n', '-l', '-D', '-f', file, '-p', pid('parent'), '-r', pid('vrrp'), '-c', pid('checkers'), '-b', pid('bfd')],
  ]);
  await program.waitFor('Starting BFD child process', { timeout: 20_000 });
  return {
    isUp: async () => lastOf(program.log(), 'Entering Up state', 'Entering Down state'),
    stop: () => program.stop(),
    kill: () => killed(program),
  };
};

const frrPeer = async ({ net, directory, near, far, routed }: Place): Promise<Peer> => {
  const file = join(directory, 'bfdd.conf');
  const session = `peer ${near} ${routed ? 'multihop ' : ''}local-address ${far}`;
  const hops = routed ? '  minimum-ttl 61\n' : '';
  const settings = '  receive-interval 100\n  transmit-interval 100\n  detect-multiplier 5\n';
  writeFileSync(file, `bfd\n ${session}\n${settings}${hops} !\n!\n`);
  const program = net.hosts.b.spawn('/usr/lib/frr/bfdd', [
    ...['-f', file, '-i', join(directory, 'bfdd.pid'), '-z', join(directory, 'zserv'), '--vty_socket', directory],
    ...['-P', '0', '--bfdctl', join(directory, 'bfdd.sock'), '--log', 'stdout'],
  ]);
  await program.waitFor('starting', { timeout: 20_000 });
  return {
    async isUp() {
      const vtysh = ['--vty_socket', directory, '-d', 'bfdd', '-c', 'show bfd peers json'];
      const { stdout } = await net.hosts.b.tryExec('vtysh', vtysh);
      return /"status":\s*"up"/.test(stdout);
    },
    stop: () => program.stop(),
    kill: () => killed(program),
  };
};

const birdPeer = async ({ net, directory, near, far, routed }: Place): Promise<Peer> => {
  const file = join(directory, 'bird.conf');
  const timing = 'min rx interval 100 ms; min tx interval 100 ms; idle tx interval 1 s; multiplier 5;';
  const kind = routed ? 'multihop' : 'interface "*"';
  const neighbor = routed ? `neighbor ${near} local ${far} multihop yes;` : `neighbor ${near} dev "eth0" local ${far};`;
  writeFileSync(
    file,
    `log stderr all;\nrouter id 10.79.0.2;\nprotocol device {}\nprotocol bfd {\n ${kind} { ${timing} };\n ${neighbor}\n}\n`,
  );
  const control = join(directory, 'bird.ctl');
  const program = net.hosts.b.spawn('bird', ['-f', '-c', file, '-s', control, '-P', join(directory, 'bird.pid')]);
  await program.waitFor('Started', { timeout: 20_000 });
  return {
    async isUp() {
      const { stdout } = await net.hosts.b.tryExec('birdc', ['-s', control, 'show', 'bfd', 'sessions']);
      return /\sUp\s/.test(stdout);
    },
    stop: () => program.stop(),
    kill: () => killed(program),
  };
};

const killed = async (program: Logged): Promise<void> => {
  program.killAll('SIGKILL');
  await program.ended;
};

/** Whether the last of two lines that was said is the good one. */
const lastOf = (log: string, good: string, bad: string): boolean => log.lastIndexOf(good) > log.lastIndexOf(bad);
