// The reconciler on a kernel that has IPVS: what it wants and what the kernel reports must be the same thing.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type LvsTable, openIpvsKernel } from '@vipward/netlink';
import { systemClock } from '@vipward/sockets';
import fc from 'fast-check';
import { createReconciler, indexTable, nothingOwned, type Ownership, ownershipOf, plan } from '../../src/index.ts';
import { anyTable, entry, ip, server, service, tcp } from '../tables.ts';

const kernel = await openIpvsKernel();
// The kernel takes a real server only when there is a way to it.
const routes = [
  ['route', 'replace', '192.168.0.0/24', 'dev', 'lo'],
  ['-6', 'route', 'replace', '2001:db8:1::/64', 'dev', 'lo'],
];
beforeAll(() => {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  for (const words of routes) execFileSync('ip', words);
});
afterAll(() => {
  for (const words of routes)
    execFileSync(
      'ip',
      words.map((word) => (word === 'replace' ? 'del' : word)),
    );
  kernel.close();
});
beforeEach(async () => {
  expect(await kernel.apply([{ kind: 'flush' }])).toEqual([]);
});

const setUp = (owned: Ownership = nothingOwned) => {
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(text);
  const log = { error: say, warning: say, info: say };
  const reconciler = createReconciler({ kernel, clock: systemClock, log, owned, onOwnedChange: () => {} });
  const set = async (table: LvsTable): Promise<void> => {
    reconciler.setDesired(table);
    await reconciler.idle();
  };
  return { reconciler, lines, set };
};

// What the kernel itself refuses is left out: engines whose module is not there, an IPv4 mask and an IPv4 server in an IPv6
// service.
const valid = anyTable.map((table) =>
  table.map(({ service: wanted, destinations }) => ({
    service: { ...wanted, engine: '', netmask: familyOf(wanted) === 6 ? 64 : wanted.netmask },
    destinations: destinations.map((each) =>
      familyOf(wanted) === 6
        ? { ...each, key: { ...each.key, address: ip(`2001:db8:1::${each.key.address.bytes[3]}`) } }
        : each,
    ),
  })),
);
const familyOf = ({ key }: LvsTable[number]['service']): 4 | 6 =>
  key.kind === 'fwmark' ? key.family : key.address.family;

describe('the kernel', () => {
  test('reports any wanted table as it was wanted: the second plan is empty, from any table before', async () => {
    const { reconciler, lines, set } = setUp();
    await fc.assert(
      fc.asyncProperty(valid, async (desired) => {
        lines.length = 0;
        await set(desired);
        expect(lines.filter((line) => line.startsWith('Cannot'))).toEqual([]);
        const actual = await kernel.table();
        expect(plan(actual, desired, ownershipOf(indexTable(actual)))).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(reconciler.stats().operationsRefused).toBe(0);
    await reconciler.stop({ remove: true });
    expect(await kernel.services()).toEqual([]);
  }, 120_000);

  test('is not written to by a process that starts on the table of the one before', async () => {
    const wanted = [
      entry(service(tcp(1), { persistent: true, timeout: 60, netmask: 0xffffff00 }), server(1), server(2, 0)),
    ];
    const first = setUp();
    await first.set(wanted);
    await first.reconciler.stop({ remove: false });
    const second = setUp(ownershipOf(indexTable(wanted)));
    await second.set(wanted);
    expect(second.reconciler.stats()).toMatchObject({ operationsSent: 0, repaired: 0 });
    await second.reconciler.stop({ remove: true });
    expect(await kernel.services()).toEqual([]);
  }, 60_000);

  test('gets back what was changed by hand, and keeps what was added by hand', async () => {
    const { reconciler, lines, set } = setUp();
    const vs = service(tcp(1));
    await set([entry(vs, server(1), server(2))]);
    lines.length = 0;
    await kernel.apply([
      { kind: 'edit-destination', service: vs.key, destination: server(1, 9) },
      { kind: 'add-service', service: service(tcp(7)) },
    ]);
    await reconciler.reconcileNow();
    expect(lines).toEqual([
      'Repaired: service [192.168.0.1]:tcp:80 of VS [10.0.0.1]:tcp:80 was changed: weight 9 instead of 1',
    ]);
    await reconciler.stop({ remove: true });
    expect((await kernel.services()).map(({ key }) => key)).toEqual([tcp(7)]);
  }, 60_000);

  test('refuses an unknown scheduler with one clear line, and takes the rest', async () => {
    const { reconciler, lines, set } = setUp();
    await set([entry(service(tcp(1), { scheduler: 'nosuch' }), server(1)), entry(service(tcp(2)), server(2))]);
    expect(lines.filter((line) => line.startsWith('Cannot'))).toEqual([
      'Cannot add VS [10.0.0.1]:tcp:80: ENOENT (no scheduler nosuch: load the module ip_vs_nosuch); next try in 1 s',
    ]);
    expect((await kernel.services()).map(({ key }) => key)).toEqual([tcp(2)]);
    await reconciler.stop({ remove: true });
  }, 60_000);
});
