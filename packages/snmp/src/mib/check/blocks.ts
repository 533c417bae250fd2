// One row for each virtual_server block: the services of a group, which the configuration writes out, are one again.
import type { RealServer, VirtualServer } from '@vipward/config';
import type { RealServerReport, VirtualServerReport } from '@vipward/health';
import { groupMarkKey } from '@vipward/health/marks';
import { type DestinationEntry, destinationKeyId, type ServiceEntry, type Stats, serviceKeyId } from '@vipward/netlink';
import type { Snapshot } from '../snapshot.ts';

export interface Block {
  /** The only one, or the first of the group: they differ in their target alone. */
  readonly virtualServer: VirtualServer;
  readonly report: VirtualServerReport | undefined;
  /** In the kernel now. */
  readonly services: readonly ServiceEntry[];
  readonly destinations: readonly DestinationEntry[];
}

export const blocksOf = ({ config, services, table }: Snapshot): readonly Block[] => {
  const reports = new Map(services.map((report) => [report.service, report]));
  const standIns = Map.groupBy(services, ({ standsFor }) => standsFor);
  const entries = new Map(table.map((entry) => [serviceKeyId(entry.service.key), entry]));
  const blocks = Map.groupBy(config.virtualServers, (vs) => vs.groupKey ?? vs);
  return [...blocks.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const marked = standIns.get(groupMarkKey(first) ?? '') ?? [];
    const marks = services.length === 0 ? members.flatMap(expectedMark) : marked.map(({ service }) => service);
    const ids = new Set([...members.map(serviceIdOf), ...marks]);
    const found = [...ids].flatMap((id) => entries.get(id) ?? []);
    return [
      {
        virtualServer: first,
        report: reports.get(serviceIdOf(first)) ?? marked[0],
        services: found.map(({ service }) => service),
        destinations: found.flatMap(({ destinations }) => destinations),
      },
    ];
  });
};

/** serviceKeyId of the service that the reconciler makes of it. */
const serviceIdOf = ({ target, protocol = 'TCP', family }: VirtualServer): string =>
  serviceKeyId(
    target.kind === 'fwmark'
      ? { kind: 'fwmark', mark: target.mark, family }
      : { kind: 'address', protocol: protocols[protocol], address: target.address, port: target.port },
  );

/** nftables_ipvs: while the checker worker does not say which mark the group has, the one that it has after a start. */
const expectedMark = ({ groupMark, family }: VirtualServer): readonly string[] =>
  groupMark === undefined ? [] : [serviceKeyId({ kind: 'fwmark', mark: groupMark.mark, family })];

const protocols = { TCP: 6, UDP: 17, SCTP: 132 } as const;

export const reportOf = ({ virtualServer, report }: Block, realServer: RealServer): RealServerReport | undefined => {
  const { address, port } = realServer;
  // Behind a mark the port in the table is another one where packets are translated, and else 0.
  const behindMark = virtualServer.groupMark?.ports[virtualServer.realServers.indexOf(realServer)] ?? 0;
  const named = (one: number) =>
    report?.realServers.find(({ server }) => server === destinationKeyId({ address, port: one }));
  return named(port) ?? named(behindMark) ?? named(0);
};

/** What is alive, or all of it while the checker does not answer: so it was configured. */
export const aliveIn = (block: Block): number =>
  block.virtualServer.realServers.filter((server) => reportOf(block, server)?.alive ?? true).length;

export const sumOf = (entries: readonly { readonly stats: Stats }[]): Stats =>
  entries.reduce<Stats>(
    (sum, { stats }) => ({
      connections: sum.connections + stats.connections,
      inPackets: sum.inPackets + stats.inPackets,
      outPackets: sum.outPackets + stats.outPackets,
      inBytes: sum.inBytes + stats.inBytes,
      outBytes: sum.outBytes + stats.outBytes,
      cps: sum.cps + stats.cps,
      inPps: sum.inPps + stats.inPps,
      outPps: sum.outPps + stats.outPps,
      inBps: sum.inBps + stats.inBps,
      outBps: sum.outBps + stats.outBps,
    }),
    noStats,
  );

const noStats: Stats = {
  connections: 0n,
  inPackets: 0n,
  outPackets: 0n,
  inBytes: 0n,
  outBytes: 0n,
  cps: 0n,
  inPps: 0n,
  outPps: 0n,
  inBps: 0n,
  outBps: 0n,
};
