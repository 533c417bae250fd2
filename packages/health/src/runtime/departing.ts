// Real servers that leave: looks at their connections every second until they are gone, and says what became of them.
import type { VirtualServer } from '@vipward/config';
import {
  type DestinationEntry,
  destinationKeyId,
  type LvsTable,
  type ServiceEntry,
  serviceKeyId,
} from '@vipward/netlink';
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import {
  type Departed,
  type Departure,
  departed,
  departureName,
  departuresAfter,
  type ServiceWords,
  type Written,
  withDepartures,
} from '../machine/departure.ts';
import { departuresFromJson, departuresToJson } from '../machine/departure-json.ts';
import { realServerId, sorryServerId } from '../machine/name.ts';
import { serviceKey } from '../machine/table.ts';
import { persistenceNote } from './operator-words.ts';
import type { VirtualServerReport } from './report.ts';

export interface Departing {
  /** What an earlier run left, before the first takeOn(). */
  restore(previous: unknown): void;
  /** A new configuration; `before` is the table of the one before it, for the first one what an earlier run left. */
  takeOn(before: LvsTable, virtualServers: readonly VirtualServer[]): void;
  addTo(table: LvsTable): LvsTable;
  addToReports(reports: readonly VirtualServerReport[]): readonly VirtualServerReport[];
  toJson(): unknown;
  close(): void;
}

export interface DepartingOptions {
  readonly clock: Clock;
  readonly log: (text: string) => void;
  readonly readKernel: (() => Promise<LvsTable<ServiceEntry, DestinationEntry>>) | undefined;
  /** The table is another. */
  readonly onGone: () => void;
}

/** Reading a table of thousands takes a while: at most a twentieth of the time goes into it. */
const lookEvery: Millis = 1000;
const restFactor = 20;

export const createDeparting = ({ clock, log, readKernel, onGone }: DepartingOptions): Departing => {
  let leaving: readonly Departure[] = [];
  /** Names of ten thousand servers are made when somebody may leave, not before. */
  let written: readonly VirtualServer[] | undefined;
  let cancelLook: Cancel | undefined;
  let closed = false;

  const lookIn = (delay: Millis): void => {
    if (closed || leaving.length === 0) return;
    cancelLook ??= clock.at(clock.now() + delay, () => void look());
  };
  const look = async (): Promise<void> => {
    const from = clock.now();
    // A kernel that cannot be read leaves the deadline.
    const kernel = await readKernel?.().catch(() => undefined);
    cancelLook = undefined;
    if (closed) return;
    const { stay, gone } = departed(leaving, kernel, clock.now());
    leaving = stay;
    for (const one of gone) log(goneText(one));
    if (gone.length > 0) onGone();
    lookIn(Math.max(lookEvery, restFactor * (clock.now() - from)));
  };

  return {
    restore(previous) {
      if (typeof previous !== 'object' || previous === null || !('departing' in previous)) return;
      leaving = departuresFromJson(previous.departing);
    },
    takeOn(before, virtualServers) {
      const old = written;
      written = virtualServers;
      if (leaving.length === 0 && virtualServers.every(({ drainOnRemove }) => drainOnRemove === undefined)) return;
      if (leaving.length === 0 && before.length === 0) return;
      const after = wordsOf(virtualServers);
      const known = new Set(leaving.map(departureName));
      const now = clock.now();
      const wordsBefore = old === undefined ? wordsOfTable(before, virtualServers) : wordsOf(old);
      const next = departuresAfter(leaving, before, wordsBefore, after, now).map((one) => ({
        ...one,
        until: Math.min(one.until, now + (after.get(one.service)?.drain ?? 0)),
      }));
      const persistent = new Set(
        virtualServers
          .filter(({ persistenceTimeout }) => persistenceTimeout !== undefined)
          .map((vs) => serviceKeyId(serviceKey(vs))),
      );
      for (const one of next.filter((each) => !known.has(departureName(each)))) {
        const left = Math.round((one.until - now) / 1000);
        log(
          `Draining ${departureName(one)}, which is no longer written: it goes with its last connection, after ${left} s at most`,
        );
        if (persistent.has(one.service)) log(`${one.service}: ${persistenceNote}`);
      }
      const stay = new Set(next.map(departureName));
      for (const one of leaving.filter((each) => !stay.has(departureName(each)))) {
        log(`End of drain of ${departureName(one)}: the configuration has changed`);
      }
      leaving = next;
      lookIn(lookEvery);
    },
    addTo: (table) => withDepartures(table, leaving),
    addToReports(reports) {
      if (leaving.length === 0) return reports;
      return reports.map((report) => {
        const own = leaving.filter(({ service }) => service === report.service);
        if (own.length === 0) return report;
        return {
          ...report,
          leaving: own.map(({ destination, until }) => ({
            server: destinationKeyId(destination.key),
            left: Math.max(0, Math.round((until - clock.now()) / 1000)),
          })),
        };
      });
    },
    toJson: () => departuresToJson(leaving),
    close() {
      closed = true;
      cancelLook?.();
    },
  };
};

const wordsOf = (virtualServers: readonly VirtualServer[]): Written => {
  const words = new Map<string, ServiceWords>();
  for (const vs of virtualServers) {
    const id = serviceKeyId(serviceKey(vs));
    const own = vs.realServers.map((rs) => realServerId(vs, rs));
    // Two virtual servers of one address are one service.
    const before = words.get(id);
    const drain = before?.drain ?? vs.drainOnRemove;
    words.set(id, { realServers: new Set([...(before?.realServers ?? []), ...own]), drain });
  }
  return words;
};

/** Of what an earlier run left nobody knows who was the sorry server; the one of now has no connections to be waited for. */
const wordsOfTable = (table: LvsTable, virtualServers: readonly VirtualServer[]): Written => {
  const sorry = new Set(
    virtualServers.flatMap((vs) =>
      vs.sorryServer === undefined ? [] : [`${serviceKeyId(serviceKey(vs))} ${sorryServerId(vs, vs.sorryServer)}`],
    ),
  );
  return new Map(
    table.map(({ service, destinations }) => {
      const id = serviceKeyId(service.key);
      const own = destinations.map(({ key }) => destinationKeyId(key)).filter((name) => !sorry.has(`${id} ${name}`));
      return [id, { realServers: new Set(own) }];
    }),
  );
};

const goneText = (one: Departed): string =>
  one.left === 0
    ? `Removing ${departureName(one)}: its connections have ended`
    : `Removing ${departureName(one)}: its time is over, with ${one.left} connections left; net.ipv4.vs.expire_nodest_conn says whether their clients hear of it`;
