// What is known of every server, in the order of the configuration, and how it survives a new configuration.
import type { RealServer, VirtualServer } from '@vipward/config';
import type { Millis } from '@vipward/sockets';
import { type CheckerState, newChecker } from './checker.ts';
import { type AnyCheck, checksOf, movesWeight, startsDown, urlsOf } from './checks.ts';
import type { Out } from './condition.ts';
import { distinct, keysWithin, virtualServerKey } from './key.ts';
import type { Verdict } from './result.ts';
import { serviceBlocks } from './service-block.ts';
import type { ServerState } from './virtual-server.ts';
import { weightOf } from './weight.ts';

/** What is known of one virtual server, without the keys under which it is found again. */
export interface KnownServer {
  readonly quorum: Verdict | undefined;
  readonly realServers: readonly { readonly checkers: readonly KnownChecker[]; readonly kept?: Kept | undefined }[];
}

/** What is kept of a real server besides its checks; nothing of most. */
export interface Kept {
  /** By command; what a file says is read again. */
  readonly drain?: boolean;
  readonly maintenance?: boolean;
  /** Whether it was alive as its maintenance began: what scripts know of it. */
  readonly wasAlive?: boolean;
  /** When it came up, of one with slow_start. */
  readonly since?: Millis;
}

export interface KnownChecker {
  readonly state: CheckerState;
}

export interface HealthState {
  readonly virtualServers: readonly VirtualServerHealth[];
}

export interface VirtualServerHealth {
  readonly key: string;
  /** Undefined until the server has started once. */
  readonly quorum: Verdict | undefined;
  readonly realServers: readonly RealServerHealth[];
}

export interface RealServerHealth {
  readonly key: string;
  readonly checkers: readonly CheckerHealth[];
  readonly kept?: Kept | undefined;
}

export interface CheckerHealth {
  readonly key: string;
  readonly state: CheckerState;
}

/** Nothing known yet: every server is up, but for those whose checkers are alpha. */
export const initialHealth = (virtualServers: readonly VirtualServer[]): HealthState =>
  carryOver({ virtualServers: [] }, virtualServers);

/** The same without keys, which only a reload or a restart needs: making them is most of the work. */
export const knownServers = (old: HealthState, virtualServers: readonly VirtualServer[]): readonly KnownServer[] =>
  old.virtualServers.length > 0
    ? carryOver(old, virtualServers).virtualServers
    : virtualServers.map(({ realServers }) => ({ quorum: undefined, realServers: realServers.map(newRealServer) }));

/** What is known of `vs` now, with its keys: `stateOf` says what became of each check. */
export const healthOf = (
  vs: VirtualServer,
  quorum: Verdict | undefined,
  stateOf: (server: number, checker: number) => CheckerState,
  keptOf: (server: number) => Kept | undefined = () => undefined,
): Omit<VirtualServerHealth, 'key'> => {
  const keys = keysWithin(vs);
  return {
    quorum,
    realServers: keys.realServers.map((key, i) => ({
      key,
      checkers: (keys.checks[i] ?? []).map((check, j) => ({ key: check, state: stateOf(i, j) })),
      kept: keptOf(i),
    })),
  };
};

/** The keys of virtual servers, in their order. */
export const virtualServerKeys = (virtualServers: readonly VirtualServer[]): readonly string[] =>
  distinct(virtualServers.map(virtualServerKey));

/**
 * The state for a new configuration: what was known of the same virtual server, real server and check stays, the rest
 * is dropped. A new check of a known real server begins with that server's verdict, so that a reload neither lets a dead
 * server in nor takes a serving one out. The members of a group have one state.
 */
export const carryOver = (old: HealthState, written: readonly VirtualServer[]): HealthState => {
  const virtualServers = serviceBlocks(written).map(({ virtualServer }) => virtualServer);
  const known = byKey(old.virtualServers);
  const keys = virtualServerKeys(virtualServers);
  return {
    virtualServers: virtualServers.map((vs, i) => carryVirtualServer(keys[i] ?? '', known.get(keys[i] ?? ''), vs)),
  };
};

/** Of a state what operators have said, and nothing else: that outlives an orderly stop. Undefined when nothing was said. */
export const wordsOf = (state: HealthState): HealthState | undefined => {
  const virtualServers = state.virtualServers.flatMap(({ key, realServers }) => {
    const said = realServers.flatMap(({ key: own, kept }) =>
      kept?.drain || kept?.maintenance
        ? [
            {
              key: own,
              checkers: [],
              kept: { drain: kept.drain ?? false, maintenance: kept.maintenance ?? false },
            },
          ]
        : [],
    );
    return said.length === 0 ? [] : [{ key, quorum: undefined, realServers: said }];
  });
  return virtualServers.length === 0 ? undefined : { virtualServers };
};

/** A real server is alive when all its checks pass; one without checks always is. */
export const isAlive = (checkers: Iterable<{ readonly state: CheckerState }>): boolean => {
  for (const { state } of checkers) if (state.verdict === 'down') return false;
  return true;
};

/** Alive or not, and the weight it has, of every real server of `vs`. */
export const serverStates = (
  vs: VirtualServer,
  health: KnownServer,
  outOf: (server: number) => Out | undefined = () => undefined,
): readonly ServerState[] =>
  vs.realServers.map((rs, i) => {
    const checkers = health.realServers[i]?.checkers ?? [];
    const alive = isAlive(checkers);
    const out = outOf(i);
    const since = rs.slowStart === undefined ? undefined : health.realServers[i]?.kept?.since;
    const state = { alive, unheard: !alive && isUnheard(checkers), weight: weightOf(rs, checkers) };
    return out === undefined && since === undefined ? state : { ...state, out, since };
  });

const isUnheard = (checkers: readonly KnownChecker[]): boolean =>
  checkers.every(({ state }) => state.verdict === 'up' || !state.hasRun);

/** Most real servers have one check, and nothing is known of it: those all share a value. */
const newRealServer = (rs: RealServer): KnownServer['realServers'][number] => {
  const [check, ...more] = checksOf(rs);
  if (check === undefined) return unchecked;
  if (more.length === 0) return startsDown(check) ? untriedDown : untriedUp;
  return { checkers: checksOf(rs).map((each) => ({ state: newChecker(startsDown(each) ? 'down' : 'up') })) };
};

const unchecked = { checkers: [] };
const untriedUp = { checkers: [{ state: newChecker('up') }] };
const untriedDown = { checkers: [{ state: newChecker('down') }] };

const carryVirtualServer = (
  key: string,
  old: VirtualServerHealth | undefined,
  vs: VirtualServer,
): VirtualServerHealth => {
  const known = byKey(old?.realServers ?? []);
  const keys = keysWithin(vs);
  return {
    key,
    quorum: old?.quorum,
    realServers: vs.realServers.map((rs, i) => {
      const own = keys.realServers[i] ?? '';
      return carryRealServer(own, keys.checks[i] ?? [], known.get(own), rs, old?.quorum !== undefined);
    }),
  };
};

/** `judged`: the server has run before, so that its verdicts say something; an orderly stop leaves nothing but words. */
const carryRealServer = (
  key: string,
  keys: readonly string[],
  old: RealServerHealth | undefined,
  rs: RealServer,
  judged: boolean,
): RealServerHealth => {
  const known = byKey(old?.checkers ?? []);
  const checks = checksOf(rs);
  const verdictOf = (checker: AnyCheck): Verdict => {
    if (old !== undefined && (judged || old.checkers.length > 0)) return isAlive(old.checkers) ? 'up' : 'down';
    return startsDown(checker) ? 'down' : 'up';
  };
  return {
    key,
    checkers: checks.map((checker, i) => ({
      key: keys[i] ?? '',
      state: carryChecker(checker, known.get(keys[i] ?? '')?.state) ?? newChecker(verdictOf(checker)),
    })),
    ...(old?.kept === undefined ? {} : { kept: old.kept }),
  };
};

/** The place in the round of urls may come from a file: it must lie within the urls there are. */
const carryChecker = (checker: AnyCheck, state: CheckerState | undefined): CheckerState | undefined => {
  if (state === undefined) return undefined;
  const kept = movesWeight(checker) || state.weight === undefined ? state : { ...state, weight: undefined };
  return kept.url < urlsOf(checker).length || kept.url === 0 ? kept : { ...kept, url: 0, urlFailed: false };
};

const byKey = <T extends { readonly key: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.key, item]));
