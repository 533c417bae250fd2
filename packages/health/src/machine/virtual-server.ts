// The virtual server machine: which real servers are alive, whether that makes a quorum, whether the sorry server is in.
import type { RealServer, VirtualServer } from '@vipward/config';
import {
  gainedQuorum,
  type HealthEvent,
  lostQuorum,
  notUpEvent,
  realServerEvent,
  startsUpEvents,
  startsWithoutQuorum,
  startsWithQuorum,
  stopEvents,
  weightEvent,
} from './event.ts';
import type { Verdict } from './result.ts';

export interface ServerState {
  readonly alive: boolean;
  /** The configured weight and what checks made of it. */
  readonly weight: number;
  /** Down since the start without a check having failed yet, so that nobody has been told. */
  readonly unheard?: boolean;
}

export interface VirtualServerState {
  readonly quorum: Verdict;
  /** In the order of the configuration. */
  readonly servers: readonly ServerState[];
  /** Sum of the weights of the servers that are alive. */
  readonly aliveWeight: number;
}

export type VirtualServerEvent =
  | { readonly kind: 'up'; readonly server: number }
  /** Of a server that is down already: the first check of one that began as down has failed. */
  | { readonly kind: 'down'; readonly server: number; readonly reason: string }
  | { readonly kind: 'weight'; readonly server: number; readonly weight: number };

export interface VirtualServerStep {
  readonly state: VirtualServerState;
  readonly events: readonly HealthEvent[];
}

/**
 * `quorum` is what was known before a reload or restart; without it the server starts anew. `rsInitNotifies`
 * (rs_init_notifies): real servers that are up from the start are told of.
 */
export const startVirtualServer = (
  vs: VirtualServer,
  servers: readonly ServerState[],
  quorum?: Verdict,
  rsInitNotifies = false,
): VirtualServerStep => {
  const aliveWeight = servers.reduce((sum, { alive, weight }) => sum + (alive ? weight : 0), 0);
  const step = settle(vs, { quorum: quorum ?? 'down', servers, aliveWeight }, []);
  if (quorum !== undefined) return step;
  const up = rsInitNotifies ? startsUpEvents(vs, servers) : [];
  if (step.state.quorum === 'up') return { state: step.state, events: [...up, ...startsWithQuorum(vs, aliveWeight)] };
  // keepalived says this only where it means something: when the sorry server goes in at once.
  return {
    state: step.state,
    events: vs.sorryServer === undefined ? up : [...up, ...startsWithoutQuorum(vs, aliveWeight)],
  };
};

export const stepVirtualServer = (
  vs: VirtualServer,
  state: VirtualServerState,
  event: VirtualServerEvent,
): VirtualServerStep => {
  const before = state.servers[event.server];
  const rs = vs.realServers[event.server];
  if (before === undefined || rs === undefined) return { state, events: [] };
  if (event.kind === 'down' && !before.alive) {
    if (!before.unheard) return { state, events: [] };
    const servers = state.servers.with(event.server, { ...before, unheard: false });
    return { state: { ...state, servers }, events: [notUpEvent(vs, rs, event.reason)] };
  }
  const after: ServerState =
    event.kind === 'weight'
      ? { ...before, weight: event.weight }
      : { ...before, alive: event.kind === 'up', unheard: false };
  if (after.alive === before.alive && after.weight === before.weight) return { state, events: [] };
  const next: VirtualServerState = {
    ...state,
    servers: state.servers.with(event.server, after),
    aliveWeight: state.aliveWeight + liveWeight(after) - liveWeight(before),
  };
  const said =
    event.kind === 'weight'
      ? weightEvent(vs, rs, before, event.weight)
      : realServerEvent(vs, rs, event.kind === 'up' ? { verdict: 'up' } : { verdict: 'down', reason: event.reason });
  return settle(vs, next, [said]);
};

/** Gaining takes quorum + hysteresis; once there, it is lost below quorum - hysteresis. No weight at all is never enough. */
const settle = (vs: VirtualServer, state: VirtualServerState, events: readonly HealthEvent[]): VirtualServerStep => {
  const { quorum, aliveWeight } = state;
  if (quorum === 'down' && aliveWeight > 0 && aliveWeight >= vs.quorum + vs.hysteresis) {
    return { state: { ...state, quorum: 'up' }, events: [...events, ...gainedQuorum(vs, aliveWeight)] };
  }
  if (quorum === 'up' && (aliveWeight === 0 || aliveWeight < vs.quorum - vs.hysteresis)) {
    return { state: { ...state, quorum: 'down' }, events: [...events, ...lostQuorum(vs, aliveWeight)] };
  }
  return { state, events };
};

/** What an orderly end means to a virtual server with omega: its servers that take traffic go down, and so does its quorum. */
export const stopVirtualServer = (vs: VirtualServer, state: VirtualServerState): readonly HealthEvent[] =>
  vs.omega ? stopEvents(vs, inUse(vs, state)) : [];

/** The real servers that take traffic: behind a sorry server none. */
export const inUse = (vs: VirtualServer, state: VirtualServerState): readonly RealServer[] =>
  state.quorum === 'down' && vs.sorryServer !== undefined
    ? []
    : vs.realServers.filter((_, i) => state.servers[i]?.alive === true);

const liveWeight = ({ alive, weight }: ServerState): number => (alive ? weight : 0);
