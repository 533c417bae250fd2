// Macvlans, kernel settings and firewall rules together, in a kernel of objects.
import { describe, expect, test } from '@jest/globals';
import { describeChange, type NewAddress } from '@vipward/netlink';
import type { NftOutcome } from '@vipward/netlink/nftables';
import { createMemoryRoute, FakeClock, type MemoryRoute } from '@vipward/testkit';
import { Host } from '../../src/runtime/host.ts';
import { Footing } from '../../src/stacked/footing.ts';
import { ip } from '../advert/golden.ts';
import { configOf } from '../owned/lines.ts';

const text = (name: string, id: number, ...lines: readonly string[]): string =>
  [`vrrp_instance ${name} {`, 'interface eth0', `virtual_router_id ${id}`, ...lines, '}'].join('\n');
const V4 = text('V4', 51, 'use_vmac', 'no_accept', 'virtual_ipaddress {', '10.0.0.100', '}');
const V6 = text('V6', 52, 'use_vmac', 'virtual_ipaddress {', 'fe80::100', '}');
const conf = '/proc/sys/net/ipv4/conf';

const world = async (
  kernel: MemoryRoute = createMemoryRoute({ links: ['eth0', 'eth1'] }),
  sysctls = new Map<string, string>([
    [`${conf}/all/rp_filter`, '1'],
    [`${conf}/eth0/rp_filter`, '0'],
    [`${conf}/eth1/rp_filter`, '2'],
    [`${conf}/eth0/arp_ignore`, '0'],
    [`${conf}/eth0/arp_filter`, '0'],
  ]),
) => {
  const clock = new FakeClock();
  const host = new Host(kernel);
  await host.read();
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  /** What nft was told to do. */
  const commands: string[] = [];
  let answer = async (_input: string): Promise<NftOutcome> => ({ status: 0, stdout: '', stderr: '' });
  const footing = new Footing({
    ...{ kernel, host, clock, log: { error: say, warning: say, info: say, detail: say } },
    sysctl: { read: (path) => sysctls.get(path), write: (path, value) => void sysctls.set(path, value) },
    nftables: {
      program: async (args, input) => {
        if (args.includes('list')) return { status: 1, stdout: '', stderr: 'No such file or directory' };
        commands.push(input);
        return answer(input);
      },
    },
    onProgress: () => undefined,
  });
  const die = kernel.watch((event) => {
    const change = host.apply(event);
    if (change?.kind === 'link') footing.recheck(change.name);
  });
  const plan = (...instances: readonly string[]) => {
    const { vrrpInstances, global } = configOf(instances.join('\n'));
    return footing.plan(vrrpInstances, global);
  };
  const names = async (): Promise<readonly string[]> => (await kernel.links()).map(({ name }) => name);
  const answerWith = (next: NftOutcome): void => {
    answer = async () => next;
  };
  const answerBy = (next: typeof answer): void => {
    answer = next;
  };
  return { kernel, clock, host, footing, lines, commands, sysctls, plan, names, answerWith, answerBy, die };
};

const written = ({ kernel }: { kernel: MemoryRoute }): readonly string[] => kernel.written.map(describeChange);

/** Until all that a change of links leads to has been done. */
const calm = async ({ clock, footing }: Awaited<ReturnType<typeof world>>): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) {
    await clock.advance(0);
    await footing.settle();
  }
};

describe('what instances stand on', () => {
  test('is made down, gets its settings, then goes up; the parent answers for nobody else', async () => {
    const w = await world();
    await w.kernel.addAddress({ ifIndex: 2, address: ip('fe80::a'), prefixLength: 64, scope: 253 });
    await w.plan(V4, V6).lay();
    expect(written(w).slice(1)).toEqual([
      'add macvlan vrrp.51 on interface 2',
      'add macvlan vrrp.52 on interface 2',
      'set link vrrp.51 addrgenmode none',
      'set link vrrp.51 up',
      'set link vrrp.52 addrgenmode none',
      'set link vrrp.52 up',
      'add address fe80::a/64 on interface 5',
    ]);
    expect(w.sysctls.get(`${conf}/eth0/arp_ignore`)).toBe('1');
    // The kernel takes the greater one: eth0 keeps what it had by way of `all`.
    expect([w.sysctls.get(`${conf}/all/rp_filter`), w.sysctls.get(`${conf}/eth0/rp_filter`)]).toEqual(['0', '1']);
  });

  test('is gone at the end, and the settings are as they were', async () => {
    const w = await world();
    const before = new Map(w.sysctls);
    await w.plan(V4).lay();
    await w.footing.settle();
    await w.footing.close({ keep: false });
    expect(await w.names()).toEqual(['lo', 'eth0', 'eth1']);
    expect(w.sysctls).toEqual(before);
    expect(w.commands.at(-1)).toBe(
      '{"nftables":[{"add":{"table":{"family":"ip","name":"keepalived"}}},{"delete":{"table":{"family":"ip","name":"keepalived"}}}]}',
    );
  });

  test('is adopted by a successor without a write, who puts back what the predecessor found', async () => {
    const first = await world();
    const before = new Map(first.sysctls);
    await first.plan(V4).lay();
    await first.footing.settle();
    const { saved } = first.footing;
    first.die();
    first.kernel.clearWrites();
    const next = await world(first.kernel, first.sysctls);
    if (saved) next.footing.remember(saved);
    await next.plan(V4).lay();
    await next.footing.settle();
    expect(written(first)).toEqual([]);
    expect(next.sysctls.get(`${conf}/eth0/arp_filter`)).toBe('1');
    await next.footing.close({ keep: false });
    expect(next.sysctls).toEqual(before);
    expect(await next.names()).toEqual(['lo', 'eth0', 'eth1']);
  });

  test('nftables, nftables_priority and nftables_counters: what the tables are called, and what is in them', async () => {
    const rules = async (...globals: readonly string[]): Promise<string> => {
      const w = await world();
      await w.plan(`global_defs {\n${globals.join('\n')}\n}`, V4).lay();
      await w.footing.settle();
      return w.commands.join('\n');
    };
    const usual = await rules();
    expect(usual).toContain('"name":"keepalived"');
    expect(usual).toContain('"prio":-1');
    expect(usual).not.toContain('counter');
    const other = await rules('nftables vips', 'nftables_priority -7', 'nftables_counters');
    expect(other).toContain('"name":"vips"');
    expect(other).toContain('"prio":-7');
    expect(other).toContain('{"counter":{"packets":0,"bytes":0}}');
  });

  test('belongs to the VRF of its parent, also when that changes', async () => {
    const w = await world();
    const { index: master } = w.kernel.addLink({ name: 'blue', kind: 'vrf', vrfTable: 10 });
    w.kernel.setLink('eth0', { master });
    await w.clock.advance(0);
    await w.plan(V4).lay();
    const made = async () => (await w.kernel.links()).find(({ name }) => name === 'vrrp.51');
    expect((await made())?.master).toBe(master);
    expect(written(w).indexOf(`set link vrrp.51 master interface ${master}`)).toBeLessThan(
      written(w).indexOf('set link vrrp.51 up'),
    );
    w.kernel.setLink('eth0', { master: 0 });
    await calm(w);
    expect((await made())?.master).toBe(0);
  });

  test('goes when a reload needs it no more, and not before that has settled', async () => {
    const w = await world();
    await w.plan(V4, V6).lay();
    await w.plan(V6).lay();
    expect(await w.names()).toContain('vrrp.51');
    await w.footing.settle();
    expect(await w.names()).toEqual(['lo', 'eth0', 'eth1', 'vrrp.52']);
  });

  test('comes back when someone deletes it, and when its parent comes back', async () => {
    const w = await world();
    await w.plan(V4).lay();
    w.kernel.removeLink('vrrp.51');
    await calm(w);
    expect(await w.names()).toContain('vrrp.51');
    w.kernel.removeLink('eth0');
    await calm(w);
    expect(await w.names()).toEqual(['lo', 'eth1']);
    w.kernel.addLink({ name: 'eth0' });
    await calm(w);
    expect(await w.names()).toContain('vrrp.51');
  });

  test('is tried again when the kernel refuses it', async () => {
    const w = await world();
    w.kernel.refuseWhen(({ kind }) => (kind === 'add-link' ? 'EPERM' : undefined));
    await w.plan(V4).lay();
    expect(w.lines.join('\n')).toContain('VRRP_LINK');
    w.kernel.refuseWhen();
    await w.clock.advance(1000);
    await w.footing.settle();
    expect(await w.names()).toContain('vrrp.51');
  });
});

describe('packets for addresses that are not ours to answer for', () => {
  const address = (text: string): NewAddress => ({ ifIndex: 2, address: ip(text), prefixLength: 32 });

  test('are blocked before the address is there, by one element of a set', async () => {
    const w = await world();
    const plan = w.plan(V4);
    const [instance] = plan.instances;
    if (instance === undefined) throw new Error('no instance');
    await plan.lay();
    await w.footing.settle();
    const owner = {};
    await w.footing.guard(owner, instance, [address('10.0.0.100')]);
    const element = '{"element":{"family":"ip","table":"keepalived","name":"vips","elem":["10.0.0.100"]}}';
    expect(w.commands.at(-1)).toBe(`{"nftables":[{"add":${element}}]}`);
    expect(w.footing.guard(owner, instance, [address('10.0.0.100')])).toBeUndefined();
    await w.footing.guard(owner, instance, []);
    expect(w.commands.at(-1)).toBe(`{"nftables":[{"delete":${element}}]}`);
  });

  test('are taken by the owner of the address (priority 255), and where accept is said', async () => {
    const w = await world();
    for (const words of ['priority 255', 'accept']) {
      const [instance] = w.plan(V4.replace('no_accept', `no_accept\n${words}`)).instances;
      if (instance === undefined) throw new Error('no instance');
      expect(w.footing.guard({}, instance, [address('10.0.0.100')])).toBeUndefined();
    }
    expect(w.commands).toEqual([]);
  });

  test('a missing nft is said once, and holds nothing up', async () => {
    const w = await world();
    w.answerWith({ status: undefined, stdout: '', stderr: 'spawn nft ENOENT' });
    await w.plan(V4).lay();
    await w.footing.settle();
    await w.footing.settle();
    expect(w.lines.filter((line) => line.includes('VRRP_FIREWALL'))).toHaveLength(1);
    expect(await w.names()).toContain('vrrp.51');
  });

  test('what nft refuses is said once and tried again ever later', async () => {
    const w = await world();
    w.answerWith({ status: 1, stdout: '', stderr: 'Error: Operation not supported\nadd table ip keepalived' });
    await w.plan(V4.replace('use_vmac', '')).lay();
    for (let i = 0; i < 5; i++) await w.footing.settle();
    expect(w.commands).toHaveLength(1);
    expect(w.lines.filter((line) => line.includes('VRRP_FIREWALL'))).toEqual([
      expect.stringContaining('nft ended with 1: Error: Operation not supported; packets for virtual addresses'),
    ]);
    w.answerWith({ status: 0, stdout: '', stderr: '' });
    await w.clock.advance(1000);
    await w.footing.settle();
    expect(w.commands).toHaveLength(2);
    await w.footing.close({ keep: true });
  });

  test('a kernel that cannot duplicate packets gets the other rules, and it is said', async () => {
    const w = await world();
    w.answerBy(async (input) => ({ status: input.includes('"dup"') ? 1 : 0, stdout: '', stderr: 'Error: no dup' }));
    await w.plan(V4).lay();
    await w.footing.settle();
    expect(w.commands.at(-1)).toContain('"vips"');
    expect(w.lines.join('\n')).toContain('This kernel has no nft_dup');
    const written = w.commands.length;
    await w.footing.settle();
    expect(w.commands).toHaveLength(written);
    await w.footing.close({ keep: true });
  });
});
