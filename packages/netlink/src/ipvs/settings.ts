// What IPVS has beside services: timeouts of connections, and the sync daemons.
import type { IpAddress } from '@vipward/config/address';
import { readAttributes } from '../codec/attribute.ts';
import { decodeGeneric } from '../codec/generic.ts';
import type { Message } from '../codec/message.ts';
import type { Channel } from '../transport/channel.ts';
import { listOf } from '../transport/packet.ts';
import { ask, dump, sendAll } from '../transport/request.ts';
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
  // The rest exists since Linux 4.3; when starting, what is left out is the kernel's choice.
  /** Bytes of a sync message at most. */
  readonly maxLength?: number;
  /** Multicast group. */
  readonly group?: IpAddress;
  /** UDP port. */
  readonly port?: number;
  readonly ttl?: number;
}

/** Whether it asks for what kernels before 4.3 ignore. */
export const hasLaterSettings = ({ maxLength, group, port, ttl }: SyncDaemon): boolean =>
  maxLength !== undefined || group !== undefined || port !== undefined || ttl !== undefined;

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

/** Refused with EEXIST when one of this kind runs, with ENODEV without the interface. */
export const startDaemon = async (channel: Channel, family: number, daemon: SyncDaemon): Promise<void> => {
  const { kind, group, ...fields } = daemon;
  const attributes = {
    ...fields,
    state: stateOf[kind],
    ...(group?.family === 4 ? { group4: group.bytes } : {}),
    ...(group?.family === 6 ? { group6: group.bytes } : {}),
  };
  const operation = (): string => `start-daemon ${kind} on ${daemon.interfaceName}`;
  const request = ipvsRequest(family, ipvsCommand.newDaemon, { daemon: attributes }, operation);
  await ask(channel, request, () => undefined, explainIpvsRefusal);
};

/** Refused with ESRCH when none of this kind runs. */
export const stopDaemon = async (channel: Channel, family: number, kind: SyncDaemon['kind']): Promise<void> => {
  const attributes = { daemon: { state: stateOf[kind] } };
  const operation = (): string => `stop-daemon ${kind}`;
  // A daemon that has not run yet ends with EINTR (kthread_stop), and netlink_rcv_skb sends no ACK for EINTR. So the ACK
  // is asked of a request behind it, in the same datagram, that changes nothing: a timeout of 0 means "keep".
  const requests = [
    ipvsRequest(family, ipvsCommand.deleteDaemon, attributes, operation),
    ipvsRequest(family, ipvsCommand.setConfig, { timeoutTcp: 0, timeoutTcpFin: 0, timeoutUdp: 0 }, operation),
  ];
  const [failure] = await sendAll(channel, listOf(requests), explainIpvsRefusal);
  if (failure !== undefined) throw failure.error;
};

// IP_VS_STATE_MASTER, IP_VS_STATE_BACKUP
const stateOf = { master: 1, backup: 2 } as const;

const readCommand = ({ payload }: Message) => readAttributes(commandTable, decodeGeneric(payload).attributes);

const decodeTimeouts = (message: Message): IpvsTimeouts => {
  const { timeoutTcp = 0, timeoutTcpFin = 0, timeoutUdp = 0 } = readCommand(message);
  return { tcp: timeoutTcp, tcpFin: timeoutTcpFin, udp: timeoutUdp };
};

const decodeDaemon = (message: Message): SyncDaemon | undefined => {
  const { daemon } = readCommand(message);
  if (daemon === undefined) return undefined;
  const { state, interfaceName = '', syncId = 0, maxLength, group4, group6, port, ttl } = daemon;
  const group = groupOf(group4, group6);
  return {
    kind: state === stateOf.backup ? 'backup' : 'master',
    interfaceName,
    syncId,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(group === undefined ? {} : { group }),
    ...(port === undefined ? {} : { port }),
    ...(ttl === undefined ? {} : { ttl }),
  };
};

const groupOf = (group4: Uint8Array | undefined, group6: Uint8Array | undefined): IpAddress | undefined => {
  if (group4?.length === 4) return { family: 4, bytes: group4 };
  return group6?.length === 16 ? { family: 6, bytes: group6 } : undefined;
};
