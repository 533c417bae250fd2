// The table as people ask about it: rates, shares and health put together. Pure.
import type { DaemonStatus } from '@vipward/daemon/control';
import {
  type DestinationEntry,
  destinationKeyId,
  type LvsTable,
  type ServiceEntry,
  type Stats,
  serviceKeyId,
} from '@vipward/netlink';
import { schedulerFlagNames, tunnelText } from './words.ts';

type ServiceReport = DaemonStatus['services'][number];
type ServerReport = ServiceReport['realServers'][number];

interface Traffic<T> {
  readonly connections: T;
  readonly packetsIn: T;
  readonly packetsOut: T;
  readonly bytesIn: T;
  readonly bytesOut: T;
}

/** Per second, as the kernel estimates them over the last seconds. */
export type Rates = Traffic<number>;

/** Since the entry was made or zeroed: 64 bits, of which a busy director needs more than a number has. */
export type Totals = Traffic<bigint>;

export interface Health {
  /** `sorry`: takes the traffic in place of the others. `checking`: no check has been made yet. */
  readonly state: 'up' | 'down' | 'checking' | 'sorry' | 'leaving';
  /** What an operator has said of it: `drain`, `maintenance, by file`. */
  readonly condition?: string;
  /** Of every check that fails, also of one that may still be made good by a retry. */
  readonly reason?: string;
}

export interface ServerView {
  readonly server: string;
  /** False: it is configured and taken out of the table. */
  readonly inTable: boolean;
  readonly forwarding: string;
  readonly tunnel?: string;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
  readonly persistent: number;
  /** Part of the service's connections, 0 to 1. */
  readonly share: number;
  readonly rates: Rates;
  readonly totals: Totals;
  /** 0: none. */
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  /** Only when a daemon runs that checks this server. */
  readonly health?: Health;
}

export interface ServiceView {
  readonly service: string;
  readonly scheduler: string;
  readonly schedulerFlags: readonly string[];
  /** Seconds. */
  readonly persistence?: number;
  readonly onePacket: boolean;
  readonly active: number;
  readonly inactive: number;
  readonly rates: Rates;
  readonly totals: Totals;
  readonly quorum?: 'up' | 'down';
  readonly servers: readonly ServerView[];
}

/** In the order of the table; what health knows and the kernel does not have comes last in its service. */
export const viewOf = (
  table: LvsTable<ServiceEntry, DestinationEntry>,
  reports: readonly ServiceReport[] = [],
): readonly ServiceView[] => {
  const byService = new Map(reports.map((report) => [report.service, report]));
  return table.map(({ service, destinations }) =>
    serviceView(service, destinations, byService.get(serviceKeyId(service.key))),
  );
};

const serviceView = (
  service: ServiceEntry,
  destinations: readonly DestinationEntry[],
  report: ServiceReport | undefined,
): ServiceView => {
  const active = sum(destinations, (it) => it.activeConnections);
  const inactive = sum(destinations, (it) => it.inactiveConnections);
  const reports = new Map(report?.realServers.map((server) => [server.server, server]));
  const sorry = report?.sorryServer?.inUse === true ? report.sorryServer.server : undefined;
  const leaving = new Set(report?.leaving?.map(({ server }) => server));
  const present = destinations.map((entry) => {
    const server = destinationKeyId(entry.key);
    const health = healthOf(reports.get(server), server === sorry) ?? (leaving.has(server) ? leaves : undefined);
    reports.delete(server);
    return serverView(server, entry, active + inactive, health);
  });
  return {
    service: serviceKeyId(service.key),
    scheduler: service.scheduler,
    schedulerFlags: schedulerFlagNames(service),
    ...(service.persistent ? { persistence: service.timeout } : {}),
    onePacket: service.onePacket,
    active,
    inactive,
    rates: ratesOf(service.stats),
    totals: totalsOf(service.stats),
    ...(report === undefined ? {} : { quorum: report.quorum }),
    servers: [...present, ...[...reports.values()].map(absentServer)],
  };
};

const serverView = (
  server: string,
  entry: DestinationEntry,
  connections: number,
  health: Health | undefined,
): ServerView => ({
  server,
  inTable: true,
  forwarding: entry.forwarding,
  ...(entry.tunnel === undefined ? {} : { tunnel: tunnelText(entry.tunnel) }),
  weight: entry.weight,
  active: entry.activeConnections,
  inactive: entry.inactiveConnections,
  persistent: entry.persistentConnections,
  share: connections === 0 ? 0 : (entry.activeConnections + entry.inactiveConnections) / connections,
  rates: ratesOf(entry.stats),
  totals: totalsOf(entry.stats),
  upperThreshold: entry.upperThreshold,
  lowerThreshold: entry.lowerThreshold,
  ...(health === undefined ? {} : { health }),
});

const none: Rates = { connections: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 };

const noTotals: Totals = { connections: 0n, packetsIn: 0n, packetsOut: 0n, bytesIn: 0n, bytesOut: 0n };

const absentServer = (report: ServerReport): ServerView => ({
  server: report.server,
  inTable: false,
  forwarding: '',
  weight: report.weight,
  active: 0,
  inactive: 0,
  persistent: 0,
  share: 0,
  rates: none,
  totals: noTotals,
  upperThreshold: 0,
  lowerThreshold: 0,
  health: healthOf(report, false) ?? { state: 'down' },
});

/** It is no longer written and keeps its last connections. */
const leaves: Health = { state: 'leaving' };

const healthOf = (report: ServerReport | undefined, sorry: boolean): Health | undefined => {
  if (sorry) return { state: 'sorry' };
  if (report === undefined) return undefined;
  const reasons = report.checks.flatMap(({ kind, lastFailure }) =>
    lastFailure === undefined ? [] : [`${kind}: ${lastFailure}`],
  );
  const untried = report.checks.length > 0 && report.checks.every(({ tried }) => !tried);
  return {
    state: untried ? 'checking' : report.alive ? 'up' : 'down',
    ...(report.condition === undefined ? {} : { condition: report.condition }),
    ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
  };
};

const ratesOf = ({ cps, inPps, outPps, inBps, outBps }: Stats): Rates => ({
  connections: Number(cps),
  packetsIn: Number(inPps),
  packetsOut: Number(outPps),
  bytesIn: Number(inBps),
  bytesOut: Number(outBps),
});

const totalsOf = ({ connections, inPackets, outPackets, inBytes, outBytes }: Stats): Totals => ({
  connections,
  packetsIn: inPackets,
  packetsOut: outPackets,
  bytesIn: inBytes,
  bytesOut: outBytes,
});

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
