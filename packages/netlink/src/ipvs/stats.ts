// Counters and rates: the 64-bit ones where the kernel has them.
import { readAttributes, type Values } from '../codec/attribute.ts';
import type { Window } from '../codec/bytes.ts';
import { stats32Table, type stats64Table } from './command.ts';
import type { Stats } from './model.ts';

/** Throws DecodeError. `stats` must still be in its datagram. */
export const decodeStats = (entry: {
  readonly stats?: Window;
  readonly stats64?: Values<typeof stats64Table>;
}): Stats => {
  const from = entry.stats64 ?? (entry.stats === undefined ? {} : readAttributes(stats32Table, entry.stats));
  return {
    connections: BigInt(from.connections ?? 0),
    inPackets: BigInt(from.inPackets ?? 0),
    outPackets: BigInt(from.outPackets ?? 0),
    inBytes: BigInt(from.inBytes ?? 0),
    outBytes: BigInt(from.outBytes ?? 0),
    cps: BigInt(from.cps ?? 0),
    inPps: BigInt(from.inPps ?? 0),
    outPps: BigInt(from.outPps ?? 0),
    inBps: BigInt(from.inBps ?? 0),
    outBps: BigInt(from.outBps ?? 0),
  };
};
