// IPVS over generic netlink: command numbers and the attribute tables of linux/ip_vs.h.
import { binary, nested, padded, s32, text, u8, u16, u16be, u32, u64, unread } from '../codec/field.ts';

export const ipvsFamilyName = 'IPVS';
export const ipvsVersion = 1;

/** IPVS_CMD_* */
export const ipvsCommand = {
  newService: 1,
  setService: 2,
  deleteService: 3,
  getService: 4,
  newDestination: 5,
  setDestination: 6,
  deleteDestination: 7,
  getDestination: 8,
  newDaemon: 9,
  deleteDaemon: 10,
  getDaemon: 11,
  setConfig: 12,
  getConfig: 13,
  /** Only in the reply to getInfo. */
  setInfo: 14,
  getInfo: 15,
  zero: 16,
  flush: 17,
} as const;

/** IPVS_STATS_ATTR_* with 32-bit counters: all that kernels before 4.1 have. */
export const stats32Table = {
  connections: [1, u32],
  inPackets: [2, u32],
  outPackets: [3, u32],
  inBytes: [4, u64],
  outBytes: [5, u64],
  cps: [6, u32],
  inPps: [7, u32],
  outPps: [8, u32],
  inBps: [9, u32],
  outBps: [10, u32],
} as const;

/** The same attributes inside STATS64. */
export const stats64Table = {
  connections: [1, u64],
  inPackets: [2, u64],
  outPackets: [3, u64],
  inBytes: [4, u64],
  outBytes: [5, u64],
  cps: [6, u64],
  inPps: [7, u64],
  outPps: [8, u64],
  inBps: [9, u64],
  outBps: [10, u64],
} as const;

/** IPVS_SVC_ATTR_* */
export const serviceTable = {
  /** AF_INET 2, AF_INET6 10 */
  family: [1, u16],
  protocol: [2, u16],
  /** union nf_inet_addr: 16 bytes, an IPv4 address in the first 4. */
  address: [3, padded(16)],
  port: [4, u16be],
  mark: [5, u32],
  scheduler: [6, text],
  /** struct ip_vs_flags: flags and mask, 32 bits each. */
  flags: [7, binary],
  /** Seconds. */
  timeout: [8, u32],
  /** IPv4: a mask in network order; IPv6: a prefix length in host order. */
  netmask: [9, binary],
  /** Read only where there are no 64-bit ones: half of a listing's bytes. */
  stats: [10, unread],
  engine: [11, text],
  stats64: [12, nested(stats64Table)],
} as const;

/** IPVS_DEST_ATTR_* */
export const destinationTable = {
  address: [1, padded(16)],
  port: [2, u16be],
  forwarding: [3, u32],
  weight: [4, s32],
  upperThreshold: [5, u32],
  lowerThreshold: [6, u32],
  activeConnections: [7, u32],
  inactiveConnections: [8, u32],
  persistentConnections: [9, u32],
  /** Read only where there are no 64-bit ones: half of a listing's bytes. */
  stats: [10, unread],
  /** Since Linux 3.18; before that a destination has its service's family. */
  family: [11, u16],
  stats64: [12, nested(stats64Table)],
  /** Since Linux 5.3, as the two below. */
  tunnelType: [13, u8],
  tunnelPort: [14, u16be],
  tunnelFlags: [15, u16],
} as const;

/** IPVS_DAEMON_ATTR_* */
export const daemonTable = {
  state: [1, u32],
  interfaceName: [2, text],
  syncId: [3, u32],
  maxLength: [4, u16],
  group4: [5, binary],
  group6: [6, binary],
  port: [7, u16],
  ttl: [8, u8],
} as const;

/** IPVS_CMD_ATTR_*: the first level. Timeouts are in seconds. */
export const commandTable = {
  service: [1, nested(serviceTable)],
  destination: [2, nested(destinationTable)],
  daemon: [3, nested(daemonTable)],
  timeoutTcp: [4, u32],
  timeoutTcpFin: [5, u32],
  timeoutUdp: [6, u32],
} as const;

/** IPVS_INFO_ATTR_*: the first level of the reply to getInfo. */
export const infoTable = {
  version: [1, u32],
  connectionTableSize: [2, u32],
} as const;
