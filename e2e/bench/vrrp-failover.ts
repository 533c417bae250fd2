// How much later than the protocol a backup has the address: after SIGKILL and after SIGTERM of the master.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topology } from '@vipward/testkit';
import type { Program } from '../lib/program.ts';
import { type Running, routers, start } from './vrrp-pair.ts';
import { type AddressEvent, capture, type SeenAdvert, watchAddresses } from './vrrp-wire.ts';

export interface Lag {
  readonly program: Program;
  /** Seconds. */
  readonly interval: number;
  readonly how: 'SIGKILL' | 'SIGTERM';
  /** SCHED_RR for the backup. */
  readonly realtime: boolean;
  /** Milliseconds beyond the protocol's own time, a value each round. */
  readonly address: readonly number[];
  /** The same of the backup's first advert. */
  readonly advert: readonly number[];
}

const VIP = '10.80.0.1/32';
const BACKUP_PRIORITY = 100;
const MASTER = 2;
const BACKUP = 3;
const backups: readonly Pick<Lag, 'program' | 'realtime'>[] = [
  { program: 'vipward', realtime: false },
  { program: 'keepalived', realtime: false },
  { program: 'vipward', realtime: true },
  { program: 'keepalived', realtime: true },
];

/** Both programs, in both ways of scheduling, as backup of a keepalived each, on wires of their own, in turn. */
export const failOver = async (interval: number, rounds: number): Promise<readonly Lag[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-vrrp-'));
  const pairs = await Promise.all(backups.map((backup) => makePair(backup, interval, folder)));
  try {
    for (const how of ['SIGKILL', 'SIGTERM'] as const)
      for (let round = 0; round < rounds; round++) {
        // Each of them goes first in its turn.
        const order = pairs.map((_, i) => pairs[(i + round) % pairs.length]).filter((pair) => pair !== undefined);
        for (const pair of order) {
          pair.end(how);
          await sleep(150);
        }
        for (const pair of order) await pair.taken();
        await Promise.all(order.map((pair) => pair.again()));
        // Not in step with the adverts.
        await sleep(interval * 1000 * (1 + Math.random()) + 200);
      }
    return (await Promise.all(pairs.map((pair) => pair.results()))).flat();
  } finally {
    await Promise.all(pairs.map((pair) => pair.delete()));
    rmSync(folder, { recursive: true });
  }
};

const makePair = async ({ program, realtime }: (typeof backups)[number], interval: number, folder: string) => {
  const net = await topology({ prefix: 'bv', hosts: { a: [`10.78.0.${MASTER}/24`], b: [`10.78.0.${BACKUP}/24`] } });
  const wire = await capture(net.bridges, 'lan', folder);
  const watch = await watchAddresses(net.hosts.b);
  const ends: { readonly at: number; readonly how: Lag['how'] }[] = [];
  const startMaster = (): Running =>
    start(net.hosts.a, 'keepalived', routers({ count: 1, interval, priority: 200 }), folder);
  const own = routers({ count: 1, interval, priority: BACKUP_PRIORITY, realtime });
  const backup = start(net.hosts.b, program, own, folder);
  const vipEvents = (): readonly AddressEvent[] => watch.events().filter(({ address }) => address === VIP);
  const seen = async (kind: AddressEvent['kind'], from: number): Promise<boolean> => {
    const deadline = performance.now() + 10_000;
    while (performance.now() < deadline) {
      if (vipEvents().some((event) => event.kind === kind && event.at >= from)) return true;
      await sleep(5);
    }
    return false;
  };
  const until = async (kind: AddressEvent['kind'], from: number): Promise<void> => {
    if (!(await seen(kind, from))) throw new Error(`${program}: address not ${kind}\n${backup.log()}`);
  };
  await until('added', 0);
  let from = Date.now();
  let master = startMaster();
  await until('deleted', from);
  await sleep(500);
  return {
    end(how: Lag['how']) {
      from = Date.now();
      ends.push({ at: from, how });
      if (how === 'SIGKILL') master.process.killAll('SIGKILL');
      else master.process.kill('SIGTERM');
    },
    // At 10 ms a busy machine may have made it master just before: that round has no lag, and counts as none.
    taken: () => seen('added', from),
    async again() {
      await master.process.ended;
      from = Date.now();
      master = startMaster();
      if (await seen('deleted', from)) return;
      // A master that was starved as it started: another one.
      master.process.killAll('SIGKILL');
      await master.process.ended;
      from = Date.now();
      master = startMaster();
      await until('deleted', from);
    },
    async results(): Promise<readonly Lag[]> {
      const adverts = await wire.end();
      const events = vipEvents();
      return (['SIGKILL', 'SIGTERM'] as const).map((how) => {
        const ended = ends.filter((end) => end.how === how).map(({ at }) => lagOf(at, how, interval, adverts, events));
        const lags = ended.filter(({ address, advert }) => !Number.isNaN(address) && !Number.isNaN(advert));
        return {
          ...{ program, realtime, interval, how },
          address: lags.map(({ address }) => address),
          advert: lags.map(({ advert }) => advert),
        };
      });
    },
    async delete() {
      await net.delete();
    },
  };
};

const lagOf = (
  endedAt: number,
  how: Lag['how'],
  interval: number,
  adverts: readonly SeenAdvert[],
  events: readonly AddressEvent[],
): { readonly address: number; readonly advert: number } => {
  const added =
    events.find(({ at, kind }) => kind === 'added' && at >= endedAt && at < endedAt + 10_000)?.at ?? Number.NaN;
  const last = adverts.findLast(
    ({ from, at, priority }) => from === MASTER && at < added && (how === 'SIGKILL' || priority === 0),
  );
  const skew = ((256 - BACKUP_PRIORITY) / 256) * interval * 1000;
  const due = (last?.at ?? Number.NaN) + skew + (how === 'SIGKILL' ? 3 * interval * 1000 : 0);
  const first = adverts.find(({ from, at }) => from === BACKUP && at > endedAt)?.at ?? Number.NaN;
  return { address: added - due, advert: first - due };
};
