// virtualServerTable.
import type { VirtualServer } from '@vipward/config';
import { gauge, inetAddress, inetAddressType, integer, type Value, yesNo } from '../../agentx/value.ts';
import { type Columns, type ManagedObject, table } from '../../view/object.ts';
import { checkPart, entryOf, numbered, scriptText, textOrNone } from '../names.ts';
import type { Snapshot } from '../snapshot.ts';
import { aliveIn, type Block, sumOf } from './blocks.ts';
import { forwardingNumber, tunnelColumns } from './forwarding.ts';
import { statisticsColumns } from './statistics.ts';

export const virtualServerTable = ({ config }: Snapshot, blocks: readonly Block[]): ManagedObject =>
  table(
    entryOf(checkPart, 3),
    {
      ...whatItIs,
      ...howItSchedules,
      ...howItIsChecked,
      61: ({ virtualServer: { smtpAlert } }) =>
        yesNo(smtpAlert ?? config.global.smtpAlertChecker ?? config.global.smtpAlert ?? false),
      ...statisticsColumns<Block>(
        { connections: 27, traffic: 28, rates: 32, wide: 38, wideRates: 41 },
        ({ services }) => sumOf(services),
      ),
      ...tunnelColumns<Block>(68, ({ virtualServer }) => virtualServer.forwarding),
    },
    numbered(blocks),
  );

/** fwmark(1), ip(2), group(3) */
export const typeOf = ({ group, target }: VirtualServer): Value =>
  integer(group !== undefined ? 3 : target.kind === 'fwmark' ? 1 : 2);

/** none(4) of a service that is a mark. */
export const protocolOf = ({ protocol, target }: VirtualServer): Value =>
  integer(target.kind === 'fwmark' || protocol === undefined ? 4 : protocols[protocol]);

export const quorumOf = ({ report }: Block): Value => yesNo((report?.quorum ?? 'up') === 'up');

export const addressOf = ({ group, target }: VirtualServer): Value | undefined =>
  group === undefined && target.kind === 'address' ? inetAddress(target.address) : undefined;

export const portOf = ({ group, target }: VirtualServer): Value | undefined =>
  group === undefined && target.kind === 'address' ? gauge(target.port) : undefined;

const whatItIs: Columns<Block> = {
  2: ({ virtualServer }) => typeOf(virtualServer),
  3: ({ virtualServer }) => textOrNone(virtualServer.group),
  4: ({ virtualServer: { group, target } }) =>
    group === undefined && target.kind === 'fwmark' ? gauge(target.mark) : undefined,
  5: ({ virtualServer }) => inetAddressType(virtualServer.family),
  6: ({ virtualServer }) => addressOf(virtualServer),
  7: ({ virtualServer }) => portOf(virtualServer),
  8: ({ virtualServer }) =>
    virtualServer.group === undefined && virtualServer.target.kind === 'fwmark' ? undefined : protocolOf(virtualServer),
  // It is in the kernel, with or without real servers.
  11: ({ services }) => yesNo(services.length > 0),
  12: ({ virtualServer }) => textOrNone(virtualServer.virtualHost),
  20: ({ virtualServer }) => gauge(virtualServer.realServers.length),
  21: (block) => gauge(aliveIn(block)),
  71: ({ virtualServer }) => textOrNone(virtualServer.snmpName),
};

const howItSchedules: Columns<Block> = {
  9: ({ virtualServer }) => integer(schedulers[virtualServer.scheduler] ?? 99),
  10: ({ virtualServer }) => integer(forwardingNumber[virtualServer.forwarding.kind]),
  13: ({ virtualServer }) => yesNo(virtualServer.persistenceTimeout !== undefined),
  14: ({ virtualServer: { persistenceTimeout } }) =>
    persistenceTimeout === undefined ? undefined : gauge(persistenceTimeout),
  // Without a granularity all bits count, and keepalived shows it in both columns.
  15: ({ virtualServer: { persistenceMask, family } }) =>
    family === 6 && persistenceMask !== undefined
      ? undefined
      : { type: 'octets', bytes: maskBytes(family === 4 ? (persistenceMask ?? allBits) : allBits) },
  51: ({ virtualServer: { persistenceMask, family } }) =>
    family === 4 && persistenceMask !== undefined ? undefined : gauge(persistenceMask ?? allBits),
  37: ({ virtualServer }) => yesNo(virtualServer.onePacket),
  52: ({ virtualServer }) => yesNo(virtualServer.hashed === true),
  53: ({ virtualServer }) => yesNo(virtualServer.schedulerFlags?.flag1 === true),
  54: ({ virtualServer }) => yesNo(virtualServer.schedulerFlags?.flag2 === true),
  55: ({ virtualServer }) => yesNo(virtualServer.schedulerFlags?.flag3 === true),
  // The flags of sh under their names for mh.
  62: ({ virtualServer }) => yesNo(virtualServer.schedulerFlags?.flag1 === true),
  63: ({ virtualServer }) => yesNo(virtualServer.schedulerFlags?.flag2 === true),
};

const howItIsChecked: Columns<Block> = {
  16: ({ virtualServer }) => gauge(Math.round(virtualServer.delayLoop / 1000)),
  17: ({ virtualServer }) => yesNo(virtualServer.haSuspend === true),
  18: ({ virtualServer }) => yesNo(virtualServer.alpha),
  19: ({ virtualServer }) => yesNo(virtualServer.omega === true),
  22: ({ virtualServer }) => gauge(virtualServer.quorum),
  23: quorumOf,
  24: ({ virtualServer }) => scriptText(virtualServer.quorumUp),
  25: ({ virtualServer }) => scriptText(virtualServer.quorumDown),
  26: ({ virtualServer }) => gauge(virtualServer.hysteresis),
  64: ({ virtualServer }) => gauge(Math.round(virtualServer.delayLoop * 1000)),
};

const schedulers: Readonly<Record<string, number>> = {
  rr: 1,
  wrr: 2,
  lc: 3,
  wlc: 4,
  lblc: 5,
  lblcr: 6,
  dh: 7,
  sh: 8,
  sed: 9,
  nq: 10,
  fo: 11,
  ovf: 12,
  mh: 13,
  twos: 14,
};

const protocols = { TCP: 1, UDP: 2, SCTP: 3 } as const;
const allBits = 0xffffffff;

const maskBytes = (mask: number): Uint8Array =>
  Uint8Array.from([mask >>> 24, (mask >>> 16) & 0xff, (mask >>> 8) & 0xff, mask & 0xff]);
