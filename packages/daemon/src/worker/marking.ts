// Whether packets for groups get marks by nftables (nftables_ipvs), in step with the services of the table.
import type { Config } from '@vipward/config';
import type { GroupMarks } from '@vipward/health/marks';
import { type LvsTable, serviceKeyId } from '@vipward/netlink';

export interface GroupMarking {
  /** The marks of a configuration, if it has any; nothing is written yet. */
  take(config: Pick<Config, 'global' | 'virtualServers'>): GroupMarks | undefined;
  /** Writes what take() said; false: it cannot be, and no packet gets a mark. Never rejects. */
  settle(): Promise<boolean>;
  /** For `previous` of a later run. */
  saved(): unknown;
  close(how: { readonly keep: boolean }): Promise<void>;
}

/** Loaded where a configuration, or what an earlier run left, has marks. */
export const marksWanted = ({ global }: Pick<Config, 'global'>, previous: unknown): boolean =>
  global.nftablesIpvs !== undefined || previous !== undefined;

/**
 * While marks change, services of both times are there: a packet finds one by the mark that it has now or had before, or by its
 * address. IPVS looks for the mark first and then for the address, so only a mark that leads to no server yet would do harm.
 */
export const withServicesOf = (before: LvsTable, table: LvsTable): LvsTable => {
  const now = new Set(table.map(({ service }) => serviceKeyId(service.key)));
  return [...table, ...before.filter(({ service }) => !now.has(serviceKeyId(service.key)))];
};
