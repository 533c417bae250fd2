// ipvsadm against a table in memory: the kernel's timeouts and sync daemons, a few names, and captured output.
import { type IpAddress, parseIp } from '@vipward/config/address';
import { type IpvsTimeouts, NetlinkError, type SyncDaemon } from '@vipward/netlink';
import { createMemoryIpvs, type MemoryIpvs, SCHEDULERS } from '@vipward/testkit';
import type { IpvsadmIo, IpvsadmKernel } from '../../src/ipvsadm/context.ts';
import { type NameService, parseServices } from '../../src/ipvsadm/names.ts';
import { runIpvsadm } from '../../src/ipvsadm/run.ts';
import { type Streams, textTo } from './shell.ts';

export interface MemorySetup {
  readonly table: MemoryIpvs;
  readonly kernel: IpvsadmKernel;
  /** Like IpvsadmIo.connections; an empty /proc/net/ip_vs_conn by default. */
  connections: string;
  /** Lookups that were made, in order. */
  readonly lookups: string[];
  run(args: readonly string[], stdin?: string): Promise<{ stdout: string; stderr: string; exit: number }>;
  io(streams: Streams, stdin?: string | readonly string[]): IpvsadmIo;
}

/** Debian's 6.1 has every scheduler but twos. Interface d0 exists, with an MTU of 1500. */
export const memorySetup = (): MemorySetup => {
  const table = createMemoryIpvs({ schedulers: SCHEDULERS.filter((name) => name !== 'twos') });
  const kernel = withSettings(table);
  const lookups: string[] = [];
  const setup: MemorySetup = {
    table,
    kernel,
    connections: `${connectionsHeader}\n`,
    lookups,
    async run(args, stdin = '') {
      const [stdout, stderr]: [string[], string[]] = [[], []];
      const streams = {
        stdout: (text: string) => void stdout.push(text),
        stderr: (text: string) => void stderr.push(text),
      };
      const exit = await runIpvsadm(args, setup.io(streams, stdin));
      return { stdout: stdout.join(''), stderr: stderr.join(''), exit };
    },
    io: ({ stdout, stderr }, stdin = '') => ({
      stdout: textTo(stdout),
      stderr,
      stdin: bytesOf(stdin),
      openKernel: async () => kernel,
      names: fewNames(lookups),
      connections: () => bytesOf(setup.connections),
    }),
  };
  return setup;
};

export const connectionsHeader = 'Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData';

const bytesOf = (text: string | readonly string[]): Uint8Array[] =>
  (typeof text === 'string' ? [text] : text).map((piece) => new TextEncoder().encode(piece));

// The hosts file of the recordings, and of services(5) what they name.
const hosts = [
  ['127.0.0.1', 'localhost'],
  ['10.0.0.1', 'vip1.example.net', 'vip1'],
  ['10.1.0.1', 'rs1.example.net'],
  ['10.1.0.2', 'a-very-long-real-server-name.example.net'],
  ['2001:db8::1', 'vip6.example.net'],
] as const;
const services = `
domain 53/tcp
domain 53/udp # names
http 80/tcp www
https 443/tcp
https 443/udp
shell 514/tcp cmd syslog
syslog 514/udp
http-alt 8080/tcp webcache
`;

const fewNames = (lookups: string[]): NameService => ({
  async addressOf(host) {
    lookups.push(host);
    const [address = ''] = hosts.find((names) => names.some((name, i) => i > 0 && name === host)) ?? [];
    const found = parseIp(address);
    return found?.family === 4 ? found : undefined;
  },
  async hostOf(address: IpAddress) {
    lookups.push(address.bytes.join('.'));
    return hosts.find(([text]) => parseIp(text)?.bytes.join() === address.bytes.join())?.[1];
  },
  ports: async () => parseServices(services),
});

const withSettings = (table: MemoryIpvs): IpvsadmKernel => {
  let timeouts: IpvsTimeouts = { tcp: 900, tcpFin: 120, udp: 300 };
  const daemons = new Map<string, SyncDaemon>();
  return {
    info: () => table.info(),
    service: (key) => table.service(key),
    services: () => table.services(),
    destinations: (key) => table.destinations(key),
    table: () => table.table(),
    // The table keeps what it is given; -R fills it with the next lines.
    apply: (operations) => table.apply(structuredClone(operations)),
    // The table outlives the command.
    close: () => undefined,
    timeouts: async () => timeouts,
    async setTimeouts({ tcp, tcpFin, udp }) {
      timeouts = { tcp: tcp || timeouts.tcp, tcpFin: tcpFin || timeouts.tcpFin, udp: udp || timeouts.udp };
    },
    daemons: async () => ['master', 'backup'].flatMap((kind) => daemons.get(kind) ?? []),
    async startDaemon(daemon) {
      if (daemons.has(daemon.kind)) throw refusal(17, 'EEXIST');
      if (daemon.interfaceName !== 'd0') throw refusal(19, 'ENODEV');
      const group = daemon.group ?? { family: 4, bytes: Uint8Array.of(224, 0, 0, 81) };
      const maxLength = group.family === 4 ? 1472 : 1452;
      daemons.set(daemon.kind, { maxLength, group, port: 8848, ttl: 1, ...daemon });
    },
    async stopDaemon(kind) {
      if (!daemons.delete(kind)) throw refusal(3, 'ESRCH');
    },
  };
};

const refusal = (errno: number, errnoName: string): NetlinkError =>
  new NetlinkError({ code: 'NETLINK_REFUSED', operation: 'settings', errno, errnoName });
