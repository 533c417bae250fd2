// Operations written by hand are, byte for byte, what the tables write.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteWriter } from '../../src/codec/bytes.ts';
import type { IpvsOperation } from '../../src/ipvs/model.ts';
import { operationRequest } from '../../src/ipvs/operation.ts';
import { operationList, writeOperation } from '../../src/ipvs/write-operation.ts';
import { ArenaPool, listOf, packetsOf, seal } from '../../src/transport/packet.ts';
import { hexOf } from '../hex.ts';
import { anyAddress, anyDestination, anyService, anyServiceKey } from './arbitrary.ts';

const port = fc.integer({ min: 0, max: 65_535 });
const anyOperation: fc.Arbitrary<IpvsOperation> = fc.oneof(
  fc.record({ kind: fc.constantFrom('add-service' as const, 'edit-service' as const), service: anyService }),
  fc.record({ kind: fc.constant('delete-service' as const), service: anyServiceKey }),
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('add-destination' as const, 'edit-destination' as const),
      service: anyServiceKey,
      destination: anyDestination,
    }),
  },
  fc.record({
    kind: fc.constant('delete-destination' as const),
    service: anyServiceKey,
    destination: fc.record({ address: anyAddress, port }),
  }),
  fc.record({ kind: fc.constant('zero' as const), service: anyServiceKey }),
  fc.constant({ kind: 'flush' as const }),
);

const datagramsOf = (list: Parameters<typeof packetsOf>[0], pool: ArenaPool): string[] => {
  const datagrams: string[] = [];
  for (const packet of packetsOf(list, pool)) {
    datagrams.push(hexOf(seal(packet, 7, false)));
    pool.giveBack(packet);
  }
  return datagrams;
};

test('any list of operations makes the datagrams that the tables make, in arenas that held other bytes before', () => {
  const pool = new ArenaPool();
  fc.assert(
    fc.property(
      fc.array(anyOperation, { maxLength: 250, size: 'max' }),
      fc.integer({ min: 16, max: 255 }),
      (list, family) => {
        const byTable = listOf(list.map((operation) => operationRequest(family, operation)));
        expect(datagramsOf(operationList(family, list), pool)).toEqual(datagramsOf(byTable, new ArenaPool()));
      },
    ),
    { numRuns: 50 },
  );
});

test('a message begins where the one before it ended', () => {
  fc.assert(
    fc.property(anyOperation, anyOperation, (first, second) => {
      const both = new ByteWriter(8);
      writeOperation(both, 20, first);
      const end = both.length;
      writeOperation(both, 20, second);
      const alone = new ByteWriter();
      writeOperation(alone, 20, second);
      expect(hexOf(both.written().subarray(end))).toBe(hexOf(alone.written()));
    }),
  );
});
