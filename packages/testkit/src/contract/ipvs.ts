// What every IpvsKernel must do: one suite for the memory and for the real kernel, so that the one can stand for the other.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Destination,
  destinationKeyId,
  type IpvsKernel,
  type IpvsOperation,
  type Service,
  type ServiceEntry,
  serviceKeyId,
} from '@vipward/netlink';
import { acceptedDestinations, acceptedServices, refusedOperations } from './ipvs-cases.ts';
import * as values from './ipvs-values.ts';

const { addDestination, addService, destination, editDestination, editService, markKey, service, serviceKey } = values;

/**
 * Defines the suite. The kernel must be reachable from a namespace of the test's own whose lo is up: every test begins
 * by flushing its table.
 */
export const ipvsContract = (name: string, openKernel: () => IpvsKernel | Promise<IpvsKernel>): void => {
  describe(`IPVS of ${name}`, () => {
    let kernel: IpvsKernel;
    const apply = async (...operations: IpvsOperation[]): Promise<readonly string[]> =>
      (await kernel.apply(operations)).map((failure) => `${failure.index}: ${failure.error.errnoName}`);

    beforeAll(async () => {
      kernel = await openKernel();
    });
    afterAll(() => kernel.close());
    beforeEach(async () => {
      expect(await apply({ kind: 'flush' })).toEqual([]);
    });

    test('begins empty and says its version', async () => {
      expect(await kernel.table()).toEqual([]);
      expect((await kernel.info()).version).toBeGreaterThanOrEqual(0x010201);
    });

    describe('takes and reports as given', () => {
      test.each(acceptedServices)('a service $what', async ({ service: added }) => {
        expect(await apply(addService(added))).toEqual([]);
        expect((await kernel.services()).map(plainService)).toEqual([added]);
        expect(plainService(await kernel.service(added.key))).toEqual(added);
      });

      test.each(acceptedServices)('an edit to a service $what', async ({ service: edited }) => {
        expect(await apply(addService(service(edited.key, { scheduler: 'wlc' })), editService(edited))).toEqual([]);
        expect((await kernel.services()).map(plainService)).toEqual([edited]);
      });

      test.each(acceptedDestinations)('a destination $what', async ({ of, destination: added }) => {
        expect(await apply(addService(service(of)), addDestination(of, added))).toEqual([]);
        expect((await kernel.destinations(of)).map(plainDestination)).toEqual([added]);
      });

      test.each(acceptedDestinations)('an edit to a destination $what', async ({ of, destination: edited }) => {
        const before = { ...edited, forwarding: 'tunnel', weight: 77, tunnel: { type: 'ipip' } } as const;
        const done = await apply(addService(service(of)), addDestination(of, before), editDestination(of, edited));
        expect(done).toEqual([]);
        expect((await kernel.destinations(of)).map(plainDestination)).toEqual([edited]);
      });
    });

    describe('refuses', () => {
      test.each(refusedOperations)('$what with $errno', async ({ given, operation, errno }) => {
        expect(await apply(...given)).toEqual([]);
        const before = await kernel.table();
        const failures = await kernel.apply([operation]);
        expect(failures).toMatchObject([{ index: 0, operation, error: { code: 'NETLINK_REFUSED', errnoName: errno } }]);
        expect(await kernel.table()).toEqual(before);
      });
    });

    test('goes on after a refusal and says which operations were refused', async () => {
      const key = serviceKey('10.0.0.1:80');
      const refused = await apply(
        addService(service(key)),
        addService(service(key)),
        addDestination(key, destination('10.1.0.1:80')),
        addDestination(serviceKey('10.0.0.2:80'), destination('10.1.0.1:80')),
        addDestination(key, destination('10.1.0.2:80')),
        editDestination(key, destination('10.1.0.3:80')),
      );
      expect(refused).toEqual(['1: EEXIST', '3: ESRCH', '5: ENOENT']);
      expect((await kernel.destinations(key)).map(({ key: { port } }) => port)).toEqual([80, 80]);
    });

    test('keeps one service apart from the next by protocol, port, family and mark', async () => {
      const keys = [
        serviceKey('10.0.0.1:80'),
        serviceKey('10.0.0.1:80', 17),
        serviceKey('10.0.0.1:80', 132),
        serviceKey('10.0.0.1:81'),
        serviceKey('[fd00::1]:80'),
        markKey(1),
        markKey(1, 6),
        markKey(2),
      ];
      expect(await apply(...keys.map((key) => addService(service(key))))).toEqual([]);
      const listed = (await kernel.services()).map((entry) => serviceKeyId(entry.key));
      expect([...listed].sort()).toEqual(keys.map(serviceKeyId).sort());
      expect(await apply({ kind: 'delete-service', service: markKey(1) })).toEqual([]);
      expect(await kernel.service(markKey(1))).toBeUndefined();
      expect(await kernel.service(markKey(1, 6))).toBeDefined();
    });

    test('lists marks after addresses, and of two services in one hash row the newer first', async () => {
      // 337 = 0x151, so that 337 ^ (337 >> 8) ends in the same byte as 80.
      const keys = [markKey(1), markKey(257), serviceKey('10.0.0.1:80'), serviceKey('10.0.0.1:337')];
      await apply(...keys.map((key) => addService(service(key))));
      const listed = (await kernel.services()).map((entry) => serviceKeyId(entry.key));
      expect(listed).toEqual([...keys.slice(2).reverse(), ...keys.slice(0, 2).reverse()].map(serviceKeyId));
    });

    test('lists destinations newest first, and an edit does not move one', async () => {
      const key = serviceKey('10.0.0.1:80');
      const at = ['10.1.0.1:80', '10.1.0.3:80', '10.1.0.2:80', '10.1.0.1:81'];
      await apply(addService(service(key)), ...at.map((text) => addDestination(key, destination(text))));
      await apply(editDestination(key, destination('10.1.0.3:80', { weight: 9 })));
      const [table] = await kernel.table();
      expect(table?.destinations.map((entry) => destinationKeyId(entry.key))).toEqual([...at].reverse());
      expect(table?.destinations.map((entry) => entry.weight)).toEqual([1, 1, 9, 1]);
    });

    test('keeps the destinations of a service that is edited', async () => {
      const key = serviceKey('10.0.0.1:80');
      await apply(addService(service(key)), addDestination(key, destination('10.1.0.1:80')));
      await apply(editService(service(key, { scheduler: 'sh', schedFlags: 3 })));
      expect(await kernel.table()).toMatchObject([{ service: { scheduler: 'sh' }, destinations: [{ weight: 1 }] }]);
    });

    test('forgets the destinations of a service that is deleted', async () => {
      const key = serviceKey('10.0.0.1:80');
      await apply(addService(service(key)), addDestination(key, destination('10.1.0.1:80')));
      await apply({ kind: 'delete-service', service: key });
      expect(await kernel.destinations(key)).toEqual([]);
      await apply(addService(service(key)));
      expect(await kernel.destinations(key)).toEqual([]);
    });

    test('takes back a destination that was deleted, as new', async () => {
      const key = serviceKey('10.0.0.1:80');
      await apply(addService(service(key)), addDestination(key, destination('10.1.0.1:80', { weight: 5 })));
      await apply(values.deleteDestination(key, '10.1.0.1:80'));
      expect(await apply(addDestination(key, destination('10.1.0.1:80', { weight: 2 })))).toEqual([]);
      expect((await kernel.destinations(key)).map(({ weight }) => weight)).toEqual([2]);
    });

    test('knows neither a service nor destinations where there are none', async () => {
      expect(await kernel.service(serviceKey('10.0.0.1:80'))).toBeUndefined();
      expect(await kernel.destinations(serviceKey('10.0.0.1:80'))).toEqual([]);
    });

    test('counts from zero, and zeroes one service or all', async () => {
      const key = serviceKey('10.0.0.1:80');
      await apply(addService(service(key)), addDestination(key, destination('10.1.0.1:80')));
      expect(await apply({ kind: 'zero' }, { kind: 'zero', service: key })).toEqual([]);
      const [entry] = await kernel.table();
      expect(entry?.service.stats).toMatchObject({ connections: 0n, inBytes: 0n, outBps: 0n });
      expect(entry?.destinations).toMatchObject([{ activeConnections: 0, inactiveConnections: 0, stats: { cps: 0n } }]);
    });

    test('holds a thousand destinations', async () => {
      const key = markKey(7);
      const at = Array.from({ length: 1000 }, (_, i) => `10.1.${i >> 8}.${i & 255 || 1}:${1000 + i}`);
      expect(await apply(addService(service(key)), ...at.map((t) => addDestination(key, destination(t))))).toEqual([]);
      expect((await kernel.destinations(key)).map((d) => destinationKeyId(d.key))).toEqual([...at].reverse());
    });

    test('applies nothing when nothing is asked', async () => {
      expect(await kernel.apply([])).toEqual([]);
    });
  });
};

/** Without what only a listing has. */
const plainService = (entry: ServiceEntry | undefined): Service | undefined => {
  if (entry === undefined) return undefined;
  const { stats: _, ...plain } = entry;
  return plain;
};

const plainDestination = (
  entry: Destination &
    Partial<Record<'activeConnections' | 'inactiveConnections' | 'persistentConnections' | 'stats', unknown>>,
): Destination => {
  const { activeConnections: _a, inactiveConnections: _i, persistentConnections: _p, stats: _s, ...plain } = entry;
  return plain;
};
