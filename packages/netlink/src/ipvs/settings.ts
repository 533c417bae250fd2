// What IPVS has beside services: timeouts of connections, and the sync daemons.
import { readAttributes } from '../codec/attribute.ts';
import { decodeGeneric } from '../codec/generic.ts';
import type { Message } from '../codec/message.ts';
import type { Channel } from '../transport/channel.ts';
import { ask, dump } from '../transport/request.ts';
import { commandTable, ipvsCommand } from './command.ts';
import { ipvsRequest } from './operation.ts';
import { explainIpvsRefusal } from './refusal.ts';

/** Seconds until an idle connection is forgotten. */
export interface IpvsTimeouts {
  readonly tcp: number;
  /** After a FIN was seen. */
  readonly tcpFin: number;
  readonly udp: number;
}

/** A running sync daemon; the kernel runs at most one of each kind. */
export interface SyncDaemon {
  readonly kind: 'master' | 'backup';
  readonly interfaceName: string;
  readonly syncId: number;
}

export const readTimeouts = async (channel: Channel, family: number): Promise<IpvsTimeouts> => {
  const request = ipvsRequest(family, ipvsCommand.getConfig, {}, () => 'read the IPVS timeouts');
  const [timeouts] = await ask(channel, request, decodeTimeouts, explainIpvsRefusal);
  return timeouts ?? { tcp: 0, tcpFin: 0, udp: 0 };
};

/** 0 or nothing leaves a timeout as it is. */
export const writeTimeouts = async (
  channel: Channel,
  family: number,
  timeouts: Partial<IpvsTimeouts>,
): Promise<void> => {
  const { tcp = 0, tcpFin = 0, udp = 0 } = timeouts;
  const attributes = { timeoutTcp: tcp, timeoutTcpFin: tcpFin, timeoutUdp: udp };
  const request = ipvsRequest(family, ipvsCommand.setConfig, attributes, () => 'set the IPVS timeouts');
  await ask(channel, request, () => undefined, explainIpvsRefusal);
};

export const readDaemons = (channel: Channel, family: number): Promise<readonly SyncDaemon[]> => {
  const request = ipvsRequest(family, ipvsCommand.getDaemon, {}, () => 'list sync daemons');
  return dump(channel, request, decodeDaemon, explainIpvsRefusal);
};

// IP_VS_STATE_MASTER 1, IP_VS_STATE_BACKUP 2
const backupState = 2;

const readCommand = ({ payload }: Message) => readAttributes(commandTable, decodeGeneric(payload).attributes);

const decodeTimeouts = (message: Message): IpvsTimeouts => {
  const { timeoutTcp = 0, timeoutTcpFin = 0, timeoutUdp = 0 } = readCommand(message);
  return { tcp: timeoutTcp, tcpFin: timeoutTcpFin, udp: timeoutUdp };
};

const decodeDaemon = (message: Message): SyncDaemon | undefined => {
  const { daemon } = readCommand(message);
  if (daemon === undefined) return undefined;
  const kind = daemon.state === backupState ? 'backup' : 'master';
  return { kind, interfaceName: daemon.interfaceName ?? '', syncId: daemon.syncId ?? 0 };
};
