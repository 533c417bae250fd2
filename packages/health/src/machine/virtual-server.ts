// The virtual server machine: which real servers are alive, whether that makes a quorum, whether the sorry server is in.
import type { RealServer, VirtualServer } from '@vipward/config';
import type { Millis } from '@vipward/sockets';
import type { Out } from './condition.ts';
import {
  gainedQuorum,
  type HealthEvent,
  lostQuorum,
  notUpEvent,
  outEvent,
  panicEvent,
  realServerEvent,
  startsUpEvents,
  startsWithoutQuorum,
  startsWithQuorum,
  staysInPanic,
  stopEvents,
  weightEvent,
} from './event.ts';
import { alivePercent, inPanic } from './panic.ts';
import type { Verdict } from './result.ts';

export interface ServerState {
  readonly alive: boolean;
  /** The configured weight and what checks made of it. */
  readonly weight: number;
  /** Down since the start without a check having failed yet, so that nobody has been told. */
  readonly unheard?: boolean;
  /** An operator has taken it out: it takes no new connections and counts for no quorum. */
  readonly out?: Out | undefined;
  /** When it began to take connections, of one with slow_start; absent of one that did so from the start. */
  readonly since?: Millis | undefined;
}

export interface VirtualServerState {
  readonly quorum: Verdict;
  /** In the order of the configuration. */
  readonly servers: readonly ServerState[];
  /** Sum of the weights of the servers that are alive. */
  readonly aliveWeight: number;
  /** Fewer are alive than panic_threshold wants, so that failed checks take nobody out. */
  readonly panic?: boolean;
}

export type VirtualServerEvent =
  /** `at`: when, for slow_start. */
  | { readonly kind: 'up'; readonly server: number; readonly at?: Millis }
  /** Of a server that is down already: the first check of one that began as down has failed. */
  | { readonly kind: 'down'; readonly server: number; readonly reason: string }
  | { readonly kind: 'weight'; readonly server: number; readonly weight: number }
  /** An operator takes it out or lets it in again; `why` is for the log. */
  | {
      readonly kind: 'out';
      readonly server: number;
      readonly out: Out | undefined;
      readonly why: string;
      readonly at: Millis;
    };

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
  const aliveWeight = servers.reduce((sum, server) => sum + liveWeight(server), 0);
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
    return settle(vs, { ...state, servers }, [notUpEvent(vs, rs, event.reason)]);
  }
  const after = serverAfter(rs, before, event, state.panic === true);
  if (after.alive === before.alive && after.weight === before.weight && after.out === before.out) {
    return { state, events: [] };
  }
  const next: VirtualServerState = {
    ...state,
    servers: state.servers.with(event.server, after),
    aliveWeight: state.aliveWeight + liveWeight(after) - liveWeight(before),
  };
  const step = settle(vs, next, [saidOf(vs, rs, before, event)]);
  if (event.kind !== 'down' || step.state.panic !== true || isReplaced(vs, step.state)) return step;
  // "Removing" would not be true.
  const [first, ...more] = step.events;
  return first === undefined ? step : { state: step.state, events: [staysInPanic(first), ...more] };
};

const serverAfter = (rs: RealServer, before: ServerState, event: VirtualServerEvent, panic: boolean): ServerState => {
  switch (event.kind) {
    case 'weight':
      return { ...before, weight: event.weight };
    case 'out': {
      const begins = before.out !== undefined && event.out === undefined && rs.slowStart !== undefined;
      return { ...before, out: event.out, ...(begins && { since: event.at }) };
    }
    case 'down':
      return { ...before, alive: false, unheard: false, ...(before.since !== undefined && { since: undefined }) };
    case 'up': {
      // Beside those that failed, all with their whole weight, a server that is well must not have less.
      const begins = !before.alive && !panic && rs.slowStart !== undefined && event.at !== undefined;
      return { ...before, alive: true, unheard: false, ...(begins && { since: event.at }) };
    }
  }
};

const saidOf = (vs: VirtualServer, rs: RealServer, before: ServerState, event: VirtualServerEvent): HealthEvent => {
  switch (event.kind) {
    case 'weight':
      return weightEvent(vs, rs, before, event.weight);
    case 'out':
      return outEvent(vs, rs, before.out, event.out, event.why);
    case 'up':
      return realServerEvent(vs, rs, { verdict: 'up' });
    case 'down':
      return realServerEvent(vs, rs, { verdict: 'down', reason: event.reason });
  }
};

/** Gaining takes quorum + hysteresis; once there, it is lost below quorum - hysteresis. No weight at all is never enough. */
const settle = (vs: VirtualServer, before: VirtualServerState, said: readonly HealthEvent[]): VirtualServerStep => {
  const { state, events } = settlePanic(vs, before, said);
  const { quorum, aliveWeight } = state;
  if (quorum === 'down' && aliveWeight > 0 && aliveWeight >= vs.quorum + vs.hysteresis) {
    return { state: { ...state, quorum: 'up' }, events: [...events, ...gainedQuorum(vs, aliveWeight)] };
  }
  if (quorum === 'up' && (aliveWeight === 0 || aliveWeight < vs.quorum - vs.hysteresis)) {
    return { state: { ...state, quorum: 'down' }, events: [...events, ...lostQuorum(vs, aliveWeight)] };
  }
  return { state, events };
};

/** Said as it begins and as it ends, and not in between. */
const settlePanic = (
  vs: VirtualServer,
  state: VirtualServerState,
  events: readonly HealthEvent[],
): VirtualServerStep => {
  if (vs.panicThreshold === undefined) return { state, events };
  const panic = inPanic(vs, state.servers);
  if (panic === (state.panic ?? false)) return { state, events };
  const said = panicEvent(vs, panic, alivePercent(vs, state.servers), vs.panicThreshold);
  return { state: { ...state, panic }, events: [...events, said] };
};

/** What an orderly end means to a virtual server with omega: its servers that take traffic go down, and so does its quorum. */
export const stopVirtualServer = (vs: VirtualServer, state: VirtualServerState): readonly HealthEvent[] =>
  vs.omega ? stopEvents(vs, inUse(vs, state)) : [];

/** The real servers that take traffic: behind a sorry server none. */
export const inUse = (vs: VirtualServer, state: VirtualServerState): readonly RealServer[] =>
  isReplaced(vs, state)
    ? []
    : vs.realServers.filter((_, i) => state.servers[i]?.alive === true && state.servers[i]?.out !== 'maintenance');

/** The sorry server takes the places of all. */
export const isReplaced = (vs: VirtualServer, { quorum }: VirtualServerState): boolean =>
  quorum === 'down' && vs.sorryServer !== undefined;

/** What counts for the quorum: all of a weight that still grows, nothing of a server that an operator has taken out. */
const liveWeight = ({ alive, weight, out }: ServerState): number => (alive && out === undefined ? weight : 0);
