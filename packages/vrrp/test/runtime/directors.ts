// Two directors on a bridge, each running vipward's VRRP or the real keepalived, and a capture of what they say.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logged, type Topology, topology } from '@vipward/testkit';
import type { Plan } from './router.ts';

export type Host = 'a' | 'b';

export interface Frame {
  /** ms */
  readonly at: number;
  readonly hex: string;
}

export interface Directors extends AsyncDisposable {
  readonly net: Topology<Host>;
  readonly directory: string;
  ours(host: Host, plans: readonly Plan[], stateFile?: string): Promise<Logged>;
  keepalived(host: Host, instance: string, options?: { readonly name?: string }): Promise<Logged>;
  /** Frames since the capture began. */
  frames(): readonly Frame[];
  /** Addresses with prefix on eth0, IPv6 ones when `family` is 6. */
  addresses(host: Host, link?: string, family?: 4 | 6): Promise<readonly string[]>;
  hasAddress(host: Host, address: string, timeout?: number): Promise<number>;
}

export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/**
 * `fixedMacs` for captures that are compared; they are taken at the port of director a, where its unicast passes too, and
 * otherwise at the bridge.
 */
export const directors = async ({ fixedMacs = false } = {}): Promise<Directors> => {
  const hardware = (host: string) => (fixedMacs ? { mac: `02:00:00:00:00:0${host}` } : {});
  const net = await topology({
    prefix: 'vr',
    hosts: {
      a: { links: { eth0: { addresses: ['10.78.0.1/24', 'fd00:78::1/64'], ...hardware('a') } } },
      b: { links: { eth0: { addresses: ['10.78.0.2/24', 'fd00:78::2/64'], ...hardware('b') } } },
    },
  });
  const directory = mkdtempSync(join(tmpdir(), 'vipward-vrrp-'));
  const place = fixedMacs ? 'p1' : 'lan';
  const { ifindex } = JSON.parse(await net.bridges.ip(`-j link show ${place}`))[0];
  const capture = net.bridges.spawn(process.execPath, [join(import.meta.dirname, 'capture.ts'), String(ifindex)]);
  await capture.waitFor('capturing');
  const addresses = async (host: Host, link = 'eth0', family: 4 | 6 = 4): Promise<readonly string[]> => {
    const [{ addr_info: list = [] } = {}] = JSON.parse(await net.hosts[host].ip(`-j -${family} addr show dev ${link}`));
    return list.map(({ local, prefixlen }: { local: string; prefixlen: number }) => `${local}/${prefixlen}`);
  };
  return {
    net,
    directory,
    async ours(host, plans, stateFile) {
      const file = join(import.meta.dirname, 'router.ts');
      const state = stateFile === undefined ? [] : [stateFile];
      const router = net.hosts[host].spawn(process.execPath, ['--no-warnings', file, JSON.stringify(plans), ...state]);
      await router.waitFor(' started', { timeout: 20_000 });
      return router;
    },
    async keepalived(host, instance, { name = host } = {}) {
      const file = join(directory, `${name}.conf`);
      writeFileSync(file, `vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n ${instance}\n}\n`);
      const pid = (role: string): string => join(directory, `${name}.${role}.pid`);
      const daemon = net.hosts[host].spawn('keepalived', [
        ...['-n', '-l', '-D', '-P', '-f', file, '-p', pid('parent'), '-r', pid('vrrp')],
      ]);
      await daemon.waitFor(/Startup complete|Entering (BACKUP|MASTER|FAULT) STATE/, { timeout: 20_000 });
      return daemon;
    },
    frames: () =>
      capture
        .log()
        .split('\n')
        .slice(1, -1)
        .map((line) => ({ at: Number(line.split(' ')[0]), hex: line.split(' ')[1] ?? '' })),
    addresses,
    async hasAddress(host, address, timeout = 15_000) {
      const deadline = now() + timeout;
      while (now() < deadline) {
        if ((await addresses(host, 'eth0', address.includes(':') ? 6 : 4)).includes(address)) return now();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`${host} did not get ${address} in ${timeout} ms: it has ${await addresses(host)}`);
    },
    async [Symbol.asyncDispose]() {
      await net.delete();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

export const vrrpFrames = (frames: readonly Frame[]): readonly Frame[] =>
  frames.filter(({ hex }) => hex.slice(24, 28) === '0800');
export const vrrp6Frames = (frames: readonly Frame[]): readonly Frame[] =>
  frames.filter(({ hex }) => hex.slice(24, 28) === '86dd' && hex.slice(40, 42) === '70');
/** Neighbour advertisements that were asked for by nobody: to all nodes. */
export const advertisementFrames = (frames: readonly Frame[]): readonly Frame[] =>
  frames.filter(
    ({ hex }) => hex.slice(24, 28) === '86dd' && hex.slice(40, 42) === '3a' && hex.startsWith('333300000001'),
  );
export const arpFrames = (frames: readonly Frame[]): readonly Frame[] =>
  frames.filter(({ hex }) => hex.slice(24, 28) === '0806');

/** The moment (ms) of the first log line with this text, for our router. */
export const saidAt = (router: Logged, text: RegExp, from = 0): number => {
  const line = router
    .log()
    .slice(from)
    .split('\n')
    .find((candidate) => text.test(candidate));
  return line === undefined ? Number.NaN : Number(line.split(' ')[0]);
};
