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
  /** Those that are told: they are true from the start, and their news count while the others are suspended. */
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
  const each = (wanted: (check: AnyCheck) => boolean, visit: (unit: Unit, server: number) => void): void => {
    for (const [i, rs] of vs.realServers.entries()) {
      for (const [j, check] of checksOf(rs).entries()) {
        const unit = rows[i]?.[j];
        if (unit !== undefined && wanted(check)) visit(unit, i);
      }
    }
  };
  /** Files behind all others, which is the order of keepalived's lines. */
  const eachInTurn = (visit: (unit: Unit, server: number) => void): void => {
    each((check) => !isFile(check), visit);
    each(isFile, visit);
  };
  const say = (what: string, server: number): void =>
    context.log(`${what} healthchecker for service ${nameOf(server)} for VS ${owner.name}`);
  const startAll = (): void =>
    eachInTurn((unit, server) => {
      if (unit.start(context.random())) say('Activating', server);
    });
  let suspended = false;

  return {
    rows,
    beginTold: () => each(isTold, (unit) => unit.start(0)),
    begin() {
      suspended = isSuspended(block, context.isHere);
      if (!suspended) startAll();
      else each(isMade, (unit, server) => say(unit.suspend() ? 'Suspending' : 'Deactivating', server));
    },
    addressesChanged() {
      const next = isSuspended(block, context.isHere);
      if (next === suspended) return;
      suspended = next;
      if (!suspended) startAll();
      else {
        eachInTurn((unit, server) => {
          if (unit.suspend()) say('Suspending', server);
        });
      }
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

const isFile = ({ kind }: AnyCheck): boolean => kind === 'FILE_CHECK';

const isMade = (check: AnyCheck): boolean => !isTold(check);

/** By real server and check. */
const unitIds = (key: string, vs: VirtualServer): readonly (readonly string[])[] => {
  const { realServers, checks } = keysWithin(vs);
  return realServers.map((server, i) => (checks[i] ?? []).map((check) => `${key}\n${server}\n${check}`));
};
