// nftables_ipvs: the nftables tables that give packets for groups the marks of their services.
import type { Config } from '@vipward/config';
import { assignMarks, type GroupMarks, type MarkMemory, markMemoryFrom, marksRuleset } from '@vipward/health/marks';
import { type Nftables, NftTables, nftFamily, type WantedTable } from '@vipward/netlink/nftables';
import type { Clock } from '@vipward/sockets';
import type { GroupMarking } from './marking.ts';

export interface GroupMarkingParts {
  readonly nftables: Nftables;
  readonly clock: Clock;
  readonly log: { warning(text: string): void; error(text: string): void };
  /** What `saved` of an earlier run was, as JSON.parse gives it. */
  readonly previous: unknown;
  /** Must be written down before the kernel is touched. */
  readonly onProgress: () => void;
}

const TABLE = 'keepalived_ipvs';
const PRIORITY = -1;
const FIRST_MARK = 1000;
const FAMILIES = [4, 6] as const;

export const createGroupMarking = ({ previous, onProgress, nftables, ...parts }: GroupMarkingParts): GroupMarking => {
  const saved = savedMarks(previous);
  let memory: MarkMemory | undefined = saved.memory;
  let wanted: readonly WantedTable[] = [];
  const tables = new NftTables({
    ...parts,
    ...nftables,
    onProgress,
    code: 'LVS_MARKS',
    without: 'nftables_ipvs has no effect, and each address of a virtual_server_group is a service of its own',
    named: 'nftables_ipvs',
  });
  tables.remember(saved.tables);
  return {
    take({ global, virtualServers }: Pick<Config, 'global' | 'virtualServers'>): GroupMarks | undefined {
      const { nftablesIpvs, nftablesIpvsPriority = PRIORITY, nftablesIpvsStartFwmark = FIRST_MARK } = global;
      wanted = [];
      if (nftablesIpvs === undefined || virtualServers.every(({ groupMark }) => groupMark === undefined)) {
        memory = undefined;
        return undefined;
      }
      const assigned = assignMarks(virtualServers, memory, nftablesIpvsStartFwmark);
      memory = assigned.memory;
      const table = nftablesIpvs === '' ? TABLE : nftablesIpvs;
      const settings = { table, priority: nftablesIpvsPriority };
      wanted = FAMILIES.map((family) => ({
        ...{ family, table },
        objects: marksRuleset(family, virtualServers, assigned.marks, settings),
      }));
      return assigned.marks;
    },
    async settle() {
      // What others change is put back as it is now, and not as a reload under way will have it.
      const now = wanted;
      onProgress();
      if (await tables.settle(() => now)) return true;
      tables.remember(now.map(keyOf));
      wanted = [];
      await tables.settle(() => []);
      return false;
    },
    saved: () => ({ ...memory, tables: [...new Set([...tables.saved, ...wanted.map(keyOf)])] }),
    close: (how) => tables.close(how),
  };
};

const keyOf = ({ family, table }: WantedTable): string => `${nftFamily(family)} ${table}`;

const savedMarks = (
  previous: unknown,
): { readonly memory: MarkMemory | undefined; readonly tables: readonly string[] } => {
  const tables =
    typeof previous === 'object' && previous !== null && 'tables' in previous && Array.isArray(previous.tables)
      ? previous.tables.filter((one) => typeof one === 'string')
      : [];
  return { memory: markMemoryFrom(previous), tables };
};
