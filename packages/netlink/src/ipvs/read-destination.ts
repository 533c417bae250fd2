// A destination of a listing straight from its bytes, in the form in which kernels since 4.1 send it.
import type { IpFamily } from '@vipward/config/address';
import { align4, copiedBytes, hostIsLittleEndian, type Window } from '../codec/bytes.ts';
import { genericHeaderLength } from '../codec/generic.ts';
import { commandTable, destinationTable, stats64Table } from './command.ts';
import { forwardingMask, forwardingNames } from './destination.ts';
import { attributeLengths, typeAt } from './destination-bytes.ts';
import type { DestinationEntry, Stats } from './model.ts';

/**
 * What decodeDestination() makes of the message's attributes (the tests hold it to that), without an object for each of
 * them. Undefined for a message of any other form, a tunnel's or a broken one among them: the tables then read it, and say
 * what is wrong with it. `family` is the service's, `payload` begins with the generic netlink header.
 */
export const readDestinationQuickly = (payload: Window, family: IpFamily): DestinationEntry | undefined => {
  const { view, bytes } = payload;
  const outer = payload.start + genericHeaderLength;
  if (payload.end - outer < 4) return undefined;
  const end = outer + view.getUint16(outer, little);
  if (typeAt(view, outer) !== commandTable.destination[0] || align4(end - outer) !== payload.end - outer)
    return undefined;

  let address = 0;
  let number: number | undefined;
  let port = 0;
  let forwarding = 0;
  let weight = 0;
  let upperThreshold = 0;
  let lowerThreshold = 0;
  let activeConnections = 0;
  let inactiveConnections = 0;
  let persistentConnections = 0;
  let stats: Stats | undefined;
  for (let at = outer + 4; at < end; ) {
    if (end - at < 4) return undefined;
    const length = view.getUint16(at, little);
    if (length < 4 || length > end - at) return undefined;
    const value = at + 4;
    const type = typeAt(view, at);
    if (length !== (attributeLengths[type] ?? length)) return undefined;
    switch (type) {
      case table.address[0]:
        address = value;
        break;
      case table.port[0]:
        port = view.getUint16(value);
        break;
      case table.forwarding[0]:
        forwarding = view.getUint32(value, little) & forwardingMask;
        break;
      case table.weight[0]:
        weight = view.getInt32(value, little);
        break;
      case table.upperThreshold[0]:
        upperThreshold = view.getUint32(value, little);
        break;
      case table.lowerThreshold[0]:
        lowerThreshold = view.getUint32(value, little);
        break;
      case table.activeConnections[0]:
        activeConnections = view.getUint32(value, little);
        break;
      case table.inactiveConnections[0]:
        inactiveConnections = view.getUint32(value, little);
        break;
      case table.persistentConnections[0]:
        persistentConnections = view.getUint32(value, little);
        break;
      case table.stats[0]:
      case table.tunnelType[0]:
      case table.tunnelPort[0]:
      case table.tunnelFlags[0]:
        break;
      case table.family[0]:
        number = view.getUint16(value, little);
        break;
      case table.stats64[0]:
        stats = readStats(view, value, at + length);
        if (stats === undefined) return undefined;
        break;
      default:
        return undefined;
    }
    at += align4(length);
  }
  const name = forwardingNames[forwarding];
  if (address === 0 || stats === undefined || name === undefined || name === 'tunnel') return undefined;
  const own = number === undefined ? family : number === 2 ? 4 : number === 10 ? 6 : undefined;
  if (own === undefined) return undefined;
  return {
    key: { address: { family: own, bytes: copiedBytes(bytes, address, address + (own === 4 ? 4 : 16)) }, port },
    forwarding: name,
    weight,
    upperThreshold,
    lowerThreshold,
    activeConnections,
    inactiveConnections,
    persistentConnections,
    stats,
  };
};

const little = hostIsLittleEndian;
const table = destinationTable;

// Ten counters in the order of their numbers, each perhaps after a padding.
const readStats = (view: DataView, from: number, end: number): Stats | undefined => {
  const values: bigint[] = [];
  let at = from;
  while (at < end) {
    const length = end - at < 4 ? 0 : view.getUint16(at, little);
    const type = length === 0 ? 0 : view.getUint16(at + 2, little);
    if (type === padding && length === 4) at += 4;
    else if (type === values.length + 1 && length === 12 && end - at >= 12) {
      values.push(u64(view, at + 4));
      at += 12;
    } else return undefined;
  }
  if (values.length !== counters) return undefined;
  const [connections = 0n, inPackets = 0n, outPackets = 0n, inBytes = 0n, outBytes = 0n] = values;
  const [, , , , , cps = 0n, inPps = 0n, outPps = 0n, inBps = 0n, outBps = 0n] = values;
  return { connections, inPackets, outPackets, inBytes, outBytes, cps, inPps, outPps, inBps, outBps };
};

const counters = Object.keys(stats64Table).length;
/** IPVS_STATS_ATTR_PAD */
const padding = 11;

// Most counters of most tables are 0, and 0n needs no memory.
const u64 = (view: DataView, at: number): bigint =>
  view.getUint32(at) === 0 && view.getUint32(at + 4) === 0 ? 0n : view.getBigUint64(at, little);
