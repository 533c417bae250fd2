// Health checking as a whole: starts every checker, hands out the table when it changes, takes new configurations.
import type { TrackFile, VirtualServer } from '@vipward/config';
import { type IpAddress, ipKey } from '@vipward/config/address';
import type { DestinationEntry, LvsTable, ServiceEntry } from '@vipward/netlink';
import { type Cancel, type Clock, createFileWatcher, createPresenceWatcher, type Millis } from '@vipward/sockets';
import { type Check, runCheck } from '../checkers/check.ts';
import type { HealthEvent } from '../machine/event.ts';
import { fromJson, toJson } from '../machine/health-json.ts';
import { type HealthState, knownServers, virtualServerKeys, wordsOf } from '../machine/health-state.ts';
import type { GroupMarks } from '../machine/marks/assign.ts';
import { findOrdered, type Order, type OrderAnswer } from '../machine/order.ts';
import { serviceBlocks } from '../machine/service-block.ts';
import { mergeEntries } from '../machine/table.ts';
import { agendaClock, createAgenda } from './agenda.ts';
import { createBfdNews } from './bfd-news.ts';
import { createDeparting } from './departing.ts';
import { nothingKnown } from './first-table.ts';
import { createLateness, type LatenessReport } from './lateness.ts';
import { usualPlaces } from './places.ts';
import { createCheckQueue } from './queue.ts';
import type { VirtualServerReport } from './report.ts';
import { type Server, startServer } from './server.ts';
import { createSharing, createSpread } from './shared-probe.ts';
import { isProbeUnit, type Unit } from './unit.ts';

/** What checks need of the configuration besides virtual servers. */
export interface HealthSettings {
  /** What FILE_CHECK names. */
  readonly trackFiles?: readonly TrackFile[];
  /** checker_log_all_failures. */
  readonly logAllFailures?: boolean;
  /** rs_init_notifies: real servers that are up from the start are told of. */
  readonly rsInitNotifies?: boolean;
  /** nftables_ipvs: the marks that nftables gives packets for addresses of groups; without it each address is a service. */
  readonly marks?: GroupMarks;
}

export interface HealthOptions extends HealthSettings {
  readonly virtualServers: readonly VirtualServer[];
  readonly clock: Clock;
  /** 0 <= x < 1, for the spread of first checks over warmup. */
  readonly random: () => number;
  readonly log: HealthLog;
  /**
   * The whole table, once after the start and after each reload, and whenever a verdict changes it. What changes within
   * one turn of the event loop comes in one call, with all its events in order.
   */
  readonly onChange: (table: LvsTable, events: readonly HealthEvent[]) => void;
  /** Checks wait for begin(), so that the table can be in the kernel before ten thousand timers are made. */
  readonly waits?: boolean;
  /** The addresses of this host as this starts, for ha_suspend; without them nothing is suspended. */
  readonly addresses?: readonly IpAddress[] | undefined;
  /** What is known of the sessions of BFD_CHECK as this starts. */
  readonly bfds?: readonly { readonly name: string; readonly up: boolean }[];
  /** What toJson() of an earlier run gave, as JSON.parse gives it; nonsense in it is ignored. */
  readonly previous?: unknown;
  /** Checks of each size under way at once; usualPlaces() without it. */
  readonly limit?: number;
  /** Checks that are due within so many ms are made together; 20. */
  readonly grain?: Millis;
  /** The kernel's table, for drain_on_remove: who has connections left. Without it servers go when their time is over. */
  readonly readKernel?: () => Promise<LvsTable<ServiceEntry, DestinationEntry>>;
  /** What an earlier run left in the kernel, for drain_on_remove of real servers that are written no longer. */
  readonly left?: LvsTable;
  /** How a check is made; tests pass their own. */
  readonly check?: Check;
}

export interface HealthLog {
  info(text: string): void;
  /** What an operator must not miss; info() where there is none. */
  warning?(text: string): void;
}

export interface HealthRuntime {
  /** Begins the checks when they wait. */
  begin(): void;
  /** Known servers and checks keep their verdicts, timers and checks under way. */
  reload(virtualServers: readonly VirtualServer[], settings?: HealthSettings): void;
  /** What is on this host now, for ha_suspend. */
  setAddresses(addresses: readonly IpAddress[]): void;
  /** `vipward drain` and its like. */
  order(order: Order): OrderAnswer;
  /** What a BFD session is now. */
  setBfd(name: string, up: boolean): void;
  state(): HealthState;
  /** For people and tools that ask: plain data, with the reason of every failure. */
  report(): readonly VirtualServerReport[];
  /** For `previous` of a later run. */
  toJson(): unknown;
  /** The same of what operators have said alone, for after an orderly end; undefined when nothing was said. */
  wordsToJson(): unknown;
  table(): LvsTable;
  lateness(): LatenessReport;
  /**
   * Ends every check and timer at once; onChange is not called again. Returns what has not been told yet and what an
   * orderly end means to virtual servers with omega.
   */
  stop(): readonly HealthEvent[];
}

/** A check on the millisecond is worth less than an event loop that turns fifty times a second instead of once for each check. */
const usualGrain: Millis = 20;

export const startHealth = (options: HealthOptions): HealthRuntime => {
  const { clock, random, onChange, log } = options;
  const { limit } = options;
  const queue = createCheckQueue(
    clock,
    limit === undefined ? usualPlaces() : { light: limit, stream: limit, heavy: limit, process: limit },
  );
  const lateness = createLateness(clock, (text) => log.info(text));
  const sharing = createSharing();
  const spread = createSpread(random);
  const watcher = createFileWatcher(clock, (path, digits) =>
    log.info(`Invalid number ${digits} read from ${path} - ignoring`),
  );
  const presence = createPresenceWatcher(clock);
  const warn = (text: string): void => (log.warning === undefined ? log.info(text) : log.warning(text));
  const agenda = createAgenda(clock, options.grain ?? usualGrain);
  const deadlines = agendaClock(clock, agenda);
  const check: Check = (checker, url, context) =>
    (options.check ?? runCheck)(checker, url, { ...context, clock: deadlines });
  const bfdNews = createBfdNews(options.bfds ?? []);
  let servers: readonly Server[] = [];
  /** The identities of `servers`. */
  let serverKeys: readonly string[] = [];
  let here = keysOf(options.addresses);
  let waiting = options.waits ?? false;
  let events: HealthEvent[] = [];
  let cancelReport: Cancel | undefined;
  let stopped = false;
  /** A configuration has been taken on. */
  let taken = false;

  const ownTable = (): LvsTable => mergeEntries(servers.flatMap((server) => server.entries()));
  const table = (): LvsTable => departing.addTo(ownTable());
  const onEvents = (more: readonly HealthEvent[]): void => {
    if (stopped) return;
    events.push(...more);
    cancelReport ??= clock.at(clock.now(), () => {
      cancelReport = undefined;
      const all = events;
      events = [];
      onChange(table(), all);
    });
  };
  const departing = createDeparting({
    clock,
    log: (text) => log.info(text),
    readKernel: options.readKernel,
    onGone: () => onEvents([]),
  });
  const say = (said: readonly HealthEvent[]): void => {
    for (const { text } of said) if (text !== '') log.info(text);
    onEvents(said);
  };
  const takeOn = (written: readonly VirtualServer[], settings: HealthSettings, old: HealthState): void => {
    const blocks = serviceBlocks(written, settings.marks);
    const virtualServers = blocks.map(({ virtualServer }) => virtualServer);
    const known = knownServers(old, virtualServers);
    const keys = virtualServerKeys(virtualServers);
    const units = new Map<string, Unit>();
    for (const [i, server] of servers.entries()) {
      for (const [id, unit] of server.unitsById(serverKeys[i] ?? '')) units.set(id, unit);
    }
    const context = {
      clock,
      agenda,
      random: spread,
      queue,
      lateness,
      check,
      onEvents,
      takesUnits: units.size > 0,
      takeUnit: (id: string): Unit | undefined => {
        const unit = units.get(id);
        units.delete(id);
        return unit;
      },
      trackFiles: new Map((settings.trackFiles ?? []).map((file) => [file.name, file])),
      watchFile: watcher.watchFile,
      watchBfd: bfdNews.watchBfd,
      logAllFailures: settings.logAllFailures ?? false,
      rsInitNotifies: settings.rsInitNotifies ?? false,
      isHere: (address: string) => here?.has(address) ?? true,
      log: (text: string) => log.info(text),
      warn,
      isPresent: presence.isPresent,
      watchPresence: presence.watchPresence,
    };
    if (servers.length > 0) {
      const next = new Map(virtualServers.map((vs, i) => [keys[i] ?? '', vs]));
      say(servers.flatMap((server, i) => server.reloadEvents(next.get(serverKeys[i] ?? ''))));
    }
    const before = taken ? ownTable() : (options.left ?? []);
    taken = true;
    for (const server of servers) server.close();
    serverKeys = keys;
    servers = blocks.map((block, i) => startServer(context, block, keys[i] ?? '', known[i] ?? nothingKnown));
    departing.takeOn(
      before,
      blocks.flatMap(({ members }) => members),
    );
    for (const unit of units.values()) unit.stop();
    if (!waiting) beginAll();
    onEvents([]);
  };
  /** After the table is in the kernel: names of ten thousand probes take a moment. */
  const beginAll = (): void => {
    const probes = servers.flatMap((server) => [...server.units()].filter(isProbeUnit));
    const shared = sharing.among(probes);
    for (const unit of probes) unit.share(shared.get(unit));
    for (const server of servers) server.begin();
  };
  const state = (): HealthState => ({
    virtualServers: servers.map((server, i) => server.health(serverKeys[i] ?? '')),
  });

  departing.restore(options.previous);
  takeOn(options.virtualServers, options, fromJson(options.previous));
  return {
    begin() {
      if (!waiting || stopped) return;
      waiting = false;
      beginAll();
    },
    reload(virtualServers, settings = {}) {
      if (!stopped) takeOn(virtualServers, settings, state());
    },
    setAddresses(addresses) {
      here = keysOf(addresses);
      if (!stopped && !waiting) for (const server of servers) server.addressesChanged();
    },
    order(order) {
      const named = servers.flatMap((server) => server.names().map((names) => ({ names, server })));
      const found = findOrdered(
        named.map(({ names }) => names),
        order,
      );
      if (!found.ok) return found;
      const { names, server } = named[found.service] ?? {};
      if (names === undefined || server === undefined) throw new Error('a service without its server');
      const done = server.order(found.server, order.action);
      return { ok: true, service: names.service, server: names.servers[found.server] ?? '', ...done };
    },
    setBfd(name, up) {
      if (!stopped) bfdNews.set(name, up);
    },
    state,
    report: () => departing.addToReports(servers.flatMap((server) => server.report())),
    wordsToJson() {
      const words = wordsOf(state());
      return words === undefined ? undefined : toJson(words);
    },
    toJson: () => ({ ...toJson(state()), departing: departing.toJson() }),
    table,
    lateness: () => lateness.read(),
    stop() {
      if (stopped) return [];
      stopped = true;
      cancelReport?.();
      for (const server of servers) for (const unit of server.units()) unit.stop();
      for (const server of servers) server.close();
      departing.close();
      watcher.close();
      presence.close();
      return [...events, ...servers.flatMap((server) => server.stopEvents())];
    },
  };
};

const keysOf = (addresses: readonly IpAddress[] | undefined): ReadonlySet<string> | undefined =>
  addresses && new Set(addresses.map(ipKey));
