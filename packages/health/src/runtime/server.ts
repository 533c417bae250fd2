// One running virtual server, or one group of them: its checkers, its machine, and its part of the table.
import type { TrackFile, VirtualServer } from '@vipward/config';
import type { TableEntry } from '@vipward/netlink';
import type { WatchFile } from '@vipward/sockets';
import { type AnyCheck, checksOf, isTold } from '../machine/checks.ts';
import type { HealthEvent } from '../machine/event.ts';
import {
  healthOf,
  isAlive,
  type KnownServer,
  serverStates,
  type VirtualServerHealth,
} from '../machine/health-state.ts';
import { checkerKey, distinct, realServerKey } from '../machine/key.ts';
import { realServerName, virtualServerName } from '../machine/name.ts';
import { removedRealServers, removedVirtualServer } from '../machine/removal.ts';
import type { ServiceBlock } from '../machine/service-block.ts';
import { type IsHere, isSuspended } from '../machine/suspend.ts';
import { tableEntries } from '../machine/table.ts';
import {
  startVirtualServer,
  stepVirtualServer,
  stopVirtualServer,
  type VirtualServerEvent,
} from '../machine/virtual-server.ts';
import { weightOf } from '../machine/weight.ts';
import type { WatchBfd } from './bfd-news.ts';
import { createBfdUnit } from './bfd-unit.ts';
import { createFileUnit } from './file-unit.ts';
import { reportOf, type VirtualServerReport } from './report.ts';
import { createUnit, type Unit, type UnitContext, type UnitEffect, type UnitOwner } from './unit.ts';

export interface ServerContext extends UnitContext {
  readonly log: (text: string) => void;
  readonly random: () => number;
  readonly logAllFailures: boolean;
  /** rs_init_notifies. */
  readonly rsInitNotifies: boolean;
  /** For ha_suspend. */
  readonly isHere: IsHere;
  /** By name. */
  readonly trackFiles: ReadonlyMap<string, TrackFile>;
  readonly watchFile: WatchFile;
  readonly watchBfd: WatchBfd;
  /** Something about the server is no longer as it was; without events only the table is to be made again. */
  readonly onEvents: (events: readonly HealthEvent[]) => void;
  /** False at a start, when no unit can be taken over and no identity need be made. */
  readonly takesUnits: boolean;
  /** Takes a unit over from before a reload, if there is one of this identity. */
  readonly takeUnit: (id: string) => Unit | undefined;
}

export interface Server {
  /**
   * Begins the checks that do not run yet, unless they are suspended. Those that are told need no beginning: a file is true
   * from the start.
   */
  begin(): void;
  /** Addresses have come or gone: suspends checks, or begins them again. */
  addressesChanged(): void;
  /** `key` is its identity among all virtual servers. */
  health(key: string): VirtualServerHealth;
  /** Of each member. */
  entries(): readonly TableEntry[];
  report(): readonly VirtualServerReport[];
  /** What a reload means to it: `next` is what stands in its place, if anything does. */
  reloadEvents(next: VirtualServer | undefined): readonly HealthEvent[];
  /** What an orderly end means to it. */
  stopEvents(): readonly HealthEvent[];
  units(): Iterable<Unit>;
  /** Every unit with the identity by which a reload finds it again; `key` as for health(). */
  unitsById(key: string): Iterable<readonly [string, Unit]>;
}

/** `key` is the identity of the block among all of them, for takeUnit. */
export const startServer = (context: ServerContext, block: ServiceBlock, key: string, known: KnownServer): Server => {
  const { virtualServer: vs, members } = block;
  const first = startVirtualServer(vs, serverStates(vs, known), known.quorum, context.rsInitNotifies);
  let state = first.state;
  let entries: readonly TableEntry[] | undefined;

  const currentEntries = (): readonly TableEntry[] => {
    entries ??= tableEntries(members, state);
    return entries;
  };
  const report = (events: readonly HealthEvent[]): void => {
    for (const { text } of events) if (text !== '') context.log(text);
    context.onEvents(events);
  };
  const step = (event: VirtualServerEvent): void => {
    const next = stepVirtualServer(vs, state, event);
    if (next.state === state) return;
    state = next.state;
    entries = undefined;
    report(next.events);
  };
  const owner: UnitOwner = {
    virtualServer: vs,
    name: virtualServerName(vs),
    logAllFailures: context.logAllFailures,
    onEffect(server, check, effect) {
      const of = units[server] ?? [];
      const rs = vs.realServers[server];
      switch (effect.kind) {
        case 'log':
          context.log(effect.text);
          break;
        case 'weight':
          if (rs !== undefined) step({ kind: 'weight', server, weight: weightOf(rs, of) });
          break;
        case 'verdict': {
          const wasAlive = state.servers[server]?.alive ?? false;
          if (effect.verdict === 'down') step({ kind: 'down', server, reason: effect.reason });
          else if (isAlive(of)) step({ kind: 'up', server });
          if (rs === undefined) break;
          const passed = effect.verdict === 'up';
          const alive = state.servers[server]?.alive ?? false;
          const failure = effect.verdict === 'down' ? { failure: effect.failure } : {};
          const about = { virtualServer: vs, realServer: rs, check, passed, turned: effect.turned, ...failure };
          report([{ kind: 'check', ...about, wasAlive, alive, text: '' }]);
          break;
        }
      }
    },
  };

  const takeUnit = (id: string | undefined, check: AnyCheck, server: number): Unit | undefined => {
    const unit = id === undefined ? undefined : context.takeUnit(id);
    if (unit === undefined || unit.adopt(check, owner, server)) return unit;
    unit.stop();
    return undefined;
  };
  const makeUnit = (check: AnyCheck, health: KnownServer['realServers'][number], j: number, server: number): Unit => {
    const before = health.checkers[j];
    if (before === undefined) throw new Error('health state of another configuration');
    if (!isTold(check)) return createUnit(context, check, owner, server, before.state);
    const rs = vs.realServers[server];
    const names = { realServer: rs === undefined ? '' : realServerName(vs, rs), virtualServer: owner.name };
    const onEffect = (effect: UnitEffect): void => owner.onEffect(server, check, effect);
    return check.kind === 'FILE_CHECK'
      ? createFileUnit(context, check, names, before.state, onEffect)
      : createBfdUnit(context.watchBfd, check, names, before.state, onEffect);
  };

  report(first.events);
  const ids = context.takesUnits ? unitIds(key, vs) : [];
  const units: readonly (readonly Unit[])[] = vs.realServers.map((rs, i) =>
    checksOf(rs).map(
      (check, j) => takeUnit(ids[i]?.[j], check, i) ?? makeUnit(check, known.realServers[i] ?? { checkers: [] }, j, i),
    ),
  );
  const startUnits = (wanted: (check: AnyCheck) => boolean, started: (server: number) => void): void => {
    for (const [i, rs] of vs.realServers.entries()) {
      for (const [j, check] of checksOf(rs).entries()) {
        if (wanted(check) && units[i]?.[j]?.start(context.random())) started(i);
      }
    }
  };
  startUnits(isTold, () => {});

  const sayOf = (what: string, server: number): void => {
    const rs = vs.realServers[server];
    const name = rs === undefined ? '' : realServerName(vs, rs);
    context.log(`${what} healthchecker for service ${name} for VS ${owner.name}`);
  };
  const startProbes = (): void =>
    startUnits(
      (check) => !isTold(check),
      (server) => sayOf('Activating', server),
    );
  let suspended = false;

  return {
    begin() {
      suspended = isSuspended(block, context.isHere);
      if (!suspended) startProbes();
      else {
        units.forEach((row, server) => {
          for (const unit of row) sayOf(unit.suspend() ? 'Suspending' : 'Deactivating', server);
        });
      }
    },
    addressesChanged() {
      const next = isSuspended(block, context.isHere);
      if (next === suspended) return;
      suspended = next;
      if (!suspended) startProbes();
      else {
        units.forEach((row, server) => {
          for (const unit of row) if (unit.suspend()) sayOf('Suspending', server);
        });
      }
    },
    health: (own) => ({
      key: own,
      ...healthOf(vs, state.quorum, (i, j) => {
        const unit = units[i]?.[j];
        if (unit === undefined) throw new Error('a check without its unit');
        return unit.state;
      }),
    }),
    reloadEvents(next) {
      if (next === undefined) return removedVirtualServer(vs, state);
      const stay = new Set(next.realServers.map(realServerKey));
      return removedRealServers(vs, state, (rs) => stay.has(realServerKey(rs)));
    },
    stopEvents: () => stopVirtualServer(vs, state),
    entries: currentEntries,
    report: () => currentEntries().map((entry, i) => reportOf(members[i] ?? vs, entry, state, units)),
    units: () => units.flat(),
    *unitsById(own) {
      for (const [i, row] of unitIds(own, vs).entries()) {
        for (const [j, id] of row.entries()) {
          const unit = units[i]?.[j];
          if (unit !== undefined) yield [id, unit];
        }
      }
    },
  };
};

/** By real server and check. */
const unitIds = (key: string, vs: VirtualServer): readonly (readonly string[])[] => {
  const servers = distinct(vs.realServers.map(realServerKey));
  return vs.realServers.map((rs, i) =>
    distinct(checksOf(rs).map(checkerKey)).map((check) => `${key}\n${servers[i] ?? ''}\n${check}`),
  );
};
