// MemoryKernel for IPVS: the contract, and what only it can do.
import { describe, expect, test } from '@jest/globals';
import {
  addDestination,
  addService,
  createMemoryIpvs,
  deleteService,
  destination,
  service,
  serviceKey,
} from '@vipward/testkit';
import { ipvsContract } from '@vipward/testkit/jest';

ipvsContract('memory', () => createMemoryIpvs());

describe('MemoryKernel', () => {
  const key = serviceKey('10.0.0.1:80');

  test('counts writes, refused ones too, and never reads', async () => {
    const kernel = createMemoryIpvs();
    await kernel.apply([addService(service(key)), addService(service(key))]);
    await kernel.table();
    await kernel.services();
    expect(kernel.writes).toBe(2);
    expect(kernel.written).toEqual([addService(service(key)), addService(service(key))]);
    kernel.clearWrites();
    expect(kernel.writes).toBe(0);
  });

  test('refuses on demand, and then no more', async () => {
    const kernel = createMemoryIpvs({ refuse: ({ kind }) => (kind === 'add-destination' ? 'ENOMEM' : undefined) });
    const both = [addService(service(key)), addDestination(key, destination('10.1.0.1:80'))];
    expect(await kernel.apply(both)).toMatchObject([{ index: 1, error: { errno: 12, errnoName: 'ENOMEM' } }]);
    kernel.refuseWhen();
    expect(await kernel.apply(both)).toMatchObject([{ index: 0, error: { errnoName: 'EEXIST' } }]);
  });

  test('has only the schedulers it is given', async () => {
    const kernel = createMemoryIpvs({ schedulers: ['rr'] });
    const refused = await kernel.apply([addService(service(key, { scheduler: 'wlc' })), addService(service(key))]);
    expect(refused).toMatchObject([{ index: 0, error: { errnoName: 'ENOENT' } }]);
  });

  test('holds the counters that traffic would leave, until they are zeroed', async () => {
    const kernel = createMemoryIpvs();
    await kernel.apply([addService(service(key)), addDestination(key, destination('10.1.0.1:80'))]);
    kernel.setServiceStats(key, { connections: 7n });
    kernel.setDestinationState(key, destination('10.1.0.1:80').key, { activeConnections: 3 });
    expect(await kernel.table()).toMatchObject([
      { service: { stats: { connections: 7n, inBytes: 0n } }, destinations: [{ activeConnections: 3 }] },
    ]);
    await kernel.apply([{ kind: 'zero' }]);
    expect(await kernel.service(key)).toMatchObject({ stats: { connections: 0n } });
  });

  test('orders the rows of its hash table by the seed', async () => {
    const listed = async (seed: number): Promise<readonly number[]> => {
      const kernel = createMemoryIpvs({ seed });
      await kernel.apply([1, 2, 3, 4].map((port) => addService(service(`10.0.0.1:${port}`))));
      return (await kernel.services()).map((entry) => (entry.key.kind === 'address' ? entry.key.port : -1));
    };
    expect(await listed(0)).not.toEqual(await listed(7));
    expect([...(await listed(7))].sort()).toEqual([1, 2, 3, 4]);
  });

  test('refuses everything once it is closed', async () => {
    const kernel = createMemoryIpvs();
    kernel.close();
    await expect(kernel.table()).rejects.toMatchObject({ code: 'NETLINK_CLOSED' });
    await expect(kernel.apply([deleteService(key)])).rejects.toMatchObject({ code: 'NETLINK_CLOSED' });
  });
});
