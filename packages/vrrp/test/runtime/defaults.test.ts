// The keywords of global_defs that are defaults of every instance, as its machine and its packets get them.
import { expect, test } from '@jest/globals';
import { formatIp } from '@vipward/config/address';
import { ownedSettings } from '../../src/index.ts';
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

test('time_window of auth_hmac: seconds', () => {
  const key = `key 1 ${'a'.repeat(32)}\nactive_key 1`;
  const { instance } = configured('', `auth_hmac {\n${key}\ntime_window 12\n}`);
  expect(instance.authHmac?.timeWindow).toBe(12_000);
});
