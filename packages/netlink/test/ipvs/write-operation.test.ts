// Operations written by hand are, byte for byte, what the tables write.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteWriter } from '../../src/codec/bytes.ts';
import type { IpvsOperation } from '../../src/ipvs/model.ts';
import { operationRequest } from '../../src/ipvs/operation.ts';
import { OperationWriter, operationList } from '../../src/ipvs/write-operation.ts';
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
      const operations = new OperationWriter(20);
      const both = new ByteWriter(8);
      operations.write(both, first);
      const end = both.length;
      operations.write(both, second);
      const alone = new ByteWriter();
      new OperationWriter(20).write(alone, second);
      expect(hexOf(both.written().subarray(end))).toBe(hexOf(alone.written()));
    }),
  );
});

test('destinations of a service that stand together are written as those that stand alone', () => {
  const fewServices = fc.array(anyServiceKey, { minLength: 1, maxLength: 3 }).chain((keys) =>
    fc.array(
      fc.record({
        kind: fc.constantFrom('add-destination' as const, 'edit-destination' as const),
        // Equal, and not the same object.
        service: fc.constantFrom(...keys).map((key) => structuredClone(key)),
        destination: anyDestination,
      }),
      { maxLength: 100, size: 'max' },
    ),
  );
  fc.assert(
    fc.property(fewServices, (list) => {
      const byTable = listOf(list.map((operation) => operationRequest(21, operation)));
      expect(datagramsOf(operationList(21, list), new ArenaPool())).toEqual(datagramsOf(byTable, new ArenaPool()));
    }),
    { numRuns: 50 },
  );
});
