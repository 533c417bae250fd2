// The memory kernel's order against the real one's: some seed explains what this boot lists.
import { expect, test } from '@jest/globals';
import { openIpvsKernel, serviceKeyId } from '@vipward/netlink';
import { addService, createMemoryIpvs, markKey, service, serviceKey } from '@vipward/testkit';

test('the real kernel lists services in the order of the memory kernel with some seed', async () => {
  const keys = [
    ...Array.from({ length: 60 }, (_, i) => serviceKey(`10.${i % 7}.${i % 3}.${i}:${80 + i * 97}`, i % 2 ? 6 : 17)),
    ...Array.from({ length: 20 }, (_, i) => serviceKey(`[fd00:${i}::${i * 31}]:${443 + i}`)),
    ...Array.from({ length: 20 }, (_, i) => markKey(1 + i * 61, i % 2 ? 4 : 6)),
  ];
  const operations = [{ kind: 'flush' } as const, ...keys.map((key) => addService(service(key)))];
  const kernel = await openIpvsKernel();
  expect(await kernel.apply(operations)).toEqual([]);
  const real = (await kernel.services()).map((entry) => serviceKeyId(entry.key)).join('\n');
  await kernel.apply([{ kind: 'flush' }]);
  kernel.close();

  const explaining: number[] = [];
  for (let seed = 0; seed < 256; seed++) {
    const memory = createMemoryIpvs({ seed });
    await memory.apply(operations);
    if ((await memory.services()).map((entry) => serviceKeyId(entry.key)).join('\n') === real) explaining.push(seed);
  }
  expect(explaining).toHaveLength(1);
});
