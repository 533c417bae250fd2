// The kernel's IPVS table as SNMP shows it, read as often as the configuration says.
import type { Config } from '@vipward/config';
import type { NetlinkIpvsKernel } from '@vipward/netlink';
import type { Snapshot } from '@vipward/snmp';
import type { Clock } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';
import { openConfiguredIpvs } from '../worker/ipvs-kernel.ts';

/** snmp_vs_stats_update_interval */
const usualStatsAgeMs = 5000;

export interface TableReader {
  read(config: Config): Promise<Snapshot['table']>;
  close(): void;
}

/** Counters are read together, as often as the shorter of the two intervals says. A kernel without IPVS has an empty table. */
export const createTableReader = (
  clock: Clock,
  log: Pick<Logger, 'warning'>,
  openKernel: (config: Config) => Promise<Pick<NetlinkIpvsKernel, 'table' | 'close'>> = openConfiguredIpvs,
): TableReader => {
  let kernel: ReturnType<typeof openKernel> | undefined;
  let last: { readonly at: number; readonly table: Promise<Snapshot['table']> } | undefined;
  let told = false;
  const fail = (error: unknown): Snapshot['table'] => {
    if (!told) log.warning(`SNMP: no statistics of IPVS: ${error instanceof Error ? error.message : String(error)}`);
    told = true;
    kernel = undefined;
    return [];
  };
  return {
    read(config) {
      const { snmpVsStatsUpdateInterval = usualStatsAgeMs, snmpRsStatsUpdateInterval } = config.global;
      const age = Math.min(snmpVsStatsUpdateInterval, snmpRsStatsUpdateInterval ?? snmpVsStatsUpdateInterval);
      if (last !== undefined && clock.now() - last.at < age) return last.table;
      kernel ??= openKernel(config);
      last = { at: clock.now(), table: kernel.then((open) => open.table()).catch(fail) };
      return last.table;
    },
    close: () => void kernel?.then((open) => open.close(), fail),
  };
};
