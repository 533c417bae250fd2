// nftables_ipvs: the tables that give packets for the addresses of groups their marks, as keepalived has them, in the JSON of
// libnftables-json(5).
import type { Protocol, VirtualServer } from '@vipward/config';
import type { IpFamily } from '@vipward/config/address';
import { NFT_TAG, type NftObject, nftFamily } from '@vipward/netlink/nftables';
import { addressRanges, type Numbered, shownRange } from './address-range.ts';
import { type GroupMarks, groupMarkKey } from './assign.ts';

export interface MarkTableSettings {
  /** nftables_ipvs: the name of the tables. */
  readonly table: string;
  /** nftables_ipvs_priority of the chain. */
  readonly priority: number;
}

const PROTOCOLS: readonly Lowercase<Protocol>[] = ['tcp', 'udp', 'sctp'];

/**
 * What lies in the table of one family; empty when nobody of it has a mark. The chain stands at input, which packets for addresses
 * of this host pass before IPVS sees them. An address without port (0) means every port that none else has: a map of its own.
 */
export const marksRuleset = (
  family: IpFamily,
  virtualServers: readonly VirtualServer[],
  marks: GroupMarks,
  { table, priority }: MarkTableSettings,
): readonly NftObject[] => {
  const own = numbered(family, virtualServers, marks);
  const place = { family: nftFamily(family), table };
  const chain = 'in';
  const daddr = { payload: { protocol: nftFamily(family), field: 'daddr' } };
  const map = (name: string, type: unknown, elem: readonly unknown[]): NftObject => ({
    map: { ...place, name, type, map: 'mark', flags: ['interval'], elem },
  });
  const rule = (key: unknown, name: string, ...matches: readonly object[]): NftObject => ({
    rule: {
      ...{ ...place, chain, comment: NFT_TAG },
      expr: [
        ...matches,
        { mangle: { key: { meta: { key: 'mark' } }, value: { map: { key, data: `@${name}` } } } },
        { return: null },
      ],
    },
  });
  const addressType = family === 4 ? 'ipv4_addr' : 'ipv6_addr';
  const maps: NftObject[] = [];
  const rules: NftObject[] = [];
  const others: NftObject[] = [];
  for (const protocol of PROTOCOLS) {
    const here = own.get(protocol) ?? [];
    const [exact, any] = [here.filter(({ port }) => port !== 0), here.filter(({ port }) => port === 0)];
    if (exact.length > 0) {
      const elements = addressRanges(exact).map((range) => [
        { concat: [shownRange(family, range), range.port] },
        range.mark,
      ]);
      maps.push(map(`${protocol}_map`, [addressType, 'inet_service'], elements));
      rules.push(rule({ concat: [daddr, { payload: { protocol, field: 'dport' } }] }, `${protocol}_map`));
    }
    if (any.length > 0) {
      const elements = addressRanges(any).map((range) => [shownRange(family, range), range.mark]);
      maps.push(map(`${protocol}_any_map`, addressType, elements));
      const ofProtocol = { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: protocol } };
      others.push(rule(daddr, `${protocol}_any_map`, ofProtocol));
    }
  }
  if (maps.length === 0) return [];
  const base = { chain: { ...place, name: chain, type: 'filter', hook: 'input', prio: priority, policy: 'accept' } };
  return [...maps, base, ...rules, ...others];
};

const numbered = (
  family: IpFamily,
  virtualServers: readonly VirtualServer[],
  marks: GroupMarks,
): ReadonlyMap<string, readonly Numbered[]> => {
  const found = new Map<string, Numbered[]>();
  for (const vs of virtualServers) {
    const key = groupMarkKey(vs);
    const mark = key === undefined ? undefined : marks.get(key);
    if (mark === undefined || vs.family !== family || vs.target.kind !== 'address') continue;
    const protocol = (vs.protocol ?? 'UDP').toLowerCase();
    const known = found.get(protocol) ?? [];
    found.set(protocol, known);
    known.push({ address: vs.target.address, port: vs.target.port, mark });
  }
  return found;
};
