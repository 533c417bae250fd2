// What keepalived takes for one virtual server: one block of the file, however many addresses and marks its group has.
import type { VirtualServer } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { checksOf } from './checks.ts';
import { checkerKey } from './key.ts';
import type { GroupMarks } from './marks/assign.ts';
import { markedServices } from './marks/marked-service.ts';

export interface ServiceBlock {
  /** Stands for all: its real servers are checked, its quorum counts. */
  readonly virtualServer: VirtualServer;
  /** Services of the table, one at least. Their real servers are the same in the same order, and may have other ports. */
  readonly members: readonly VirtualServer[];
  /** Those that were written: of an address each, where the members are of marks that nftables gives. */
  readonly written: readonly VirtualServer[];
}

/**
 * Members of one group block come together where their real servers and checks are alike, which addresses of one family are. With
 * `marks` those of a group that has one become the service of its mark (nftables_ipvs).
 */
export const serviceBlocks = (
  virtualServers: readonly VirtualServer[],
  marks: GroupMarks = noMarks,
): readonly ServiceBlock[] => {
  const blocks: { virtualServer: VirtualServer; readonly members: VirtualServer[] }[] = [];
  const groups = new Map<string, (typeof blocks)[number][]>();
  const alike = likeness();
  for (const vs of virtualServers) {
    const known = vs.groupKey === undefined ? undefined : (groups.get(vs.groupKey) ?? []);
    const block = known?.find(({ virtualServer }) => alike(virtualServer, vs));
    if (block !== undefined) {
      block.members.push(vs);
      // A mark has no protocol to name real servers by.
      if (block.virtualServer.target.kind === 'fwmark' && vs.target.kind === 'address') block.virtualServer = vs;
      continue;
    }
    const made = { virtualServer: vs, members: [vs] };
    blocks.push(made);
    if (known !== undefined && vs.groupKey !== undefined) groups.set(vs.groupKey, [...known, made]);
  }
  return blocks.map(({ virtualServer, members }) => ({
    virtualServer,
    members: markedServices(members, marks),
    written: members,
  }));
};

const noMarks: GroupMarks = new Map();

// Most members share one list, so that what is in it is looked at once.
const likeness = (): ((a: VirtualServer, b: VirtualServer) => boolean) => {
  const keys = new Map<VirtualServer['realServers'], string>();
  const keyOf = ({ realServers }: VirtualServer): string => {
    const known = keys.get(realServers);
    if (known !== undefined) return known;
    const key = JSON.stringify(realServers.map((rs) => [formatIp(rs.address), checksOf(rs).map(checkerKey)]));
    keys.set(realServers, key);
    return key;
  };
  return (a, b) => a.realServers === b.realServers || keyOf(a) === keyOf(b);
};
