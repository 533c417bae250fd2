// Messages as the kernel sends them of destinations, and what the tables read of them.
import fc from 'fast-check';
import { readAttributes, writeAttributes } from '../../src/codec/attribute.ts';
import { ByteWriter, windowOf } from '../../src/codec/bytes.ts';
import { decodeGeneric, writeGenericHeader } from '../../src/codec/generic.ts';
import { commandTable, ipvsCommand, stats32Table } from '../../src/ipvs/command.ts';
import { decodeDestination, encodeDestination } from '../../src/ipvs/destination.ts';
import type { Destination, Stats } from '../../src/ipvs/model.ts';
import { anyDestination } from './arbitrary.ts';

const counter = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const anyStats: fc.Arbitrary<Stats> = fc.record({
  connections: counter,
  inPackets: counter,
  outPackets: counter,
  inBytes: counter,
  outBytes: counter,
  cps: counter,
  inPps: counter,
  outPps: counter,
  inBps: counter,
  outBps: counter,
});
const word = fc.integer({ min: 0, max: 0xffffffff });

// As ip_vs_ctl.c fills it, in the order of the table.
const messageOf = (destination: Destination, stats: Stats, connections: readonly [number, number, number]) => {
  const stats32 = new ByteWriter();
  writeAttributes(stats32, stats32Table, { connections: 1, outBytes: 2n });
  const [activeConnections, inactiveConnections, persistentConnections] = connections;
  const writer = new ByteWriter();
  writeGenericHeader(writer, ipvsCommand.newDestination, 1);
  writeAttributes(writer, commandTable, {
    destination: {
      ...encodeDestination(destination),
      activeConnections,
      inactiveConnections,
      persistentConnections,
      stats: windowOf(stats32.written()),
      stats64: stats,
      ...(destination.forwarding === 'tunnel' ? {} : { tunnelType: 0, tunnelPort: 0, tunnelFlags: 0 }),
    },
  });
  return new Uint8Array(writer.written());
};
export const anyMessage = fc
  .tuple(anyDestination, anyStats, fc.tuple(word, word, word))
  .map(([destination, stats, connections]) => ({ destination, bytes: messageOf(destination, stats, connections) }));

export const byTables = (bytes: Uint8Array) => {
  const { destination } = readAttributes(commandTable, decodeGeneric(windowOf(bytes)).attributes);
  if (destination === undefined) throw new Error('no destination');
  return decodeDestination(destination, 4);
};
