// Rules of repeating that only one keyword has; each case was put to keepalived -t as well where 2.2.7 knows the keyword.
import { describe, expect, test } from '@jest/globals';
import { configOf, parse } from '../support.ts';

const instance = (lines: string): string =>
  `vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress {\n10.0.0.1\n}\n${lines}\n}`;
const script = (lines: string): string => `vrrp_script s {\nscript /bin/true\n${lines}\n}`;
const global = (lines: string): string => `global_defs {\n${lines}\n}`;

/** Errors and warnings that matter for repeating. */
const said = (text: string): readonly string[] =>
  parse(text)
    .diagnostics.filter(({ severity }) => severity !== 'note')
    .map(({ code }) => code);

describe('the same value again', () => {
  test('is no error for version, another one is', () => {
    expect(said(instance('version 3\nversion 3'))).toEqual([]);
    expect(said(instance('version 3\nversion 2'))).toEqual(['repeated-keyword']);
    expect(configOf(instance('version 3\nversion 2')).vrrpInstances[0]?.version).toBe(3);
  });

  test('is an error for the weight of a track_file, unless the first one was 1', () => {
    const file = (lines: string): string => `track_file f {\nfile /f\n${lines}\n}`;
    expect(said(file('weight 1\nweight 5'))).toEqual([]);
    expect(configOf(file('weight 1\nweight 5')).trackFiles).toMatchObject([{ weight: 5 }]);
    expect(said(file('weight 5\nweight 1'))).toEqual(['repeated-keyword']);
    expect(configOf(file('weight 5\nweight 1')).trackFiles).toMatchObject([{ weight: 5 }]);
    expect(said(file('weight 1\nweight 5\nweight 6'))).toEqual(['repeated-keyword']);
  });
});

test('BACKUP after MASTER is an error that names both, MASTER after BACKUP is none', () => {
  const result = parse(instance('state MASTER\nstate BACKUP'));
  expect(result.diagnostics).toMatchObject([
    { severity: 'error', code: 'repeated-keyword', at: { line: 8 }, related: [{ at: { line: 7 } }] },
  ]);
  expect(result.config.vrrpInstances[0]?.state).toBe('MASTER');
  expect(said(instance('state BACKUP\nstate MASTER'))).toEqual([]);
  expect(configOf(instance('state BACKUP\nstate MASTER')).vrrpInstances[0]?.state).toBe('MASTER');
});

describe('a bad value takes the setting back to its default', () => {
  test.each([
    ['priority 50\npriority 300', 'priority', 100],
    ['preempt_delay 50\npreempt_delay 3000', 'preemptDelay', 0],
    ['garp_master_refresh 50\ngarp_master_refresh x', 'garpMasterRefresh', 0],
  ] as const)('%j in an instance', (lines, field, value) => {
    expect(configOf(instance(lines)).vrrpInstances[0]?.[field]).toBe(value);
  });

  test.each([
    ['rise 5\nrise 0', 'rise'],
    ['fall 5\nfall 0', 'fall'],
  ] as const)('%j in a script', (lines, field) => {
    expect(configOf(script(lines)).vrrpScripts[0]?.[field]).toBe(1);
  });

  test('vrrp_garp_master_refresh in global_defs', () => {
    const text = global('vrrp_garp_master_refresh 9\nvrrp_garp_master_refresh -1');
    expect(configOf(text).global.vrrpGarpMasterRefresh).toBe(0);
  });

  test('but elsewhere the setting stays as it was', () => {
    expect(configOf(instance('virtual_router_id 300')).vrrpInstances[0]?.virtualRouterId).toBe(5);
  });
});

test.each([
  ['vrrp_startup_delay', 'vrrpStartupDelay'],
  ['vrrp_delay_after_boot', 'vrrpDelayAfterBoot'],
] as const)('the longest %s counts', (keyword, field) => {
  expect(configOf(global(`${keyword} 9\n${keyword} 5`)).global[field]).toBe(9000);
});

test('the largest regex_stack counts', () => {
  const url = (lines: string): string =>
    `virtual_server 10.0.0.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nreal_server 10.0.0.2 80 {\nHTTP_GET {\nurl {\npath /\nregex a\n${lines}\n}\n}\n}\n}`;
  const [check] =
    configOf(url('regex_stack 10 90\nregex_stack 20 80')).virtualServers[0]?.realServers[0]?.checkers ?? [];
  expect(check).toMatchObject({ urls: [{ regex: { stack: { start: 20, max: 90 } } }] });
});

describe('use_vmac', () => {
  test('may have its parts on several lines', () => {
    expect(configOf(instance('use_vmac vm1\nuse_vmac 02:00:00:00:00:01')).vrrpInstances[0]?.vmac).toMatchObject({
      name: 'vm1',
      mac: Uint8Array.of(2, 0, 0, 0, 0, 1),
    });
  });

  test.each(['use_vmac a\nuse_vmac b', 'use_vmac 02:00:00:00:00:01 02:00:00:00:00:02', 'use_vmac group 5 group 6'])(
    '%j is an error, as each part stands once',
    (lines) => {
      expect(said(instance(lines))).toEqual(['repeated-keyword']);
    },
  );
});

test('use_ipvlan stands once', () => {
  expect(said(instance('use_ipvlan a\nuse_ipvlan b'))).toEqual(['repeated-keyword']);
});

test('vrf does not go with interface, and both are named', () => {
  const { diagnostics, config } = parse(instance('vrf red'));
  expect(diagnostics.filter(({ code }) => code === 'vrf-with-interface')).toMatchObject([
    { severity: 'error', at: { line: 7 }, related: [{ at: { line: 2 } }] },
  ]);
  expect(config.vrrpInstances[0]).not.toHaveProperty('vrf');
});

test('a BFD session is asked once by a real server', () => {
  const text = `bfd_instance b {\nneighbor_ip 10.0.0.3\n}\nvirtual_server 10.0.0.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nreal_server 10.0.0.2 80 {\nTCP_CHECK {\n}\nBFD_CHECK {\nname b\n}\nBFD_CHECK {\nname b\n}\n}\n}`;
  expect(said(text)).toEqual(['duplicate-tracked']);
  expect(configOf(text).virtualServers[0]?.realServers[0]?.moreCheckers?.length).toBe(1);
});

test.each([
  ['vrrp_mcast_group4 10.0.0.1', ['not-multicast'], undefined],
  ['vrrp_mcast_group4 ff02::12', ['not-multicast'], undefined],
  ['vrrp_mcast_group6 224.0.0.18', ['not-multicast'], undefined],
  ['vrrp_mcast_group6 2001:db8::1', ['not-multicast'], undefined],
  ['vrrp_mcast_group6 ff05::12', ['not-multicast'], 6],
  ['vrrp_mcast_group6 ff02::99', [], 6],
  ['vrrp_mcast_group4 224.0.0.99', [], 4],
] as const)('%s is told: %j', (line, expected, family) => {
  expect(said(global(line))).toEqual(expected);
  const { vrrpMcastGroup4, vrrpMcastGroup6 } = configOf(global(line)).global;
  expect((vrrpMcastGroup4 ?? vrrpMcastGroup6)?.family).toBe(family);
});
