// Destinations read straight from their bytes are what the tables read, or are left to the tables.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { windowOf } from '../../src/codec/bytes.ts';
import { readDestinationQuickly } from '../../src/ipvs/read-destination.ts';
import { anyMessage, byTables } from './destination-message.ts';

test('what a kernel sends is read as the tables read it, and only tunnels are left to them', () => {
  fc.assert(
    fc.property(anyMessage, ({ destination, bytes }) => {
      const read = readDestinationQuickly(windowOf(bytes), 4);
      if (destination.forwarding === 'tunnel') expect(read).toBeUndefined();
      else expect(read).toEqual(byTables(bytes));
    }),
  );
});

test('bytes that are wrong in any way are read as the tables read them, or not at all', () => {
  const spoil = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }), cut: fc.nat({ max: 8 }) });
  fc.assert(
    fc.property(anyMessage, spoil, ({ bytes }, { at, value, cut }) => {
      bytes[at % bytes.length] = value;
      const window = windowOf(bytes.subarray(0, bytes.length - 4 * cut));
      const read = readDestinationQuickly(window, 4);
      if (read !== undefined) expect(read).toEqual(byTables(window.bytes));
    }),
    { numRuns: 2000 },
  );
});
