// What an earlier run left in the kernel, as far as it was its own and somebody is to be drained.
import { beforeAll, expect, test } from '@jest/globals';
import { type Config, memoryReader, parseConfig } from '@vipward/config';
import { firstTable } from '@vipward/health/first-table';
import { createReconciler, nothingOwned, type Ownership } from '@vipward/reconciler';
import { createMemoryIpvs, FakeClock } from '@vipward/testkit';
import { leftAtStart } from '../../src/worker/checker-state.ts';

const site = (words: string): Config => {
  const text = `virtual_server 10.0.0.1 80 {\nprotocol TCP\n${words}\nreal_server 10.0.0.11 80 {\n}\nreal_server 10.0.0.12 80 {\n}\n}\n`;
  return parseConfig({ file: 'k.conf', read: memoryReader({ 'k.conf': text }), configId: 'main' }).config;
};

const table = firstTable(site('').virtualServers, undefined, () => false, 0) ?? [];
const kernel = createMemoryIpvs();
const draining = site('@vipward drain_on_remove 60');
const owning = (...destinations: readonly string[]): { readonly owned: Ownership } => ({
  owned: new Map([['tcp 10.0.0.1:80', new Set(destinations)]]),
});

beforeAll(async () => {
  const reconciler = createReconciler({
    kernel,
    clock: new FakeClock(),
    log: { error: () => {}, warning: () => {}, info: () => {} },
    owned: nothingOwned,
    onOwnedChange: () => {},
  });
  reconciler.setDesired(table);
  await reconciler.idle();
  await reconciler.stop({ remove: false });
});

test('is what was its own, without counters', async () => {
  const [{ destinations: [first] = [] } = { destinations: [] }] = table;
  const [left] = await leftAtStart(draining, owning('10.0.0.11:80'), kernel);
  expect(left?.destinations).toEqual([first]);
});

test('is nothing where nothing was its own, or nobody is to be drained', async () => {
  expect(await leftAtStart(draining, { owned: nothingOwned }, kernel)).toEqual([]);
  expect(await leftAtStart(draining, owning('10.0.0.13:80'), kernel)).toEqual([]);
  expect(await leftAtStart(site(''), owning('10.0.0.11:80'), kernel)).toEqual([]);
});
