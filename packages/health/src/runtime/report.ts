// What health says when it is asked: every server with its checks, and why the last one failed.
import type { VirtualServer } from '@vipward/config';
import { serviceKeyId, type TableEntry } from '@vipward/netlink';
import { type AnyCheck, checksOf } from '../machine/checks.ts';
import { groupMarkKey } from '../machine/marks/assign.ts';
import { realServerId, sorryServerId, virtualServerName } from '../machine/name.ts';
import type { Verdict } from '../machine/result.ts';
import type { ServerState, VirtualServerState } from '../machine/virtual-server.ts';
import type { Unit } from './unit.ts';

/** Plain data: it crosses processes and becomes JSON. */
export interface VirtualServerReport {
  /** serviceKeyId: `tcp 192.168.33.188:80`. */
  readonly service: string;
  /** As in the log: `[192.168.33.188]:tcp:80`. */
  readonly name: string;
  /** nftables_ipvs: the group and protocol (groupMarkKey) whose addresses this service of a mark stands for. */
  readonly standsFor?: string;
  readonly quorum: Verdict;
  /** destinationKeyId of the sorry server, and whether it takes the traffic. */
  readonly sorryServer?: { readonly server: string; readonly inUse: boolean } | undefined;
  readonly realServers: readonly RealServerReport[];
  /** Fewer are alive than panic_threshold wants: failed checks take nobody out. */
  readonly panic?: true;
  /** Real servers that left the file and keep their connections (drain_on_remove). */
  readonly leaving?: readonly { readonly server: string /** Seconds at most. */; readonly left: number }[];
}

export interface RealServerReport {
  /** destinationKeyId: `192.168.33.12:80`. */
  readonly server: string;
  readonly alive: boolean;
  /** The configured weight and what checks made of it. */
  readonly weight: number;
  /** Its weight in the table now, while slow_start lets it grow. */
  readonly growing?: number | undefined;
  /** What an operator has said of it: `drain`, `maintenance, by file`. */
  readonly condition?: string | undefined;
  readonly checks: readonly CheckReport[];
}

export interface CheckReport {
  readonly kind: AnyCheck['kind'];
  readonly verdict: Verdict;
  /** False: the verdict is the one it began with. */
  readonly tried: boolean;
  /** Failures in a row while the verdict is still up. */
  readonly failures: number;
  /** Why the last attempt failed; undefined once it passes again. */
  readonly lastFailure?: string | undefined;
}

export const reportOf = (
  vs: VirtualServer,
  { service }: Pick<TableEntry, 'service'>,
  state: VirtualServerState,
  units: readonly (readonly Unit[])[],
  more: {
    readonly condition: (server: number) => string;
    readonly place: (server: number) => number | undefined;
  } = { condition: () => '', place: () => undefined },
): VirtualServerReport => ({
  service: serviceKeyId(service.key),
  name: virtualServerName(vs),
  ...standsFor(vs),
  quorum: state.quorum,
  sorryServer: vs.sorryServer && {
    server: sorryServerId(vs, vs.sorryServer),
    inUse: state.quorum === 'down',
  },
  realServers: vs.realServers.map((rs, i) => ({
    server: realServerId(vs, rs),
    alive: state.servers[i]?.alive ?? true,
    weight: state.servers[i]?.weight ?? rs.weight,
    ...wordsOf(more.condition(i), state.servers[i], more.place(i)),
    checks: checksOf(rs).flatMap(({ kind }, j) => {
      const unit = units[i]?.[j];
      if (unit === undefined) return [];
      const { verdict, hasRun, failures } = unit.state;
      return [{ kind, verdict, tried: hasRun, failures, lastFailure: unit.lastFailure }];
    }),
  })),
  ...(state.panic && { panic: true }),
});

const standsFor = (vs: VirtualServer): Pick<VirtualServerReport, 'standsFor'> => {
  const key = vs.target.kind === 'fwmark' ? groupMarkKey(vs) : undefined;
  return key === undefined ? {} : { standsFor: key };
};

const wordsOf = (
  condition: string,
  server: ServerState | undefined,
  place: number | undefined,
): Pick<RealServerReport, 'condition' | 'growing'> => ({
  ...(condition === '' ? {} : { condition }),
  ...(server?.since !== undefined && server.alive && place !== undefined && place > 0 && place < server.weight
    ? { growing: place }
    : {}),
});
