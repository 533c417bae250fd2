// realServerTable: of each virtual server the sorry server first, if there is one, then the real servers.
import type { CheckerCommon, Forwarding, RealServer, SorryServer } from '@vipward/config';
import type { IpAddress } from '@vipward/config/address';
import type { RealServerReport } from '@vipward/health';
import { type DestinationEntry, destinationKeyId } from '@vipward/netlink';
import { gauge, inetAddress, inetAddressType, integer, type Value, yesNo } from '../../agentx/value.ts';
import { type Columns, type ManagedObject, table } from '../../view/object.ts';
import { checkPart, entryOf, numbered, scriptText, textOrNone } from '../names.ts';
import type { Snapshot } from '../snapshot.ts';
import { type Block, reportOf, sumOf } from './blocks.ts';
import { forwardingNumber, tunnelColumns } from './forwarding.ts';
import { statisticsColumns } from './statistics.ts';

interface Entry {
  readonly address: IpAddress;
  readonly port: number;
  readonly forwarding: Forwarding;
  /** Undefined of a sorry server, which is not checked and has no weight. */
  readonly server: RealServer | undefined;
  readonly report: RealServerReport | undefined;
  /** Of every member of the group. */
  readonly inKernel: readonly DestinationEntry[];
  readonly delayLoop: number;
}

export const realServerTable = ({ config }: Snapshot, blocks: readonly Block[]): ManagedObject => {
  const alerts = config.global.smtpAlertChecker ?? config.global.smtpAlert ?? true;
  return table(
    entryOf(checkPart, 4),
    {
      ...whatItIs,
      ...howItIsChecked,
      47: ({ server }) => yesNo(server !== undefined && (server.smtpAlert ?? alerts)),
      ...statisticsColumns<Entry>(
        { connections: 14, traffic: 18, rates: 22, wide: 27, wideRates: 30 },
        ({ inKernel }) => sumOf(inKernel),
      ),
      15: ({ inKernel }) => total(inKernel, 'activeConnections'),
      16: ({ inKernel }) => total(inKernel, 'inactiveConnections'),
      17: ({ inKernel }) => total(inKernel, 'persistentConnections'),
      ...tunnelColumns<Entry>(52, ({ forwarding }) => forwarding),
    },
    blocks.flatMap((block, i) => numbered(entriesOf(block), [i + 1])),
  );
};

const entriesOf = (block: Block): readonly Entry[] => {
  const { virtualServer, destinations } = block;
  const byId = Map.groupBy(destinations, ({ key }) => destinationKeyId(key));
  const entry = (of: RealServer | SorryServer, server: RealServer | undefined): Entry => {
    const report = server && reportOf(block, server);
    const id = report?.server ?? destinationKeyId(of);
    const { address, port, forwarding } = of;
    const { delayLoop } = virtualServer;
    return { address, port, forwarding, server, report, inKernel: byId.get(id) ?? [], delayLoop };
  };
  return [
    ...(virtualServer.sorryServer === undefined ? [] : [entry(virtualServer.sorryServer, undefined)]),
    ...virtualServer.realServers.map((server) => entry(server, server)),
  ];
};

const whatItIs: Columns<Entry> = {
  // regular(1), sorry(2)
  2: ({ server }) => integer(server === undefined ? 2 : 1),
  3: ({ address }) => inetAddressType(address.family),
  4: ({ address }) => inetAddress(address),
  5: ({ port }) => gauge(port),
  6: ({ server, report }) => server && yesNo(report?.alive ?? true),
  7: ({ server, report }) => server && integer(report?.weight ?? server.weight),
  8: ({ server }) => (server?.upperThreshold ? gauge(server.upperThreshold) : undefined),
  9: ({ server }) => (server?.lowerThreshold ? gauge(server.lowerThreshold) : undefined),
  // remove(1), inhibit(2)
  10: ({ server }) => server && integer(server.inhibitOnFailure ? 2 : 1),
  11: ({ server }) => scriptText(server?.notifyUp),
  12: ({ server }) => scriptText(server?.notifyDown),
  13: ({ server, report }) => server && gauge(report?.checks.filter(({ verdict }) => verdict === 'down').length ?? 0),
  40: ({ forwarding }) => integer(forwardingNumber[forwarding.kind]),
  41: ({ server }) => textOrNone(server?.virtualHost),
  55: ({ server }) => textOrNone(server?.snmpName),
};

/** What the first check has: keepalived shows what the block says, which counts where the check says nothing. */
const howItIsChecked: Columns<Entry> = {
  42: (entry) => yesNo(checkOf(entry)?.alpha === true),
  43: (entry) => gauge(checkOf(entry)?.retry ?? 0),
  44: (entry) => seconds(checkOf(entry)?.delayBeforeRetry ?? 0),
  45: (entry) => seconds(checkOf(entry)?.warmup ?? 0),
  46: (entry) => seconds(loopOf(entry)),
  48: (entry) => microseconds(checkOf(entry)?.delayBeforeRetry ?? 0),
  49: (entry) => microseconds(checkOf(entry)?.warmup ?? 0),
  50: (entry) => microseconds(loopOf(entry)),
  51: (entry) => microseconds(checkOf(entry)?.connectTimeout ?? (entry.server === undefined ? 0 : usualTimeoutMs)),
};

const checkOf = ({ server }: Entry): CheckerCommon | undefined => {
  for (const check of [...(server?.checkers ?? []), ...(server?.moreCheckers ?? [])])
    if ('connectTimeout' in check) return check;
  return undefined;
};

const loopOf = (entry: Entry): number =>
  entry.server === undefined ? 0 : (checkOf(entry)?.delayLoop ?? entry.delayLoop);

/** Of connect_timeout, in ms. */
const usualTimeoutMs = 5000;

const seconds = (ms: number): Value => gauge(Math.round(ms / 1000));
const microseconds = (ms: number): Value => gauge(Math.round(ms * 1000));

const total = (
  entries: readonly DestinationEntry[],
  of: 'activeConnections' | 'inactiveConnections' | 'persistentConnections',
): Value => gauge(entries.reduce((sum, entry) => sum + entry[of], 0));
