// nftables_ipvs: the one service of a mark in place of those of a group's addresses.
import type { VirtualServer } from '@vipward/config';
import { type GroupMarks, groupMarkKey } from './assign.ts';

/**
 * The services of the table for what one block of the file became: as they are, or for each family the one of its mark. Packets
 * keep their port unless they are translated, and any address without port makes the whole persistent, as in keepalived.
 */
export const markedServices = (members: readonly VirtualServer[], marks: GroupMarks): readonly VirtualServer[] => {
  const services = new Map<number, VirtualServer>();
  for (const member of members) {
    const key = groupMarkKey(member);
    const mark = key === undefined ? undefined : marks.get(key);
    if (mark === undefined) return members;
    const before = services.get(member.family) ?? behind(member, mark);
    const timeout = before.persistenceTimeout ?? member.persistenceTimeout;
    services.set(member.family, timeout === undefined ? before : { ...before, persistenceTimeout: timeout });
  }
  return [...services.values()];
};

const behind = (member: VirtualServer, mark: number): VirtualServer => ({
  ...member,
  target: { kind: 'fwmark', mark },
  realServers: member.realServers.map((server, i) => ({
    ...server,
    port: server.forwarding.kind === 'NAT' ? (member.groupMark?.ports[i] ?? server.port) : 0,
  })),
});
