// Destinations as columns are what the tables read of the same bytes, or the rows say that they are not complete.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { windowOf } from '../../src/codec/bytes.ts';
import { DestinationRows } from '../../src/ipvs/rows.ts';
import { anyMessage, byTables } from './destination-message.ts';

const takeAll = (messages: readonly Uint8Array[]): DestinationRows => {
  const rows = new DestinationRows();
  rows.clear();
  for (const bytes of messages) rows.take(windowOf(bytes));
  return rows;
};

const rowsOf = (rows: DestinationRows) =>
  Array.from({ length: rows.count }, (_, i) => ({
    address: rows.address[i],
    port: rows.port[i],
    forwarding: rows.forwarding(i),
    weight: rows.weight[i],
    active: rows.activeConnections[i],
    inactive: rows.inactiveConnections[i],
  }));

// What the columns should hold; undefined for what they have no room for.
const expected = (bytes: Uint8Array) => {
  const { key, forwarding, weight, activeConnections, inactiveConnections } = byTables(bytes);
  if (key.address.family === 6 || forwarding === 'tunnel') return undefined;
  const address = new DataView(key.address.bytes.buffer, key.address.bytes.byteOffset).getUint32(0);
  return { address, port: key.port, forwarding, weight, active: activeConnections, inactive: inactiveConnections };
};

test('what a kernel sends stands in the columns, in its order; IPv6 and tunnels make them incomplete', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 300, size: '+1' }), (messages) => {
      const bytes = messages.map((message) => message.bytes);
      const wanted = bytes.map(expected);
      const rows = takeAll(bytes);
      expect(rowsOf(rows)).toEqual(wanted.filter((row) => row !== undefined));
      expect(rows.complete).toBe(!wanted.includes(undefined));
    }),
  );
});

test('the same rows serve one service after the other', () => {
  const [first, second] = fc.sample(anyMessage, { numRuns: 40, seed: 7 }).reduce<[Uint8Array[], Uint8Array[]]>(
    ([plain, other], { bytes }) => {
      (expected(bytes) === undefined ? other : plain).push(bytes);
      return [plain, other];
    },
    [[], []],
  );
  expect([first.length > 0, second.length > 0]).toEqual([true, true]);
  const rows = takeAll(second);
  expect(rows.complete).toBe(false);
  rows.clear();
  for (const bytes of first) rows.take(windowOf(bytes));
  expect([rows.complete, rows.count]).toEqual([true, first.length]);
});

test('bytes that are wrong in any way are read as the tables read them, or not at all', () => {
  const spoil = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }), cut: fc.nat({ max: 8 }) });
  const attempt = (bytes: Uint8Array) => {
    try {
      return { row: expected(bytes) };
    } catch {
      // The counters, which rows do not read, may be what is wrong.
      return undefined;
    }
  };
  fc.assert(
    fc.property(anyMessage, spoil, ({ bytes }, { at, value, cut }) => {
      bytes[at % bytes.length] = value;
      const spoilt = bytes.slice(0, bytes.length - 4 * cut);
      const [row] = rowsOf(takeAll([spoilt]));
      const tables = attempt(spoilt);
      if (row !== undefined && tables !== undefined) expect(row).toEqual(tables.row);
    }),
    { numRuns: 2000 },
  );
});
