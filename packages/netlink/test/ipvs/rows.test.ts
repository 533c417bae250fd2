// Destinations as columns are what the tables read of the same bytes, or the rows say that they are not complete.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteWriter, windowOf } from '../../src/codec/bytes.ts';
import { messageFlag, visitMessages, writeMessage } from '../../src/codec/message.ts';
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

describe('a datagram', () => {
  const sequence = 0xfffffff0;
  const type = 0x21;

  /** As a channel gives it to rows: a run where they take one, then message by message. Gives the bytes that the run took. */
  const receive = (rows: DestinationRows, datagram: Uint8Array, runs: boolean): number => {
    const taken = runs ? rows.takeRun(datagram, type, sequence) : 0;
    visitMessages(datagram, ({ payload, ...header }) => header.type === type && rows.take(payload), taken);
    return taken;
  };
  const datagramOf = (payloads: readonly Uint8Array[], flags: readonly number[] = []): Uint8Array => {
    const writer = new ByteWriter();
    for (const [i, payload] of payloads.entries())
      writeMessage(writer, { type, flags: flags[i] ?? messageFlag.multi, sequence }, (into) => into.put(payload));
    return new Uint8Array(writer.written());
  };
  const outcome = (datagrams: readonly Uint8Array[], runs: boolean) => {
    const rows = new DestinationRows();
    try {
      for (const datagram of datagrams) receive(rows, datagram, runs);
    } catch (error) {
      return { refused: error instanceof Error ? error.message : error };
    }
    return { rows: rowsOf(rows), complete: rows.complete };
  };
  const anyDatagram = fc
    .array(anyMessage, { maxLength: 30, size: '+1' })
    .map((messages) => datagramOf(messages.map(({ bytes }) => bytes)));

  test('is the same read in one go and message by message', () => {
    fc.assert(
      fc.property(fc.array(anyDatagram, { maxLength: 4 }), (datagrams) => {
        expect(outcome(datagrams, true)).toEqual(outcome(datagrams, false));
      }),
    );
  });

  test('is the same with anything wrong in it', () => {
    const spoil = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }), cut: fc.nat({ max: 40 }) });
    fc.assert(
      fc.property(anyDatagram, anyDatagram, spoil, (first, second, { at, value, cut }) => {
        if (second.length > 0) second[at % second.length] = value;
        const datagrams = [first, second.subarray(0, second.length - cut)];
        expect(outcome(datagrams, true)).toEqual(outcome(datagrams, false));
      }),
      { numRuns: 1000 },
    );
  });

  test('of plain destinations is taken whole, and up to what is none or says more than a part of a dump', () => {
    const payloads = fc
      .sample(anyMessage, { numRuns: 60, seed: 7 })
      .filter(({ bytes }) => expected(bytes) !== undefined)
      .map(({ bytes }) => bytes);
    const [plain = new Uint8Array()] = payloads;
    const length = 16 + plain.length;
    const alike = Array.from({ length: 8 }, () => plain);
    const rows = new DestinationRows();
    const whole = datagramOf(alike);
    expect([receive(rows, whole, true), rows.count]).toEqual([whole.length, 8]);
    // The table changed while it was walked, as its fourth part says.
    const changed = datagramOf(alike, [2, 2, 2, messageFlag.multi | messageFlag.dumpInterrupted]);
    expect(rows.takeRun(changed, type, sequence)).toBe(3 * length);
    expect(rows.takeRun(whole, type, sequence + 1)).toBe(0);
    expect(rows.takeRun(whole, type + 1, sequence)).toBe(0);
    expect(rows.takeRun(whole.subarray(0, whole.length - 4), type, sequence)).toBe(7 * length);
    expect(rows.takeRun(new Uint8Array(3), type, sequence)).toBe(0);
  });

  test('that does not begin where a number can is read message by message', () => {
    const [{ bytes } = { bytes: new Uint8Array() }] = fc.sample(anyMessage, { numRuns: 1, seed: 7 });
    const datagram = datagramOf([bytes, bytes]);
    const odd = new Uint8Array(datagram.length + 1).subarray(1);
    odd.set(datagram);
    expect(new DestinationRows().takeRun(odd, type, sequence)).toBe(0);
    expect(outcome([odd], true)).toEqual(outcome([datagram], false));
  });
});
