// nftables_ipvs: marks for the addresses of groups, one for each group and protocol.

import type { IpFamily } from '../address.ts';
import type { GlobalDefs, VirtualServer } from '../model.ts';
import type { GroupMember } from './server-group.ts';

/** keepalived's, where nftables_ipvs_start_fwmark is not written. */
const FIRST_MARK = 1000;

/** Ports of real servers behind a mark, by groupKey and family. */
export type PortsBehindMarks = ReadonlyMap<string, ReadonlyMap<IpFamily, readonly number[]>>;

/** keepalived leaves a group with marks of its own as it is. */
export const takesMark = (members: readonly GroupMember[]): boolean =>
  members.every(({ target }) => target.kind === 'address');

/** Marks count in the order of the file; those that the file itself names are left out, which keepalived forgets. */
export const markGroups = (
  servers: readonly VirtualServer[],
  ports: PortsBehindMarks,
  { nftablesIpvsStartFwmark = FIRST_MARK }: Pick<GlobalDefs, 'nftablesIpvsStartFwmark'>,
): readonly VirtualServer[] => {
  const written = new Set(servers.flatMap(({ target }) => (target.kind === 'fwmark' ? [target.mark] : [])));
  const marks = new Map<string, number>();
  let next = nftablesIpvsStartFwmark;
  const markOf = (key: string): number => {
    const known = marks.get(key);
    if (known !== undefined) return known;
    while (written.has(next)) next += 1;
    marks.set(key, next);
    return next++;
  };
  return servers.map((server) => {
    const own = ports.get(server.groupKey ?? '')?.get(server.family);
    if (own === undefined || own.length !== server.realServers.length) return server;
    return { ...server, groupMark: { mark: markOf(`${server.group} ${server.protocol}`), ports: own } };
  });
};
