// The keywords of global_defs that are defaults of every instance, as its machine and its packets get them.
import { expect, test } from '@jest/globals';
import { formatIp } from '@vipward/config/address';
import { ownedSettings, trackSettings } from '../../src/index.ts';
import { expectation, groupOf, machineConfig } from '../../src/runtime/instance-settings.ts';
import { startDelay } from '../../src/runtime/start-delay.ts';
import { receiveBuffer } from '../../src/runtime/wire-settings.ts';
import { configOf } from '../owned/lines.ts';
import { FakeKernel, link, running } from './fake-edges.ts';

const configured = (globals: string, own = '') => {
  const config = configOf(
    `global_defs {\n${globals}\n}\nvrrp_instance VI_1 {\ninterface eth0\nvirtual_router_id 51\npriority 100\n${own}
virtual_ipaddress {\n10.0.0.100\n}\n}\n`,
  );
  const [instance] = config.vrrpInstances;
  if (instance === undefined) throw new Error('no instance');
  return { config, instance, machine: machineConfig(instance, []) };
};

test.each([
  ['vrrp_garp_master_delay 7', 'garp_master_delay 8', 'garpMasterDelay', 7000, 8000],
  ['vrrp_garp_master_repeat 7', 'garp_master_repeat 8', 'garpMasterRepeat', 7, 8],
  ['vrrp_garp_master_refresh 7', 'garp_master_refresh 8', 'garpRefresh', 7000, 8000],
  ['vrrp_garp_master_refresh_repeat 7', 'garp_master_refresh_repeat 8', 'garpRefreshRepeat', 7, 8],
  ['vrrp_garp_lower_prio_delay 7', 'garp_lower_prio_delay 8', 'garpLowerPrioDelay', 7000, 8000],
  ['vrrp_garp_lower_prio_repeat 7', 'garp_lower_prio_repeat 8', 'garpLowerPrioRepeat', 7, 8],
  ['vrrp_garp_master_delay 7', 'garp_lower_prio_delay 8', 'garpLowerPrioDelay', 7000, 8000],
  ['vrrp_garp_master_repeat 7', 'garp_lower_prio_repeat 8', 'garpLowerPrioRepeat', 7, 8],
  ['vrrp_down_timer_adverts 7', 'down_timer_adverts 8', 'downTimerAdverts', 7, 8],
  ['vrrp_lower_prio_no_advert', 'lower_prio_no_advert off', 'lowerPrioNoAdvert', true, false],
  ['vrrp_higher_prio_send_advert', 'higher_prio_send_advert off', 'higherPrioSendAdvert', true, false],
  ['vrrp_version 3', 'version 2', 'version', 3, 2],
  ['vrrp_strict', 'strict_mode off', 'garpLowerPrioRepeat', 0, 5],
  ['vrrp_strict', 'strict_mode off', 'lowerPrioNoAdvert', true, false],
] as const)('%s is the default; %s of the instance wins', (global, own, field, fromGlobal, fromOwn) => {
  expect(configured(global).machine[field]).toBe(fromGlobal);
  expect(configured(global, own).machine[field]).toBe(fromOwn);
  expect(configured('').machine[field]).not.toBe(fromGlobal);
});

test('vrrp_owner_ignore_adverts: of the owner alone', () => {
  expect(configured('vrrp_owner_ignore_adverts', 'priority 255').machine.ownerIgnoresAdverts).toBe(true);
  expect(configured('', 'priority 255').machine.ownerIgnoresAdverts).toBe(false);
});

test('vrrp_mcast_group4 and vrrp_mcast_group6: where adverts go; mcast_dst_ip of the instance wins', () => {
  const groups = 'vrrp_mcast_group4 224.0.0.99\nvrrp_mcast_group6 ff02::99';
  const group = (own: string) => formatIp(groupOf(configured(groups, own).instance));
  expect(group('')).toBe('224.0.0.99');
  expect(group('mcast_dst_ip 224.0.0.77')).toBe('224.0.0.77');
  const six = configOf(
    `global_defs {\n${groups}\n}\nvrrp_instance VI_1 {\ninterface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\nfe80::1\n}\n}\n`,
  ).vrrpInstances;
  expect(six.map((one) => formatIp(groupOf(one)))).toEqual(['ff02::99']);
});

test('vrrp_check_unicast_src and vrrp_skip_check_adv_addr: what is demanded of adverts', () => {
  const master = { family: 4, bytes: Uint8Array.of(10, 0, 0, 9) } as const;
  const demanded = (globals: string) =>
    expectation(configured(globals, 'unicast_peer {\n10.0.0.9\n}').instance, { checksum: 'pseudo-header', master });
  expect(demanded('vrrp_check_unicast_src')).toMatchObject({ checkUnicastSource: true });
  expect(demanded('')).toMatchObject({ checkUnicastSource: false });
  expect(demanded('vrrp_skip_check_adv_addr')).toMatchObject({ knownMaster: master });
  expect(demanded('')).not.toHaveProperty('knownMaster');
});

test('vrrp_rx_bufs_multiplier: so many packets of vrrp_rx_bufs_policy', () => {
  const size = (globals: string) => {
    const { config, instance } = configured(globals);
    return receiveBuffer([instance], link('eth0', 2), config.global);
  };
  expect(size('vrrp_rx_bufs_policy MTU')).toBe(3 * 1500);
  expect(size('vrrp_rx_bufs_policy MTU\nvrrp_rx_bufs_multiplier 5')).toBe(5 * 1500);
});

test('vrrp_startup_delay and vrrp_delay_after_boot: whichever ends later', () => {
  const { global } = configured('vrrp_startup_delay 5\nvrrp_delay_after_boot 60').config;
  expect([0, 20_000, 58_000, 90_000].map((uptime) => startDelay(global, uptime))).toEqual([60_000, 40_000, 5000, 5000]);
  expect(startDelay({}, 0)).toBe(0);
});

test('default_interface: where static addresses without an interface go', async () => {
  const kernel = new FakeKernel();
  kernel.linkList.push(link('eth1', 3));
  const config = configOf(
    'global_defs {\ndefault_interface eth1\n}\nstatic_ipaddress {\n10.9.0.1/24\n10.9.1.1/24 dev eth0\n}\n',
  );
  await running({ instances: [], owned: ownedSettings(config) }, kernel);
  const places = kernel.addressList.map(({ ifIndex, address }) => `${formatIp(address)} ${ifIndex}`);
  expect(places).toEqual(['10.0.0.5 2', '10.9.0.1 3', '10.9.1.1 2']);
});

test('strict_mode of one instance: no packets for its addresses, and no answer to lower priorities', () => {
  const { instance, machine } = configured('', 'strict_mode');
  expect(instance.accept).toBe(false);
  expect(machine).toMatchObject({ garpLowerPrioDelay: 0, garpLowerPrioRepeat: 0, lowerPrioNoAdvert: true });
  expect(configured('vrrp_strict', 'strict_mode off').instance.accept).toBe(true);
});

test('no_virtual_ipaddress: an instance without addresses is master of none', async () => {
  const { vrrpInstances } = configOf(
    'vrrp_instance VI_1 {\ninterface eth0\nvirtual_router_id 51\nno_virtual_ipaddress\n}\n',
  );
  const { clock, sent, announced, kernel, runtime } = await running({ instances: vrrpInstances });
  await clock.run(5000);
  expect(runtime.states()).toMatchObject([{ role: 'master' }]);
  expect(sent.length).toBeGreaterThan(0);
  expect([announced, kernel.writes]).toEqual([[], []]);
});

test('vrrp_garp_extra_if: every so many seconds on interfaces without adverts; garp_extra_if wins', async () => {
  const announcedAt = async (globals: string, own: string): Promise<readonly number[]> => {
    const kernel = new FakeKernel();
    kernel.linkList.push(link('eth1', 3));
    const { instance } = configured(globals, `garp_master_delay 0\n${own}`);
    const other = instance.virtualAddresses.map((address) => ({ ...address, dev: 'eth1' }));
    const world = await running({ instances: [{ ...instance, virtualAddresses: other }] }, kernel);
    await world.clock.run(4000);
    expect(world.runtime.states()).toMatchObject([{ role: 'master' }]);
    const began = world.announced.length;
    const times: number[] = [];
    for (let second = 4; second < 26; second++) {
      const before = world.announced.length;
      await world.clock.run(1000);
      if (world.announced.length > before) times.push(second - 4);
    }
    expect(began).toBeGreaterThan(0);
    return times;
  };
  expect(await announcedAt('', '')).toEqual([]);
  expect(await announcedAt('vrrp_garp_extra_if all 10', '')).toEqual([9, 19]);
  expect(await announcedAt('vrrp_garp_extra_if all 10', 'garp_extra_if all 20')).toEqual([19]);
});

test('process_monitor_rcv_bufs, with or without its _force: bytes for the news of processes', () => {
  const buffer = (globals: string) => trackSettings(configured(globals).config).processBuffer;
  expect(buffer('')).toBeUndefined();
  expect(buffer('process_monitor_rcv_bufs 9000000')).toBe(9_000_000);
  expect(buffer('process_monitor_rcv_bufs 9000000\nprocess_monitor_rcv_bufs_force')).toBe(9_000_000);
});

test('time_window of auth_hmac: seconds', () => {
  const key = `key 1 ${'a'.repeat(32)}\nactive_key 1`;
  const { instance } = configured('', `auth_hmac {\n${key}\ntime_window 12\n}`);
  expect(instance.authHmac?.timeWindow).toBe(12_000);
});
