// One running virtual server: its checkers, its machine, and its part of the table.
import type { VirtualServer } from '@vipward/config';
import type { TableEntry } from '@vipward/netlink';
import type { HealthEvent } from '../machine/event.ts';
import { isAlive, type RealServerHealth, serverStates, type VirtualServerHealth } from '../machine/health-state.ts';
import { realServerName, virtualServerName } from '../machine/name.ts';
import { tableEntry } from '../machine/table.ts';
import { startVirtualServer, stepVirtualServer, type VirtualServerEvent } from '../machine/virtual-server.ts';
import type { Subject } from '../machine/wording.ts';
import { createUnit, type OnEffect, type Unit, type UnitContext } from './unit.ts';

export interface ServerContext extends UnitContext {
  readonly log: (text: string) => void;
  readonly random: () => number;
  /** Something about the server is no longer as it was; without events only the table is to be made again. */
  readonly onEvents: (events: readonly HealthEvent[]) => void;
  /** Takes a unit over from before a reload, if there is one of this identity. */
  readonly takeUnit: (id: string) => Unit | undefined;
}

export interface Server {
  health(): VirtualServerHealth;
  entry(): TableEntry;
  /** Every unit with the identity by which a reload finds it again. */
  units(): Iterable<readonly [string, Unit]>;
}

export const startServer = (context: ServerContext, vs: VirtualServer, known: VirtualServerHealth): Server => {
  const dynamicWeights = known.realServers.map((rs) => rs.dynamicWeight);
  const units: Unit[][] = [];
  const first = startVirtualServer(vs, serverStates(vs, known), known.quorum);
  let state = first.state;
  let entry: TableEntry | undefined;

  const report = (events: readonly HealthEvent[]): void => {
    for (const { text } of events) context.log(text);
    context.onEvents(events);
  };
  const step = (event: VirtualServerEvent): void => {
    const next = stepVirtualServer(vs, state, event);
    if (next.state === state) return;
    state = next.state;
    entry = undefined;
    report(next.events);
  };
  const listener =
    (server: number): OnEffect =>
    (effect) => {
      switch (effect.kind) {
        case 'log':
          context.log(effect.text);
          break;
        case 'weight':
          dynamicWeights[server] = effect.weight;
          step({ kind: 'weight', server, weight: effect.weight ?? vs.realServers[server]?.weight ?? 1 });
          break;
        case 'verdict':
          if (effect.verdict === 'down') step({ kind: 'down', server, reason: effect.reason });
          else if (isAlive(units[server] ?? [])) step({ kind: 'up', server });
          break;
      }
    };

  report(first.events);
  vs.realServers.forEach((rs, i) => {
    const names = { realServer: realServerName(vs, rs), virtualServer: virtualServerName(vs) };
    units.push(
      rs.checkers.map((checker, j) => {
        const subject: Subject = { checker, ...names };
        const checkerHealth = known.realServers[i]?.checkers[j];
        if (checkerHealth === undefined) throw new Error('health state of another configuration');
        const adopted = context.takeUnit(unitId(known, known.realServers[i], checkerHealth));
        adopted?.adopt(subject, listener(i));
        if (adopted !== undefined) return adopted;
        context.log(`Activating healthchecker for service ${names.realServer} for VS ${names.virtualServer}`);
        const unit = createUnit(context, subject, checkerHealth.state, listener(i));
        unit.start(context.random());
        return unit;
      }),
    );
  });

  return {
    health: () => ({
      key: known.key,
      quorum: state.quorum,
      realServers: known.realServers.map((rs, i) => ({
        key: rs.key,
        dynamicWeight: dynamicWeights[i],
        checkers: rs.checkers.map(({ key, state: before }, j) => ({ key, state: units[i]?.[j]?.state ?? before })),
      })),
    }),
    entry() {
      entry ??= tableEntry(vs, state);
      return entry;
    },
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
