// Routes and rules of running owners on the memory kernel: adoption, losses, retries, what earlier runs left.
import { expect, test } from '@jest/globals';
import { formatIp, parseIp } from '@vipward/config/address';
import { describeRule, type RouteChange } from '@vipward/netlink';
import { createMemoryRoute, FakeClock, settle } from '@vipward/testkit';
import { toKernelRoute } from '../../src/owned/route.ts';
import { prioritiesOf } from '../../src/owned/rule.ts';
import type { Possessions } from '../../src/runtime/claims.ts';
import { protocolName } from '../../src/runtime/culprit.ts';
import { Host } from '../../src/runtime/host.ts';
import { Routing } from '../../src/runtime/routing.ts';
import { configOf } from '../owned/lines.ts';

const possessions = (routes: readonly string[], rules: readonly string[] = []): Possessions => {
  const config = configOf(`static_routes {\n${routes.join('\n')}\n}\nstatic_rules {\n${rules.join('\n')}\n}`);
  return { routes: config.staticRoutes ?? [], rules: [...prioritiesOf(config.staticRules ?? [])] };
};

const setUp = async () => {
  const kernel = createMemoryRoute({ links: ['eth0', 'eth1'] });
  const address = parseIp('10.78.0.1');
  if (address === undefined) throw new Error('no address');
  await kernel.addAddress({ ifIndex: kernel.link('eth0').index, address, prefixLength: 24 });
  const clock = new FakeClock(0);
  const lines: string[] = [];
  const log = (text: string): void => void lines.push(text);
  const open = async (): Promise<Routing> => {
    const host = new Host(kernel);
    await host.read();
    return new Routing({
      ...{ kernel, host, clock, log: { error: log, warning: log, info: log, detail: log } },
      processName: (pid) => (pid === 4711 ? 'ip' : undefined),
      onProgress: () => undefined,
    });
  };
  const there = async (): Promise<readonly string[]> => [
    ...(await kernel.routes()).map(
      ({ destination: { address, prefixLength } }) => `${formatIp(address)}/${prefixLength}`,
    ),
    ...(await kernel.rules()).map(describeRule),
  ];
  kernel.clearWrites();
  return { kernel, clock, lines, open, there };
};

const mine = possessions(
  ['10.1.0.0/24 via 10.78.0.9 dev eth0', '10.2.0.0/24 dev eth1'],
  ['from 10.1.0.0/16 table 77 preference 100'],
);
const all = ['10.2.0.0/24', '10.1.0.0/24', '100 from 10.1.0.0/16 table 77'];

const routeTo = async (kernel: ReturnType<typeof createMemoryRoute>, text: string) => {
  const route = (await kernel.routes()).find(({ destination }) => formatIp(destination.address) === text);
  if (route === undefined) throw new Error(`no route to ${text}`);
  return route;
};

test('what is claimed is there, and gone once it is released', async () => {
  const { kernel, open, there } = await setUp();
  const routing = await open();
  await routing.claim('VI_1', mine);
  expect(await there()).toEqual(all);
  expect(kernel.writes).toBe(3);
  await routing.release('VI_1');
  expect(await there()).toEqual([]);
  routing.close();
});

test('a successor that claims the same writes nothing, and then takes away what nobody claims', async () => {
  const { kernel, open, there } = await setUp();
  const first = await open();
  await first.claim('VI_1', mine);
  const left = first.ours;
  first.close();
  kernel.clearWrites();
  const second = await open();
  await second.claim(
    'VI_1',
    possessions(['10.1.0.0/24 via 10.78.0.9 dev eth0'], ['from 10.1.0.0/16 table 77 preference 100']),
  );
  expect(kernel.writes).toBe(0);
  second.inherit(left);
  await second.sync();
  expect(await there()).toEqual(['10.1.0.0/24', '100 from 10.1.0.0/16 table 77']);
  second.close();
});

test('what one owner releases stays while another claims it', async () => {
  const { kernel, open, there } = await setUp();
  const routing = await open();
  await Promise.all([routing.claim('VI_1', mine), routing.claim('VI_2', mine)]);
  kernel.clearWrites();
  await routing.release('VI_1');
  expect([kernel.writes, await there()]).toEqual([0, all]);
  await routing.release('VI_2');
  expect(await there()).toEqual([]);
  routing.close();
});

test('what is there without us is adopted, and goes with the role', async () => {
  const { kernel, open, there, lines } = await setUp();
  const first = await open();
  await first.claim('VI_1', mine);
  first.close();
  const second = await open();
  // The kernel knows better than the list: the answer is EEXIST.
  kernel.refuseWhen((change: RouteChange) => (change.kind === 'add-rule' ? 'EEXIST' : undefined));
  const [rule] = await kernel.rules();
  if (rule) kernel.takeAway({ rule }, 0);
  await second.claim('VI_1', mine);
  expect(lines).toContain('rule 100 from 10.1.0.0/16 table 77 is there already, adopted');
  kernel.refuseWhen();
  await second.release('VI_1');
  expect(await there()).toEqual([]);
  second.close();
});

test('a route that someone takes away comes back at once, and ever later the next times', async () => {
  const { kernel, clock, lines, open, there } = await setUp();
  const routing = await open();
  await routing.claim('VI_1', mine);
  kernel.takeAway({ route: await routeTo(kernel, '10.1.0.0') }, 4711);
  await settle();
  expect(await there()).toEqual(expect.arrayContaining(all));
  expect(lines.at(-1)).toBe(
    '(VI_1) route 10.1.0.0/24 via 10.78.0.9 table 254 was removed by ip (process 4711), putting it back',
  );
  kernel.takeAway({ route: await routeTo(kernel, '10.1.0.0') }, 9);
  await settle();
  expect(await there()).not.toContain('10.1.0.0/24');
  expect(lines.at(-1)).toContain('was removed by process 9, putting it back in 1 s');
  await clock.run(1000);
  expect(await there()).toContain('10.1.0.0/24');
  routing.close();
});

test.each([
  ['with dev', '10.1.0.0/24 via 10.78.0.9 dev eth0'],
  ['without dev', '10.1.0.0/24 via 10.78.0.9'],
  ['with next hops', '10.1.0.0/24 nexthop via 10.78.0.9 nexthop via 10.78.0.8'],
  ['of no interface', 'blackhole 10.1.0.0/24'],
])('a route %s comes back when it is replaced and when it is removed', async (_how, line) => {
  const { kernel, clock, lines, open, there } = await setUp();
  const routing = await open();
  await routing.claim('VI_1', possessions([line]));
  const [theirs] = possessions(['10.1.0.0/24 via 10.78.0.77 dev eth0 protocol static no_track']).routes;
  const route = theirs && toKernelRoute(theirs, (name) => kernel.link(name));
  if (route === undefined) throw new Error('no route of theirs');
  kernel.replaceRoute(route, 4711);
  await settle();
  expect(lines.at(-1)).toMatch(/10\.1\.0\.0.*was replaced by ip \(process 4711\), protocol static, putting it back$/);
  expect(await there()).toEqual(['10.1.0.0/24', '10.1.0.0/24']);
  kernel.takeAway({ route: await routeTo(kernel, '10.1.0.0') }, 9);
  await settle();
  expect(lines.at(-1)).toContain('was removed by process 9, putting it back in 1 s');
  expect((await kernel.routes()).map(({ protocol }) => protocolName(protocol))).toEqual(['static']);
  await clock.run(1000);
  expect((await kernel.routes()).map(({ protocol }) => protocolName(protocol))).toEqual(['keepalived', 'static']);
  routing.close();
});

test('what is not tracked stays away until the next mastership', async () => {
  const { kernel, open, there } = await setUp();
  const routing = await open();
  const untracked = possessions(['10.2.0.0/24 dev eth1 no_track']);
  await routing.claim('VI_1', untracked);
  kernel.takeAway({ route: await routeTo(kernel, '10.2.0.0') }, 4711);
  await settle();
  await routing.sync();
  expect(await there()).toEqual([]);
  await routing.release('VI_1');
  await routing.claim('VI_1', untracked);
  expect(await there()).toEqual(['10.2.0.0/24']);
  routing.close();
});

test('what the kernel drops silently with a link is found when links change', async () => {
  const { kernel, clock, open, there } = await setUp();
  const routing = await open();
  await routing.claim('VI_1', mine);
  kernel.setLink('eth1', { up: false });
  expect(await there()).not.toContain('10.2.0.0/24');
  routing.recheck();
  await settle();
  expect(await there()).not.toContain('10.2.0.0/24');
  kernel.setLink('eth1', { up: true, running: true });
  await clock.run(1000);
  expect(await there()).toContain('10.2.0.0/24');
  routing.close();
});

test('a refused write is said once and tried again; after lost notifications everything is read again', async () => {
  const { kernel, clock, lines, open, there } = await setUp();
  const routing = await open();
  kernel.refuseWhen((change: RouteChange) => (change.kind === 'add-route' ? 'EPERM' : undefined));
  await routing.claim('VI_1', mine);
  await clock.run(3000);
  expect(lines.filter((line) => line.includes('10.2.0.0/24'))).toHaveLength(1);
  kernel.refuseWhen();
  await clock.run(1000);
  expect(await there()).toEqual(expect.arrayContaining(all));
  // Someone is quicker than the notification that gets lost.
  kernel.setLink('eth1', { up: false });
  kernel.setLink('eth1', { up: true, running: true });
  kernel.overrun();
  await settle();
  expect(await there()).toEqual(expect.arrayContaining(all));
  routing.close();
});

test('-V: what is kept is not taken away by the end', async () => {
  const { open, there } = await setUp();
  const routing = await open();
  await routing.claim('VI_1', mine);
  routing.abandon();
  await routing.sync();
  routing.close();
  expect(await there()).toEqual(all);
});

test('lists are read again for a link that a route depends on, and for no other', async () => {
  const { kernel, clock, open, there } = await setUp();
  const routing = await open();
  await routing.claim('VI_1', possessions(['10.2.0.0/24 dev eth1'], ['from 10.1.0.0/16 table 77 preference 100']));
  let reads = 0;
  const list = kernel.routes.bind(kernel);
  kernel.routes = (protocol) => {
    reads++;
    return list(protocol);
  };
  routing.recheck('eth0');
  await settle();
  expect(reads).toBe(0);
  kernel.setLink('eth1', { up: false });
  kernel.setLink('eth1', { up: true, running: true });
  routing.recheck('eth1');
  await clock.run(0);
  expect(reads).toBe(1);
  expect(await there()).toContain('10.2.0.0/24');
  await routing.claim('VI_2', possessions(['10.3.0.0/24 via 10.78.0.9']));
  routing.recheck('eth0');
  await settle();
  expect(reads).toBeGreaterThan(1);
  routing.close();
});
