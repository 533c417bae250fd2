// What an operator has said of the real servers of one virtual server, and what answers say of it besides.
import type { VirtualServer } from '@vipward/config';
import { type Condition, untouched } from '../machine/condition.ts';
import type { Kept, KnownServer } from '../machine/health-state.ts';
import type { OrderAction } from '../machine/order.ts';
import type { Verdict } from '../machine/result.ts';

export interface OperatorWords {
  conditionOf(server: number): Condition;
  set(server: number, condition: Condition): void;
  /** Whether there is any. */
  any(): boolean;
  /** What scripts know of a server in maintenance. */
  setWasAlive(server: number, alive: boolean): void;
  takeWasAlive(server: number): boolean | undefined;
  /** For a reload or restart; undefined where there is nothing to keep. */
  keptOf(server: number, since: number | undefined): Kept | undefined;
}

/** Of most real servers nothing has been said: only the others are held. */
export const createOperatorWords = (
  vs: VirtualServer,
  known: KnownServer,
  isPresent: (path: string) => boolean,
): OperatorWords => {
  const conditions = new Map<number, Condition>();
  const wasAlive = new Map<number, boolean>();
  for (const [i, rs] of vs.realServers.entries()) {
    const kept = known.realServers[i]?.kept;
    const file = rs.maintenanceFile !== undefined && isPresent(rs.maintenanceFile);
    const condition = { drain: kept?.drain ?? false, maintenance: kept?.maintenance ?? false, file };
    if (condition.drain || condition.maintenance || file) conditions.set(i, condition);
    if ((condition.maintenance || file) && kept?.wasAlive !== undefined) wasAlive.set(i, kept.wasAlive);
  }
  return {
    conditionOf: (server) => conditions.get(server) ?? untouched,
    set(server, condition) {
      if (condition.drain || condition.maintenance || condition.file) conditions.set(server, condition);
      else conditions.delete(server);
    },
    any: () => conditions.size > 0,
    setWasAlive: (server, alive) => void wasAlive.set(server, alive),
    takeWasAlive(server) {
      const alive = wasAlive.get(server);
      wasAlive.delete(server);
      return alive;
    },
    keptOf(server, since) {
      const condition = conditions.get(server);
      const alive = wasAlive.get(server);
      if (condition === undefined && since === undefined) return undefined;
      return {
        ...(condition?.drain && { drain: true }),
        ...(condition?.maintenance && { maintenance: true }),
        ...(alive !== undefined && { wasAlive: alive }),
        ...(since !== undefined && { since }),
      };
    },
  };
};

/** What a command changes; a file is stronger, and only its removal ends what it says. */
export const wordOf: Readonly<Record<OrderAction, Partial<Condition>>> = {
  drain: { drain: true },
  undrain: { drain: false },
  'maintenance-on': { maintenance: true },
  'maintenance-off': { maintenance: false },
};

/** What an operator should know of the server and its service as it is now. */
export const notesOf = (vs: VirtualServer, condition: string, before: Verdict, after: Verdict): readonly string[] => [
  ...(before === 'up' && after === 'down'
    ? [`the service has no quorum now${vs.sorryServer === undefined ? '' : ': its sorry server takes the traffic'}`]
    : []),
  ...(condition !== '' && vs.persistenceTimeout !== undefined ? [persistenceNote] : []),
];

/** ip_vs looks at these when a client with a persistence template comes again. */
export const persistenceNote =
  'the service is persistent: clients that it knows come back to a server of weight 0 unless net.ipv4.vs.expire_quiescent_template is 1, and to one that is gone unless net.ipv4.vs.expire_nodest_conn is 1';
