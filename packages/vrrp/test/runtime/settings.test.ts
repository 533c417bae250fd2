// Settings of instances that change when and with whom they speak, on a host of objects.
import { describe, expect, test } from '@jest/globals';
import type { VrrpInstance } from '@vipward/config';
import { settle } from '@vipward/testkit';
import type { LinkSettings } from '../../src/runtime/api.ts';
import type { WireSettings } from '../../src/runtime/wire-settings.ts';
import { ip } from '../advert/golden.ts';
import { FakeKernel, instance, link, running } from './fake-edges.ts';

const roleOf = ({ runtime }: Awaited<ReturnType<typeof running>>): string | undefined => runtime.states()[0]?.role;

test('vrrp_startup_delay: an instance begins to listen when the delay is over', async () => {
  const world = await running({ startDelay: 5000 });
  await world.clock.run(4999);
  expect(roleOf(world)).toBe('initialize');
  expect(world.events).toEqual([]);
  await world.clock.run(1);
  expect(roleOf(world)).toBe('backup');
  await world.clock.run(3609);
  expect(world.sent).toEqual([]);
  await world.clock.run(2);
  expect(world.sent).toEqual([100]);
});

test('vrrp_startup_delay: who is stopped before it is over never begins', async () => {
  const world = await running({ startDelay: 5000 });
  await world.clock.run(1000);
  await world.runtime.stop();
  expect(world.clock.pending).toEqual([]);
  await world.clock.run(10_000);
  expect([world.events, world.sent]).toEqual([[], []]);
});

test('interface_up_down_delays: a link that flaps within the delay changes nothing', async () => {
  const world = await running({ links: { interfaceDelays: [{ name: 'eth0', down: 2000, up: 0 }] } });
  world.kernel.tell({ kind: 'link', link: link('eth0', 2, false) });
  await world.clock.run(1900);
  world.kernel.tell({ kind: 'link', link: link('eth0', 2, true) });
  await world.clock.run(1000);
  expect(world.events).toEqual(['BACKUP']);
  world.kernel.tell({ kind: 'link', link: link('eth0', 2, false) });
  await world.clock.run(2000);
  expect(roleOf(world)).toBe('fault');
  world.kernel.tell({ kind: 'link', link: link('eth0', 2, true) });
  await settle();
  expect(roleOf(world)).toBe('backup');
});

describe('linkbeat', () => {
  const silently = (kernel: FakeKernel, up: boolean): void => void kernel.linkList.splice(1, 1, link('eth0', 2, up));

  test.each<[string, LinkSettings, Partial<VrrpInstance>]>([
    ['linkbeat_interfaces', { linkbeatInterfaces: [{ name: 'eth0', method: 'MII' }] }, {}],
    ['linkbeat_use_polling', { linkbeatUsePolling: true }, {}],
    ['linkbeat_use_polling of an instance', {}, { linkbeatUsePolling: true }],
  ])('%s: a link of which nobody tells is asked for every second', async (_, links, change) => {
    const world = await running({ links, instances: [instance(change)] });
    silently(world.kernel, false);
    await world.clock.run(1000);
    expect(roleOf(world)).toBe('fault');
    silently(world.kernel, true);
    await world.clock.run(1000);
    expect(roleOf(world)).toBe('backup');
    await world.runtime.stop();
    expect(world.clock.pending).toEqual([]);
  });

  test('is not asked for where nobody wants it', async () => {
    const world = await running();
    silently(world.kernel, false);
    await world.clock.run(3000);
    expect(roleOf(world)).toBe('backup');
  });
});

test('dont_track_primary: the own link may go down', async () => {
  const world = await running({ instances: [instance({ dontTrackPrimary: true })] });
  world.kernel.tell({ kind: 'link', link: link('eth0', 2, false) });
  await settle();
  expect(roleOf(world)).toBe('backup');
});

test('track_src_ip: the source address must be there', async () => {
  const kernel = new FakeKernel();
  const source = { multicastSourceIp: ip('10.0.0.5'), trackSrcIp: true };
  const world = await running({ instances: [instance(source)] }, kernel);
  expect(roleOf(world)).toBe('backup');
  const [there] = kernel.addressList;
  kernel.lose('10.0.0.5');
  expect(roleOf(world)).toBe('fault');
  expect(world.lines).toContain('(VI_1) fault: source 10.0.0.5 down');
  if (there) kernel.tell({ kind: 'address', address: there });
  expect(roleOf(world)).toBe('backup');
});

test('unicast_fault_no_peer: without peers there is nobody to be master for', async () => {
  const world = await running({ instances: [instance({ unicastFaultNoPeer: true })] });
  expect(roleOf(world)).toBe('fault');
  await world.runtime.reload([instance({ unicastFaultNoPeer: true, unicastPeers: [{ address: ip('10.0.0.9') }] })]);
  expect(roleOf(world)).toBe('backup');
});

describe('promote_secondaries', () => {
  const path = '/proc/sys/net/ipv4/conf/eth0/promote_secondaries';
  const asked: Partial<VrrpInstance> = { promoteSecondaries: true };

  test('is on while an instance wants it, and then as it was before', async () => {
    const { runtime, sysctls } = await running({ instances: [instance(asked)] });
    expect(sysctls.get(path)).toBe('1');
    await runtime.reload([instance()]);
    expect(sysctls.get(path)).toBe('0');
    await runtime.reload([instance(asked)]);
    expect(sysctls.get(path)).toBe('1');
    await runtime.stop();
    expect(sysctls.get(path)).toBe('0');
  });

  test('is left alone where nobody asks', async () => {
    const { sysctls } = await running();
    expect(sysctls.get(path)).toBe('0');
  });
});

describe('what a wire hears', () => {
  const other = ip('224.0.0.77');

  test('is what its instances need, and no more after a reload', async () => {
    const { runtime, heard } = await running({ instances: [instance()] });
    expect(heard.at(-1)).toEqual({ groups: [ip('224.0.0.18')], ah: false });
    const authentication = { type: 'AH', pass: 'x' } as const;
    const second = instance({ name: 'VI_2', virtualRouterId: 52, multicastDestinationIp: other, authentication });
    await runtime.reload([instance({ kernelRxBufSize: 65_536 }), second]);
    expect(heard.at(-1)).toEqual({ groups: [ip('224.0.0.18'), other], ah: true, receiveBuffer: 65_536 });
    await runtime.reload([second]);
    expect(heard.at(-1)).toEqual({ groups: [other], ah: true });
    await runtime.reload([instance({ unicastPeers: [{ address: ip('10.0.0.9') }] })]);
    expect(heard.at(-1)).toEqual({ groups: [], ah: false });
  });

  test('has the room that vrrp_rx_bufs_policy gives to each instance', async () => {
    const bufferBy = async (vrrpRxBufsPolicy: WireSettings['vrrpRxBufsPolicy'], change: Partial<VrrpInstance> = {}) => {
      const instances = [instance(change), instance({ name: 'VI_2', virtualRouterId: 52 })];
      const { heard } = await running({ instances, wires: vrrpRxBufsPolicy ? { vrrpRxBufsPolicy } : {} });
      return heard.at(-1)?.receiveBuffer;
    };
    expect(await bufferBy(undefined)).toBeUndefined();
    expect(await bufferBy({ kind: 'mtu' })).toBe(2 * 3 * 1500);
    expect(await bufferBy({ kind: 'bytes', bytes: 5000 }, { kernelRxBufSize: 100 })).toBe(5100);
    // 20 bytes of message, 44 of headers and 28 of a trailer.
    expect(await bufferBy({ kind: 'advert' })).toBe(2 * 3 * (20 + 44 + 28));
  });

  test('log_unknown_vrids: a virtual router that is not ours is said, now and then', async () => {
    const silent = await running();
    silent.hear({ vrid: 9 });
    const lines = [...silent.lines];
    const world = await running({ wires: { logUnknownVrids: true } });
    for (let i = 0; i < 100; i++) world.hear({ vrid: 9 });
    const said = 'Unknown VRID(9) received on interface(eth0) from 10.0.0.9. ignoring...';
    expect(lines).not.toContain(said);
    expect(world.lines.filter((line) => line === said)).toHaveLength(1);
  });

  test('of another group is for the instance of that group alone', async () => {
    const world = await running({ instances: [instance({ multicastDestinationIp: other })] });
    world.hear();
    expect(world.runtime.states()[0]).toMatchObject({ advertsReceived: 0, advertsRejected: {} });
  });
});
