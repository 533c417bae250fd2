// One running virtual server, or one group of them: its checkers, its machine, and its part of the table.
import type { TrackFile, VirtualServer } from '@vipward/config';
import { serviceKeyId, type TableEntry } from '@vipward/netlink';
import type { Cancel, PresenceWatcher, WatchFile } from '@vipward/sockets';
import { type Condition, conditionText, outOf } from '../machine/condition.ts';
import { type HealthEvent, realServerEvent } from '../machine/event.ts';
import { healthOf, isAlive, type KnownServer, type VirtualServerHealth } from '../machine/health-state.ts';
import { realServerKey } from '../machine/key.ts';
import { realServerId, virtualServerName } from '../machine/name.ts';
import type { NamedService, OrderAction, OrderAnswer } from '../machine/order.ts';
import { nextPlaceChange, placesOf } from '../machine/place.ts';
import { removedRealServers, removedVirtualServer } from '../machine/removal.ts';
import type { ServiceBlock } from '../machine/service-block.ts';
import type { IsHere } from '../machine/suspend.ts';
import { tableEntries } from '../machine/table.ts';
import { stepVirtualServer, stopVirtualServer, type VirtualServerEvent } from '../machine/virtual-server.ts';
import { weightOf } from '../machine/weight.ts';
import type { WatchBfd } from './bfd-news.ts';
import { firstStep } from './first-table.ts';
import { createOperatorWords, notesOf, wordOf } from './operator-words.ts';
import { reportOf, type VirtualServerReport } from './report.ts';
import { createServerUnits } from './server-units.ts';
import type { Unit, UnitContext, UnitOwner } from './unit.ts';

export interface ServerContext extends UnitContext {
  readonly log: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly isPresent: PresenceWatcher['isPresent'];
  readonly watchPresence: PresenceWatcher['watchPresence'];
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
  /** The services of the table that it is, each with its real servers in order. */
  names(): readonly NamedService[];
  /** An operator's word about the real server at that place. */
  order(
    server: number,
    action: OrderAction,
  ): Pick<Extract<OrderAnswer, { readonly ok: true }>, 'changed' | 'condition' | 'notes'>;
  /** Ends what it waits for; its units are ended apart. */
  close(): void;
  /** What an orderly end means to it. */
  stopEvents(): readonly HealthEvent[];
  units(): Iterable<Unit>;
  /** Every unit with the identity by which a reload finds it again; `key` as for health(). */
  unitsById(key: string): Iterable<readonly [string, Unit]>;
}

/** `key` is the identity of the block among all of them, for takeUnit. */
export const startServer = (context: ServerContext, block: ServiceBlock, key: string, known: KnownServer): Server => {
  const { virtualServer: vs, members } = block;
  const { clock } = context;
  const words = createOperatorWords(vs, known, context.isPresent);
  const first = firstStep(vs, known, words, context.rsInitNotifies);
  let state = first.state;
  let entries: readonly TableEntry[] | undefined;

  const currentEntries = (): readonly TableEntry[] => {
    entries ??= tableEntries(members, state, clock.now());
    return entries;
  };
  let cancelRamp: Cancel | undefined;
  const armRamp = (): void => {
    cancelRamp?.();
    const at = nextPlaceChange(vs, state, clock.now());
    cancelRamp =
      at === undefined
        ? undefined
        : clock.at(at, () => {
            entries = undefined;
            context.onEvents([]);
            armRamp();
          });
  };
  // What happens to a server in maintenance is nobody's business but the operator's, who knows.
  const isQuiet = (event: HealthEvent): boolean =>
    words.any() &&
    'realServer' in event &&
    event.kind !== 'out' &&
    state.servers[vs.realServers.indexOf(event.realServer)]?.out === 'maintenance';
  const report = (events: readonly HealthEvent[]): void => {
    const told = events.filter((event) => !isQuiet(event));
    for (const event of told) {
      if (event.kind === 'panic') context.warn(event.text);
      else if (event.text !== '') context.log(event.text);
    }
    context.onEvents(told);
  };
  const step = (event: VirtualServerEvent): void => {
    const next = stepVirtualServer(vs, state, event);
    if (next.state === state) return;
    state = next.state;
    entries = undefined;
    if (grows) armRamp();
    report(next.events);
  };
  const takeWord = (server: number, change: (before: Condition) => Condition, why = ''): void => {
    const rs = vs.realServers[server];
    const before = words.conditionOf(server);
    const next = change(before);
    const [was, out] = [outOf(before), outOf(next)];
    words.set(server, next);
    const alive = state.servers[server]?.alive ?? false;
    if (out === 'maintenance' && was !== 'maintenance') words.setWasAlive(server, alive);
    if (out !== was) step({ kind: 'out', server, out, why, at: clock.now() });
    else context.onEvents([]);
    if (was !== 'maintenance' || out === 'maintenance') return;
    const wasAlive = words.takeWasAlive(server) ?? alive;
    // Scripts have heard nothing meanwhile: now they hear what is other than before.
    if (wasAlive !== alive && rs !== undefined) {
      const reason = 'down as its maintenance ended';
      report([realServerEvent(vs, rs, alive ? { verdict: 'up' } : { verdict: 'down', reason })]);
    }
  };
  const owner: UnitOwner = {
    virtualServer: vs,
    name: virtualServerName(vs),
    logAllFailures: context.logAllFailures,
    onEffect(server, check, effect) {
      const of = units.rows[server] ?? [];
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
          else if (isAlive(of)) step({ kind: 'up', server, at: clock.now() });
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

  const grows = vs.realServers.some(({ slowStart }) => slowStart !== undefined);
  if (grows) armRamp();
  report(first.events);
  const unwatch = vs.realServers.flatMap(({ maintenanceFile: path }, i) =>
    path === undefined
      ? []
      : [context.watchPresence(path, (file) => takeWord(i, (before) => ({ ...before, file }), `, for ${path}`))],
  );
  const units = createServerUnits(context, block, key, known, owner);
  units.beginTold();

  return {
    begin: units.begin,
    addressesChanged: units.addressesChanged,
    health: (own) => ({
      key: own,
      ...healthOf(
        vs,
        state.quorum,
        (i, j) => {
          const unit = units.rows[i]?.[j];
          if (unit === undefined) throw new Error('a check without its unit');
          return unit.state;
        },
        (i) => words.keptOf(i, state.servers[i]?.since),
      ),
    }),
    reloadEvents(next) {
      if (next === undefined) return removedVirtualServer(vs, state);
      const stay = new Set(next.realServers.map(realServerKey));
      return removedRealServers(vs, state, (rs) => stay.has(realServerKey(rs)));
    },
    stopEvents: () => stopVirtualServer(vs, state),
    entries: currentEntries,
    report() {
      const places = placesOf(vs, state, clock.now());
      const more = {
        condition: (i: number) => conditionText(words.conditionOf(i)),
        place: (i: number) => places[i],
      };
      return currentEntries().map((entry, i) => reportOf(members[i] ?? vs, entry, state, units.rows, more));
    },
    names: () =>
      currentEntries().map(({ service }, i) => ({
        service: serviceKeyId(service.key),
        servers: (members[i] ?? vs).realServers.map((rs) => realServerId(members[i] ?? vs, rs)),
      })),
    order(server, action) {
      const before = conditionText(words.conditionOf(server));
      const quorum = state.quorum;
      takeWord(server, (condition) => ({ ...condition, ...wordOf[action] }));
      const condition = conditionText(words.conditionOf(server));
      return { changed: condition !== before, condition, notes: notesOf(vs, condition, quorum, state.quorum) };
    },
    close() {
      cancelRamp?.();
      for (const end of unwatch) end();
    },
    units: () => units.rows.flat(),
    unitsById: units.byId,
  };
};
