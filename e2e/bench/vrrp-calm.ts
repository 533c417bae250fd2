// What adverts cost, how late they are, and whether a backup takes over from a master that has other work to do.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topology } from '@vipward/testkit';
import type { Program } from '../lib/program.ts';
import { compileWakeLoop, startChecks } from './vrrp-beside.ts';
import { cpuOf, linkNames, quantile, type Running, routers, start } from './vrrp-pair.ts';
import { capture, type SeenAdvert, watchAddresses } from './vrrp-wire.ts';

/** Upper bounds of the histogram's columns, ms; the last one has none. */
export const BOUNDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20] as const;

export interface Lateness {
  readonly adverts: number;
  /** ms by which the gap to the advert before was longer than the interval. */
  readonly median: number;
  readonly p99: number;
  readonly p999: number;
  readonly most: number;
  /** Shares of all, one for each bound and one for the rest. */
  readonly histogram: readonly number[];
}

export interface Cost {
  readonly program: Program;
  /** SCHED_RR. */
  readonly realtime: boolean;
  readonly count: number;
  /** Seconds. */
  readonly interval: number;
  /** Of one processor. */
  readonly share: number;
  /** Microseconds of processor time for each advert. */
  readonly each: number;
  readonly lateness: Lateness;
  /** Of a C program that does nothing but wake every 10 ms, scheduled in the same way, at the same time. */
  readonly bare: Lateness;
}

export interface CostPlan {
  readonly program: Program;
  readonly realtime: boolean;
  readonly count: number;
  /** Seconds. */
  readonly interval: number;
  /** How long it is watched. */
  readonly seconds: number;
}

/** A lone master of so many virtual routers. */
export const cost = async ({ program, realtime, count, interval, seconds }: CostPlan): Promise<Cost> => {
  const { net, folder, remove } = await makeHosts(count);
  try {
    const master = start(net.hosts.a, program, routers({ count, interval, priority: 200, realtime }), folder);
    const wakeLoop = compileWakeLoop(folder);
    await allMasters(master, count);
    await sleep(3000);
    const wires = await Promise.all(linkNames(count).map((_, i) => capture(net.bridges, `lan${i}`, folder)));
    await sleep(500);
    const [from, cpu] = [performance.now(), cpuOf(master)];
    const [pauses] = await Promise.all([wakeLoop(0.01, seconds, realtime), sleep(seconds * 1000)]);
    const [took, used] = [performance.now() - from, cpuOf(master) - cpu];
    const gaps: number[] = [];
    for (const wire of wires) gaps.push(...latenesses(await wire.end(), interval * 1000));
    return {
      ...{ program, realtime, count, interval },
      share: used / 1e6 / took,
      each: used / 1000 / (count * (took / 1000 / interval)),
      lateness: summary(gaps),
      bare: summary(pauses),
    };
  } finally {
    await remove();
  }
};

export interface Calm {
  readonly master: Program;
  readonly backup: Program;
  /** Who has the long file and reads it again and again. */
  readonly reloads: 'master' | 'backup';
  readonly reloadCount: number;
  readonly lines: number;
  readonly realtime: boolean;
  /** Real servers of a checker beside, and the checks that it made each second. */
  readonly checks: { readonly servers: number; readonly rate: number };
  readonly takeOvers: number;
  readonly lateness: Lateness;
}

export interface CalmPlan extends Pick<Calm, 'master' | 'backup' | 'reloads' | 'lines' | 'realtime'> {
  readonly servers: number;
}

/**
 * 250 virtual routers every 50 ms, an endless loop of the ordinary priority beside, a checker with its real servers, and reloads
 * of a very long file. Realtime: both directors.
 */
export const calm = async ({ master, backup, reloads, lines, realtime, servers }: CalmPlan): Promise<Calm> => {
  const [count, interval, reloadCount] = [250, 0.05, 3];
  const { net, folder, remove } = await makeHosts(count);
  const hog = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
  const checker = await startChecks(servers);
  try {
    const more = manyServers(lines - 10 * count);
    const text = (who: Calm['reloads'], priority: number): string =>
      routers({ count, interval, priority, realtime, more: who === reloads ? more : '' });
    const first = start(net.hosts.a, master, text('master', 200), folder);
    await allMasters(first, count);
    const second = start(net.hosts.b, backup, text('backup', 100), folder);
    await sleep(6000);
    const watches = [await watchAddresses(net.hosts.a), await watchAddresses(net.hosts.b)];
    const wire = await capture(net.bridges, 'lan0', folder);
    const [from, made] = [performance.now(), checker.made()];
    for (let i = 0; i < reloadCount; i++) {
      (reloads === 'master' ? first : second).process.kill('SIGHUP');
      await sleep(6000);
    }
    const rate = (checker.made() - made) / ((performance.now() - from) / 1000);
    const adverts = await wire.end();
    const events = watches.flatMap((watch) => watch.events()).filter(({ address }) => address.startsWith('10.80.'));
    const gaps = latenesses(
      adverts.filter(({ from }) => from === 2),
      interval * 1000,
    );
    const takeOvers = events.filter(({ kind }) => kind === 'added').length;
    return {
      ...{ master, backup, reloads, reloadCount, lines, realtime, takeOvers },
      checks: { servers, rate },
      lateness: summary(gaps),
    };
  } finally {
    hog.kill('SIGKILL');
    checker.end();
    await remove();
  }
};

const makeHosts = async (count: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-vrrp-'));
  const links = (last: number) =>
    Object.fromEntries(
      linkNames(count).map((name, i) => [name, { network: `lan${i}`, addresses: [`10.79.${i}.${last}/24`] }]),
    );
  const net = await topology({ prefix: 'bv', hosts: { a: { links: links(2) }, b: { links: links(3) } } });
  const remove = async (): Promise<void> => {
    await net.delete();
    rmSync(folder, { recursive: true });
  };
  return { net, folder, remove };
};

const allMasters = async (running: Running, count: number): Promise<void> => {
  const deadline = performance.now() + 60_000;
  while ((running.log().match(/Entering MASTER STATE/g)?.length ?? 0) < count) {
    if (performance.now() > deadline) throw new Error(`not all are master:\n${running.log().slice(-2000)}`);
    await sleep(200);
  }
};

const latenesses = (adverts: readonly SeenAdvert[], interval: number): readonly number[] => {
  const before = new Map<number, number>();
  return adverts.flatMap(({ at, vrid }) => {
    const last = before.get(vrid);
    before.set(vrid, at);
    return last === undefined ? [] : [at - last - interval];
  });
};

const summary = (gaps: readonly number[]): Lateness => {
  const within = (bound: number): number => gaps.filter((gap) => gap < bound).length / gaps.length;
  const shares = [...BOUNDS.map(within), 1];
  return {
    adverts: gaps.length,
    median: quantile(gaps, 0.5),
    p99: quantile(gaps, 0.99),
    p999: quantile(gaps, 0.999),
    most: quantile(gaps, 1),
    histogram: shares.map((share, i) => share - (shares[i - 1] ?? 0)),
  };
};

/** About so many lines of virtual and real servers. */
const manyServers = (lines: number): string => {
  const [perServer, perService] = [6, 100];
  const services = Math.ceil(lines / (perServer * perService + 6));
  const parts: string[] = [];
  for (let i = 0; i < services; i++) {
    parts.push(
      `virtual_server 10.200.${i >> 8}.${i & 255} 80 {\n delay_loop 6\n lb_algo wrr\n lb_kind DR\n protocol TCP\n`,
    );
    for (let j = 0; j < perService; j++)
      parts.push(
        ` real_server 10.${201 + (i >> 8)}.${i & 255}.${j + 1} 80 {\n  weight 100\n  TCP_CHECK {\n   connect_timeout 3\n  }\n }\n`,
      );
    parts.push('}\n');
  }
  return parts.join('');
};
