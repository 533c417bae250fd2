// What SNMP shows, gathered: the configuration, the workers' status, this host's interfaces and the kernel's IPVS table.
import type { Config } from '@vipward/config';
import { type Snapshot, startSnmp } from '@vipward/snmp';
import type { Clock } from '@vipward/sockets';
import { hostLinks } from '../command/host-links.ts';
import type { DaemonStatus } from '../control/protocol.ts';
import type { Logger } from '../log/logger.ts';
import type { ServerNotice, StateChange } from './messages.ts';
import { createTableReader } from './snmp-table.ts';

export interface MonitoringParts {
  /** As -v says it. */
  readonly version: string;
  readonly hostName: () => string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly status: () => Promise<Pick<DaemonStatus, 'instances' | 'services' | 'bfdSessions'>>;
  /** Whether the daemon is on its way out. */
  readonly stopping: () => boolean;
}

export interface SnmpSide {
  configure(config: Config): void;
  vrrpChanged(change: StateChange): void;
  serversChanged(notices: readonly ServerNotice[]): void;
  close(): Promise<void>;
}

export const createSnmpSide = ({ version, hostName, clock, log, status, stopping }: MonitoringParts): SnmpSide => {
  let config: Config | undefined;
  const table = createTableReader(clock, log);
  const read = async (): Promise<Snapshot> => {
    if (config === undefined) throw new Error('there is no configuration yet');
    const of = config;
    const [{ instances, services, bfdSessions }, links, entries] = await Promise.all([
      status(),
      hostLinks(),
      of.global.enableSnmpChecker ? table.read(of) : [],
    ]);
    return {
      version,
      hostName: hostName(),
      config: of,
      instances,
      services,
      bfdUp: new Set(bfdSessions.filter(({ state }) => state === 'Up').map(({ name }) => name)),
      interfaces: new Map((links ?? []).map((link) => [link.name, link])),
      table: entries,
    };
  };
  const snmp = startSnmp({ hostName, read, clock, log });
  return {
    configure(next) {
      config = next;
      snmp.configure(next);
    },
    vrrpChanged: (change) => snmp.vrrpChanged(change),
    serversChanged(notices) {
      for (const { change } of notices) if (change !== undefined) snmp.serverChanged(change, stopping());
    },
    async close() {
      await snmp.close();
      table.close();
    },
  };
};
