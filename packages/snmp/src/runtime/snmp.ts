// SNMP for one configuration: the subagent, the view it answers from, and traps in the order of what happened.
import type { Config } from '@vipward/config';
import type { Clock } from '@vipward/sockets';
import { type Part, partsFor } from '../mib/objects.ts';
import type { Snapshot } from '../mib/snapshot.ts';
import {
  newMasterTraps,
  type ServerChange,
  serverTraps,
  type Trap,
  type VrrpChange,
  vrrpTraps,
  wantsNewMaster,
} from '../mib/traps.ts';
import { type View, viewOf } from '../view/view.ts';
import { masterAddress, usualMaster } from './address.ts';
import { type Agent, type AgentParts, startAgent } from './agent.ts';
import { connectTo } from './connection.ts';

export interface SnmpOptions {
  readonly hostName: () => string;
  /** How things are now; what may be older says so itself. */
  readonly read: () => Promise<Snapshot>;
  readonly clock: Clock;
  readonly log: AgentParts['log'];
}

export interface Snmp {
  /** At the start and for every new configuration: another socket or other parts are a new session. */
  configure(config: Config): void;
  vrrpChanged(change: VrrpChange): void;
  serverChanged(change: ServerChange, stopping: boolean): void;
  /** Resolves when the traps of what has happened are on their way. */
  close(): Promise<void>;
}

/** A walk asks thousands of times: it sees one state for so long. */
const viewForMs = 1000;

export const startSnmp = ({ hostName, read, clock, log }: SnmpOptions): Snmp => {
  let agent: Agent | undefined;
  let parts: readonly Part[] = [];
  let identity = '';
  let config: Config | undefined;
  let latest: Snapshot | undefined;
  let seen: { readonly until: number; readonly view: Promise<View> } | undefined;
  let telling = Promise.resolve();

  const readNow = async (): Promise<Snapshot> => {
    latest = await read();
    return latest;
  };

  const view = (): Promise<View> => {
    if (seen !== undefined && clock.now() < seen.until) return seen.view;
    const fresh = readNow().then((snapshot) => viewOf(parts.flatMap(({ objects }) => objects(snapshot))));
    const next = { until: clock.now() + viewForMs, view: fresh };
    seen = next;
    fresh.catch(() => {
      if (seen === next) seen = undefined;
    });
    return fresh;
  };

  // One after the other, so that what happened first is told first.
  const tell = (of: (config: Config) => Promise<readonly Trap[]>): void => {
    if (config?.global.enableTraps !== true) return;
    const about = config;
    telling = telling
      .then(async () => {
        for (const variables of await of(about)) agent?.notify(variables);
      })
      .catch((error: unknown) => log.warning(`SNMP: ${error instanceof Error ? error.message : String(error)}`));
  };

  return {
    configure(next) {
      config = next;
      const { global } = next;
      seen = undefined;
      parts = partsFor(global);
      const address = global.snmpSocket ?? usualMaster;
      const wanted = JSON.stringify([address, parts.map(({ subtree }) => subtree)]);
      if (wanted === identity) return;
      identity = wanted;
      agent?.close();
      agent =
        parts.length === 0
          ? undefined
          : startAgent({ connect: connectTo(masterAddress(address)), address, regions: parts, view, clock, log });
    },
    vrrpChanged: (change) =>
      tell(async (of) => [
        ...vrrpTraps({ config: of, hostName: hostName() }, change),
        ...(wantsNewMaster({ config: of }, change) ? newMasterTraps(await readNow(), change) : []),
      ]),
    serverChanged: (change, stopping) =>
      tell(async () => {
        // A worker that ends does not answer any more: what it said last is how it was.
        const snapshot = stopping && latest !== undefined ? latest : await readNow();
        return serverTraps(snapshot, change, stopping);
      }),
    async close() {
      await telling;
      agent?.close();
    },
  };
};
