// The virtual server machine: which real servers are alive, whether that makes a quorum, whether the sorry server is in.
import type { VirtualServer } from '@vipward/config';
import {
  gainedQuorum,
  type HealthEvent,
  lostQuorum,
  realServerEvent,
  startsWithoutQuorum,
  startsWithQuorum,
  weightEvent,
} from './event.ts';
import type { Verdict } from './result.ts';

export interface ServerState {
  readonly alive: boolean;
  /** The configured weight, or what a misc_dynamic script made of it. */
  readonly weight: number;
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
  | { readonly kind: 'down'; readonly server: number; readonly reason: string }
  | { readonly kind: 'weight'; readonly server: number; readonly weight: number };

export interface VirtualServerStep {
  readonly state: VirtualServerState;
  readonly events: readonly HealthEvent[];
}

/** `quorum` is what was known before a reload or restart; without it the server starts anew. */
export const startVirtualServer = (
  vs: VirtualServer,
  servers: readonly ServerState[],
  quorum?: Verdict,
): VirtualServerStep => {
  const aliveWeight = servers.reduce((sum, { alive, weight }) => sum + (alive ? weight : 0), 0);
  const step = settle(vs, { quorum: quorum ?? 'down', servers, aliveWeight }, []);
  if (quorum !== undefined) return step;
  if (step.state.quorum === 'up') return { state: step.state, events: startsWithQuorum(vs, aliveWeight) };
  // keepalived says this only where it means something: when the sorry server goes in at once.
  return { state: step.state, events: vs.sorryServer === undefined ? [] : startsWithoutQuorum(vs, aliveWeight) };
};

export const stepVirtualServer = (
  vs: VirtualServer,
  state: VirtualServerState,
  event: VirtualServerEvent,
): VirtualServerStep => {
  const before = state.servers[event.server];
  const rs = vs.realServers[event.server];
  if (before === undefined || rs === undefined) return { state, events: [] };
  const after: ServerState =
    event.kind === 'weight' ? { ...before, weight: event.weight } : { ...before, alive: event.kind === 'up' };
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

const liveWeight = ({ alive, weight }: ServerState): number => (alive ? weight : 0);
