// global_defs: keywords of several words, and the settings outside of every block.
import { describe, expect, test } from '@jest/globals';
import { formatIp } from '../../src/index.ts';
import { parse } from '../support.ts';

const read = (lines: string) => {
  const { config, diagnostics } = parse(`global_defs {\n${lines}\n}`);
  const codes = diagnostics.map(({ code }) => code).filter((code) => code !== 'not-acted-on');
  return { global: config.global, codes };
};

describe('global_defs', () => {
  test.each([
    ['lvs_timeouts tcp 900\nlvs_timeouts udp 5 tcp 800', { lvsTimeouts: { tcp: 800_000, udp: 5000 } }],
    ['lvs_sync_daemon eth0 VI_1', { lvsSyncDaemon: { interfaceName: 'eth0' } }],
    [
      'lvs_sync_daemon eth0 id 5 maxlen 1472 port 9 ttl 3',
      { lvsSyncDaemon: { id: 5, maxLength: 1472, port: 9, ttl: 3 } },
    ],
    ['dynamic_interfaces\ndynamic_interfaces allow_if_changes', { dynamicInterfaces: { allowIfChanges: true } }],
    ['lvs_flush_on_stop', { lvsFlushOnStop: 'all' }],
    ['lvs_flush_on_stop VS', { lvsFlushOnStop: 'services' }],
    ['vrrp_garp_extra_if 7 all', { vrrpGarpExtraIf: { interval: 7000, all: true } }],
    ['vrrp_iptables', { vrrpIptables: { input: 'INPUT', output: 'OUTPUT' } }],
    ['vrrp_iptables MINE', { vrrpIptables: { input: 'MINE' } }],
    ['vrrp_ipsets', { vrrpIpsets: false }],
    ['vrrp_ipsets vip', { vrrpIpsets: { address: 'vip', address6: 'vip6', interface6: 'vip_if6', igmp: 'vip_igmp' } }],
    ['vrrp_cpu_affinity 0 3', { vrrpCpuAffinity: [0, 3] }],
    ['notify_fifo /run/f ann :staff', { notifyFifo: { path: '/run/f', user: { user: 'ann', group: 'staff' } } }],
    ['vrrp_rx_bufs_policy mtu', { vrrpRxBufsPolicy: { kind: 'mtu' } }],
    ['vrrp_rx_bufs_policy 9000', { vrrpRxBufsPolicy: { kind: 'bytes', bytes: 9000 } }],
    ['umask 022', { umask: 0o22 }],
    ['umask 0x12', { umask: 0x12 }],
    ['umask IWGRP|IRWXO', { umask: 0o27 }],
    ['umask IWG | IRWXO', { umask: 0o27 }],
    ['vrrp_garp_master_delay 9', { vrrpGarpMasterDelay: 9000, vrrpGarpLowerPrioDelay: 9000 }],
    ['snmp_vs_stats_update_interval 7', { snmpVsStatsUpdateInterval: 7000, snmpRsStatsUpdateInterval: 7000 }],
    ['', { vrrpDownTimerAdverts: 3, jsonVersion: 1, smtpConnectTimeout: 30_000 }],
  ])('with %j', (lines, expected) => {
    expect(read(lines).global).toMatchObject(expected);
  });

  test.each([
    ['lvs_timeouts tpc 900', 'bad-value'],
    ['lvs_timeouts tcp', 'missing-value'],
    ['lvs_timeouts tcp 9999999', 'out-of-range'],
    ['lvs_sync_daemon eth0 id 300', 'out-of-range'],
    ['lvs_sync_daemon eth0 group 10.0.0.1', 'bad-value'],
    ['lvs_sync_daemon an_interface_with_a_long_name', 'too-long'],
    ['dynamic_interfaces sometimes', 'bad-value'],
    ['vrrp_garp_extra_if 0', 'out-of-range'],
    ['vrrp_garp_extra_if all', 'missing-value'],
    ['vrrp_garp_extra_if', 'missing-value'],
    ['vrrp_garp_extra_if soon', 'bad-number'],
    ['vrrp_iptables A A', 'bad-value'],
    [`vrrp_iptables ${'A'.repeat(28)}`, 'too-long'],
    ['vrrp_ipsets a b a', 'bad-value'],
    ['vrrp_cpu_affinity 0 x', 'bad-number'],
    ['vrrp_rx_bufs_policy LARGE', 'bad-value'],
    ['vrrp_rx_bufs_policy MTU\nvrrp_rx_bufs_policy ADVERT', 'bad-value'],
    ['umask 01000', 'bad-value'],
    ['umask IRWXUGO', 'bad-value'],
    ['notification_email {\n}', 'empty-block'],
    ['smtp_connect_timeout 0', 'out-of-range'],
  ])('%j is told: %s', (lines, code) => {
    expect(read(lines).codes).toContain(code);
  });

  test('the sync daemon may have a multicast group of either family', () => {
    for (const group of ['224.0.0.81', 'ff02::81']) {
      const { lvsSyncDaemon } = read(`lvs_sync_daemon eth0 group ${group}`).global;
      expect(lvsSyncDaemon?.group && formatIp(lvsSyncDaemon.group)).toBe(group);
    }
  });
});

describe('outside of every block', () => {
  test('stand the namespace, the name of the daemon and how links are watched', () => {
    const text =
      'net_namespace blue\nnet_namespace_ipvs\ninstance main\nchild_wait_time 7\nlinkbeat_interfaces {\neth0 MII\neth1\n}\ninterface_up_down_delays {\neth0 5 0.5\neth1 2\n}';
    const { config, diagnostics } = parse(text);
    expect(diagnostics.filter(({ code }) => code !== 'not-acted-on')).toEqual([]);
    expect(config.process).toEqual({
      netNamespace: 'blue',
      netNamespaceIpvs: '',
      namespaceWithIpsets: false,
      usePidDir: true,
      instance: 'main',
      childWaitTime: 7000,
      linkbeatUsePolling: false,
      linkbeatInterfaces: [{ name: 'eth0', method: 'MII' }, { name: 'eth1' }],
      interfaceDelays: [
        { name: 'eth0', down: 5000, up: 500 },
        { name: 'eth1', down: 2000, up: 0 },
      ],
    });
  });

  test.each([
    ['net_namespace a\nnet_namespace b', 'repeated-keyword'],
    ['linkbeat_interfaces {\neth0 OTHER\n}', 'bad-value'],
    ['interface_up_down_delays {\neth0\n}', 'missing-value'],
    ['interface_up_down_delays {\neth0 256\n}', 'bad-number'],
  ])('%j is told: %s', (text, code) => {
    expect(parse(text).diagnostics.map((one) => one.code)).toContain(code);
  });

  test('SSL names the key material, and a second block takes its place', () => {
    const text = 'SSL {\nca /old\n}\nSSL {\nca /ca\nkey /key\ncertificate /cert\npassword x\n}';
    expect(parse(text).diagnostics.map(({ code }) => code)).toContain('repeated-keyword');
    expect(parse(text).config.ssl).toMatchObject({ ca: '/ca', key: '/key', certificate: '/cert', password: 'x' });
  });
});
