// One running virtual server: its checkers, its machine, and its part of the table.
import type { TrackFile, VirtualServer } from '@vipward/config';
import type { TableEntry } from '@vipward/netlink';
import { type AnyCheck, checksOf } from '../machine/checks.ts';
import type { HealthEvent } from '../machine/event.ts';
import {
  type CheckerHealth,
  isAlive,
  type RealServerHealth,
  serverStates,
  type VirtualServerHealth,
} from '../machine/health-state.ts';
import { realServerName, virtualServerName } from '../machine/name.ts';
import { tableEntry } from '../machine/table.ts';
import {
  startVirtualServer,
  stepVirtualServer,
  stopVirtualServer,
  type VirtualServerEvent,
} from '../machine/virtual-server.ts';
import { weightOf } from '../machine/weight.ts';
import { createFileUnit } from './file-unit.ts';
import { reportOf, type VirtualServerReport } from './report.ts';
import type { Names, OnEffect, Unit } from './unit.ts';
import { createUnit, type UnitContext } from './unit.ts';
import type { WatchFile } from './watch-file.ts';

export interface ServerContext extends UnitContext {
  readonly log: (text: string) => void;
  readonly random: () => number;
  readonly logAllFailures: boolean;
  /** By name. */
  readonly trackFiles: ReadonlyMap<string, TrackFile>;
  readonly watchFile: WatchFile;
  /** Something about the server is no longer as it was; without events only the table is to be made again. */
  readonly onEvents: (events: readonly HealthEvent[]) => void;
  /** Takes a unit over from before a reload, if there is one of this identity. */
  readonly takeUnit: (id: string) => Unit | undefined;
}

export interface Server {
  health(): VirtualServerHealth;
  entry(): TableEntry;
  report(): VirtualServerReport;
  /** What an orderly end means to it. */
  stopEvents(): readonly HealthEvent[];
  /** Every unit with the identity by which a reload finds it again. */
  units(): Iterable<readonly [string, Unit]>;
}

export const startServer = (context: ServerContext, vs: VirtualServer, known: VirtualServerHealth): Server => {
  const units: Unit[][] = [];
  const first = startVirtualServer(vs, serverStates(vs, known), known.quorum);
  let state = first.state;
  let entry: TableEntry | undefined;

  const report = (events: readonly HealthEvent[]): void => {
    for (const { text } of events) if (text !== '') context.log(text);
    context.onEvents(events);
  };
  const step = (event: VirtualServerEvent): void => {
    const next = stepVirtualServer(vs, state, event);
    if (next.state === state) return;
    state = next.state;
    entry = undefined;
    report(next.events);
  };
  const moveWeight = (server: number): void => {
    const rs = vs.realServers[server];
    if (rs !== undefined) step({ kind: 'weight', server, weight: weightOf(rs, units[server] ?? []) });
  };
  const listener =
    (server: number): OnEffect =>
    (effect) => {
      switch (effect.kind) {
        case 'log':
          context.log(effect.text);
          break;
        case 'weight':
          moveWeight(server);
          break;
        case 'verdict':
          if (effect.verdict === 'down') step({ kind: 'down', server, reason: effect.reason });
          else if (isAlive(units[server] ?? [])) step({ kind: 'up', server });
          break;
      }
    };

  const startUnit = (check: AnyCheck, names: Names, health: CheckerHealth, server: number): Unit => {
    const adopted = context.takeUnit(unitId(known, known.realServers[server], health));
    if (adopted?.adopt(check, names, listener(server))) return adopted;
    adopted?.stop();
    if (check.kind === 'FILE_CHECK') return createFileUnit(context, check, names, health.state, listener(server));
    context.log(`Activating healthchecker for service ${names.realServer} for VS ${names.virtualServer}`);
    return createUnit(context, { checker: check, ...names }, health.state, listener(server));
  };

  report(first.events);
  vs.realServers.forEach((rs, i) => {
    const { logAllFailures } = context;
    const names = { realServer: realServerName(vs, rs), virtualServer: virtualServerName(vs), logAllFailures };
    units.push(
      checksOf(rs).map((check, j) => {
        const health = known.realServers[i]?.checkers[j];
        if (health === undefined) throw new Error('health state of another configuration');
        return startUnit(check, names, health, i);
      }),
    );
    for (const unit of units[i] ?? []) unit.start(context.random());
  });

  return {
    health: () => ({
      key: known.key,
      quorum: state.quorum,
      realServers: known.realServers.map((rs, i) => ({
        key: rs.key,
        checkers: rs.checkers.map(({ key, state: before }, j) => ({ key, state: units[i]?.[j]?.state ?? before })),
      })),
    }),
    stopEvents: () => stopVirtualServer(vs, state),
    entry() {
      entry ??= tableEntry(vs, state);
      return entry;
    },
    report: () => reportOf(vs, entry ?? tableEntry(vs, state), state, units),
    *units() {
      for (const [i, rs] of known.realServers.entries()) {
        for (const [j, checker] of rs.checkers.entries()) {
          const unit = units[i]?.[j];
          if (unit !== undefined) yield [unitId(known, rs, checker), unit];
        }
      }
    },
  };
};

const unitId = (
  vs: { readonly key: string },
  rs: RealServerHealth | undefined,
  checker: { readonly key: string },
): string => JSON.stringify([vs.key, rs?.key, checker.key]);
