// The checks of one virtual server as they run: made or taken over, begun, suspended, and found again by a reload.
import type { VirtualServer } from '@vipward/config';
import { type AnyCheck, checksOf, isTold } from '../machine/checks.ts';
import type { KnownServer } from '../machine/health-state.ts';
import { keysWithin } from '../machine/key.ts';
import { realServerName } from '../machine/name.ts';
import type { ServiceBlock } from '../machine/service-block.ts';
import { isSuspended } from '../machine/suspend.ts';
import { createBfdUnit } from './bfd-unit.ts';
import { createFileUnit } from './file-unit.ts';
import type { ServerContext } from './server.ts';
import { createUnit, type Unit, type UnitEffect, type UnitOwner } from './unit.ts';

export interface ServerUnits {
  /** By real server and check. */
  readonly rows: readonly (readonly Unit[])[];
  /** Those that are told are true from the start, and are never suspended: nobody is asked anything. */
  beginTold(): void;
  /** The others, unless they are suspended. */
  begin(): void;
  /** Addresses have come or gone. */
  addressesChanged(): void;
  /** `key` is the identity of the block among all of them. */
  byId(key: string): Iterable<readonly [string, Unit]>;
}

/** `key` is the identity of the block, for takeUnit; effects go to `owner`, none before something begins. */
export const createServerUnits = (
  context: ServerContext,
  block: ServiceBlock,
  key: string,
  known: KnownServer,
  owner: UnitOwner,
): ServerUnits => {
  const { virtualServer: vs } = block;
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
    const names = { realServer: nameOf(server), virtualServer: owner.name };
    const onEffect = (effect: UnitEffect): void => owner.onEffect(server, check, effect);
    return check.kind === 'FILE_CHECK'
      ? createFileUnit(context, check, names, before.state, onEffect)
      : createBfdUnit(context.watchBfd, check, names, before.state, onEffect);
  };
  const nameOf = (server: number): string => {
    const rs = vs.realServers[server];
    return rs === undefined ? '' : realServerName(vs, rs);
  };
  const ids = context.takesUnits ? unitIds(key, vs) : [];
  const rows: readonly (readonly Unit[])[] = vs.realServers.map((rs, i) =>
    checksOf(rs).map(
      (check, j) => takeUnit(ids[i]?.[j], check, i) ?? makeUnit(check, known.realServers[i] ?? { checkers: [] }, j, i),
    ),
  );
  const start = (wanted: (check: AnyCheck) => boolean, started: (server: number) => void): void => {
    for (const [i, rs] of vs.realServers.entries()) {
      for (const [j, check] of checksOf(rs).entries()) {
        if (wanted(check) && rows[i]?.[j]?.start(context.random())) started(i);
      }
    }
  };
  const say = (what: string, server: number): void =>
    context.log(`${what} healthchecker for service ${nameOf(server)} for VS ${owner.name}`);
  const startProbes = (): void =>
    start(
      (check) => !isTold(check),
      (server) => say('Activating', server),
    );
  const suspend = (said: (server: number, ran: boolean) => void): void => {
    for (const [server, row] of rows.entries()) for (const unit of row) said(server, unit.suspend());
  };
  let suspended = false;

  return {
    rows,
    beginTold: () => start(isTold, () => {}),
    begin() {
      suspended = isSuspended(block, context.isHere);
      if (suspended) suspend((server, ran) => say(ran ? 'Suspending' : 'Deactivating', server));
      else startProbes();
    },
    addressesChanged() {
      const next = isSuspended(block, context.isHere);
      if (next === suspended) return;
      suspended = next;
      if (suspended) suspend((server, ran) => ran && say('Suspending', server));
      else startProbes();
    },
    *byId(own) {
      for (const [i, row] of unitIds(own, vs).entries()) {
        for (const [j, id] of row.entries()) {
          const unit = rows[i]?.[j];
          if (unit !== undefined) yield [id, unit];
        }
      }
    },
  };
};

/** By real server and check. */
const unitIds = (key: string, vs: VirtualServer): readonly (readonly string[])[] => {
  const { realServers, checks } = keysWithin(vs);
  return realServers.map((server, i) => (checks[i] ?? []).map((check) => `${key}\n${server}\n${check}`));
};
