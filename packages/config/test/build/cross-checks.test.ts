// What objects say of one another: every place is named, and there is a hint what to do.
import { describe, expect, test } from '@jest/globals';
import { type Diagnostic, memoryReader, parseConfig } from '../../src/index.ts';
import { FILE, parse } from '../support.ts';

const instance = (name: string, id: number, more = ''): string =>
  `vrrp_instance ${name} {\ninterface eth0\nvirtual_router_id ${id}\nvirtual_ipaddress {\n10.0.0.${id}\n}\n${more}\n}\n`;

const TWO = instance('A', 1) + instance('B', 2);

const about = (text: string, code: string): readonly Diagnostic[] =>
  parse(text).diagnostics.filter((one) => one.code === code);

const lineOf = (text: string, piece: string): number => text.slice(0, text.indexOf(piece)).split('\n').length;

describe('a name that leads nowhere', () => {
  test.each([
    ['track_script', 'vrrp_script web {\nscript /bin/true\n}\n', 'unknown-script'],
    ['track_file', 'track_file web {\nfile /f\n}\n', 'unknown-track-file'],
    ['track_process', 'vrrp_track_process web {\nprocess p\n}\n', 'unknown-track-process'],
    ['track_bfd', 'bfd_instance web {\nneighbor_ip 10.1.1.1\n}\n', 'unknown-bfd'],
  ])('in %s is told, and what was perhaps meant', (keyword, defined, code) => {
    const text = `${defined}${instance('A', 1, `${keyword} {\nwep\n}`)}`;
    expect(about(text, code)).toMatchObject([
      { severity: 'error', at: { line: lineOf(text, 'wep') }, hint: 'did you mean web?' },
    ]);
    expect(about(text.replace('wep', 'web'), code)).toEqual([]);
    const inGroup = `${defined}${TWO}vrrp_sync_group G {\ngroup {\nA\nB\n}\n${keyword} {\nwep\n}\n}`;
    expect(about(inGroup, code)).toMatchObject([{ at: { line: lineOf(inGroup, 'wep') } }]);
  });

  test.each([['vrrp_sync_group G {\ngroup {\nA\nB\nCC\n}\n}'], ['track_group G {\ngroup {\nA\nCC\n}\n}']])(
    'in the group %j is told at its place',
    (group) => {
      const text = TWO + group;
      expect(about(text, 'unknown-instance')).toMatchObject([{ at: { line: lineOf(text, 'CC') } }]);
    },
  );

  test('leads to a BFD session that reports to the checker alone: it is not tracked', () => {
    const session = (words: string): string => `bfd_instance web {\nneighbor_ip 10.1.1.1\n${words}\n}\n`;
    const tracking = instance('A', 1, 'track_bfd {\nweb\n}');
    expect(about(session('checker') + tracking, 'bfd-not-reported')).toMatchObject([
      { severity: 'error', at: { line: lineOf(session('checker') + tracking, 'web\n}\n}') } },
    ]);
    expect(parse(session('checker') + tracking).config.vrrpInstances[0]?.trackBfds).toEqual([]);
    for (const words of ['', 'vrrp', 'vrrp\nchecker'])
      expect(about(session(words) + tracking, 'bfd-not-reported')).toEqual([]);
  });

  test('of lvs_sync_daemon is taken out', () => {
    const text = `global_defs {\nlvs_sync_daemon eth0 AA\n}\n${TWO}`;
    expect(about(text, 'unknown-instance')).toMatchObject([{ at: { line: 2 }, hint: 'did you mean A?' }]);
    expect(parse(text).config.global.lvsSyncDaemon).toEqual({ interfaceName: 'eth0' });
  });

  test.each([
    'static_ipaddress {\n10.0.0.9 track_group X',
    'static_routes {\n10.0.0.0/8 dev eth0 track_group X',
    'static_rules {\nfrom 10.0.0.0/8 iif eth0 table 5 preference 9 track_group X',
  ])('of a track_group in %j is taken out', (text) => {
    const result = parse(`${text}\n}`);
    expect(result.diagnostics.filter(({ code }) => code === 'unknown-track-group')).toMatchObject([
      { at: { line: 2 } },
    ]);
    expect(JSON.stringify(result.config)).not.toContain('trackGroup"');
  });

  test.each([
    ['FILE_CHECK {\ntrack_file none\n}', 'unknown-track-file'],
    ['BFD_CHECK {\nname none\n}', 'unknown-bfd'],
  ])('in the check %j drops the check', (check, code) => {
    const text = `virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind NAT\nreal_server 10.0.0.2 80 {\n${check}\n}\n}`;
    expect(about(text, code)).toMatchObject([{ at: { line: 6 } }]);
    expect(parse(text).config.virtualServers[0]?.realServers[0]?.moreCheckers).toBeUndefined();
  });
});

describe('a name that is there twice', () => {
  test.each([
    ['vrrp_script X {\nscript /bin/true\n}', 'duplicate-script'],
    ['track_file X {\nfile /f\n}', 'duplicate-definition'],
    ['vrrp_track_process X {\nprocess p\n}', 'duplicate-definition'],
    ['bfd_instance X {\nneighbor_ip 10.1.1.1\n}', 'duplicate-definition'],
    ['vrrp_sync_group X {\ngroup {\nA\nB\n}\n}', 'duplicate-definition'],
    ['track_group X {\ngroup {\nA\n}\n}', 'duplicate-definition'],
  ])('in %j names both places', (block, code) => {
    const text = `${TWO}${block}\n${block}`;
    const first = lineOf(text, block);
    expect(about(text, code)).toMatchObject([
      { severity: 'error', at: { line: first + block.split('\n').length }, related: [{ at: { line: first } }] },
    ]);
  });

  test('as VRID on an interface names both instances', () => {
    const text = instance('A', 1) + instance('B', 1).replace('10.0.0.1', '10.0.0.2');
    expect(about(text, 'duplicate-vrid')).toMatchObject([{ at: { line: 9 }, related: [{ at: { line: 1 } }] }]);
    expect(parse(text).config.vrrpInstances.map(({ name }) => name)).toEqual(['A']);
  });
});

describe('a sync group', () => {
  test.each([
    ['', 'error', 0],
    ['A', 'warning', 1],
    ['A\nB', undefined, 1],
  ])('of the members %j', (members, severity, left) => {
    const result = parse(`${TWO}vrrp_sync_group G {\ngroup {\n${members}\n}\n}`);
    const found = result.diagnostics.filter(({ code }) => code === 'sync-group-too-small');
    expect(found.map((one) => one.severity)).toEqual(severity === undefined ? [] : [severity]);
    expect(result.config.syncGroups?.length).toBe(left);
  });

  test('cannot have the member of another', () => {
    const text = `${TWO}${instance('C', 3)}vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\nvrrp_sync_group H {\ngroup {\nC\nA\n}\n}`;
    expect(about(text, 'several-sync-groups')).toMatchObject([
      { related: [{ message: 'it became a member of G here' }] },
    ]);
    expect(parse(text).config.syncGroups).toMatchObject([{ members: ['A', 'B'] }, { members: ['C'] }]);
  });

  // The words and the status are those of keepalived 2.2.7.
  test.each([
    ['track_script', 'chk', '(A) ignoring tracked script chk with weights due to SYNC group'],
    ['track_script', 'plain weight 3', '(A) ignoring tracked script plain with weights due to SYNC group'],
    ['track_file', 'f', '(A) ignoring weight from tracked file f due to SYNC group. specify weight 0'],
    ['track_file', 'f weight 3', '(A) ignoring tracked file f with weight 3 due to SYNC group'],
    ['track_interface', 'eth5 weight 5', '(A) ignoring eth5 tracked interface weight due to SYNC group'],
    ['track_bfd', 'b', '(A) ignoring tracked bfd b with weight -13 due to SYNC group'],
    ['track_script', 'plain', undefined],
    ['track_file', 'f weight 0', undefined],
    ['track_process', 'p weight 3', undefined],
  ])('and its member that tracks by %s %j with a weight', (block, line, message) => {
    const objects =
      'vrrp_script chk {\nscript /bin/true\nweight 2\n}\nvrrp_script plain {\nscript /bin/true\n}\n' +
      'track_file f {\nfile /tmp/f\n}\nvrrp_track_process p {\nprocess p\n}\n' +
      'bfd_instance b {\nneighbor_ip 10.9.0.8\nweight -13\n}\n';
    const group = (more: string): string => `vrrp_sync_group G {\ngroup {\nA\nB\n}\n${more}}`;
    const text = `${objects}${instance('A', 1, `${block} {\n${line}\n}`)}${instance('B', 2)}`;
    const found = about(`${text}${group('')}`, 'weight-in-group');
    expect(found.map((one) => one.message)).toEqual(message === undefined ? [] : [message]);
    expect(about(`${text}${group('sync_group_tracking_weight\n')}`, 'weight-in-group')).toEqual([]);
    expect(about(`${text}${group('global_tracking\n')}`, 'weight-in-group')).toEqual([]);
  });

  test('that tracks the interface of a member', () => {
    const text = `${TWO}vrrp_sync_group G {\ngroup {\nA\nB\n}\ntrack_interface {\neth0\n}\n}`;
    expect(about(text, 'tracked-by-group').length).toBeGreaterThan(0);
  });

  test('and its member need not track the same', () => {
    const text = `${instance('A', 1, 'track_interface {\neth5\n}')}${instance('B', 2)}vrrp_sync_group G {\ngroup {\nA\nB\n}\ntrack_interface {\neth5\n}\n}`;
    expect(about(text, 'tracked-by-group')).toMatchObject([{ at: { line: 8 }, related: [{ at: { line: 25 } }] }]);
  });
});

describe('an address owner (priority 255)', () => {
  const objects =
    'vrrp_script chk {\nscript /bin/true\nweight 2\n}\nvrrp_script plain {\nscript /bin/true\n}\n' +
    'track_file f {\nfile /tmp/f\n}\nvrrp_track_process p {\nprocess p\n}\n' +
    'bfd_instance b {\nneighbor_ip 10.9.0.8\nweight -13\n}\n';
  const owner = (block: string, line: string, priority = 255): string =>
    `${objects}${instance('A', 1, `priority ${priority}\n${block} {\n${line}\n}`)}`;
  const kinds = {
    track_interface: 'trackInterfaces',
    track_script: 'trackScripts',
    track_file: 'trackFiles',
    track_process: 'trackProcesses',
    track_bfd: 'trackBfds',
  } as const;

  // Seen with keepalived 2.2.7 -t, which ends with 5 where it says something.
  test.each([
    ['track_interface', 'eth5 weight 5', '(A) ignoring eth5 tracked interface due to address owner', []],
    ['track_interface', 'eth5', undefined, [{ name: 'eth5' }]],
    ['track_script', 'chk', '(A) ignoring tracked script chk with weights due to address_owner', []],
    ['track_script', 'plain weight 3', '(A) ignoring tracked script plain with weights due to address_owner', []],
    ['track_script', 'chk weight 0', undefined, [{ name: 'chk', weight: 0 }]],
    [
      ...['track_file', 'f', '(A) ignoring weight from tracked file f due to address_owner. specify weight 0'],
      [{ name: 'f', weight: 0 }],
    ],
    ['track_file', 'f weight 3', '(A) ignoring tracked file f with weight 3 due to address_owner', []],
    ['track_bfd', 'b', '(A) ignoring tracked bfd b with weight -13 due to address_owner', []],
    ['track_process', 'p weight 3', undefined, [{ name: 'p', weight: 3 }]],
  ] as const)('tracks by %s %j nothing that has a weight', (block, line, message, tracked) => {
    const found = about(owner(block, line), 'weight-of-owner');
    expect(found.map((one) => one.message)).toEqual(message === undefined ? [] : [message]);
    const [read] = parse(owner(block, line)).config.vrrpInstances;
    expect(read?.[kinds[block]]).toMatchObject(tracked);
    expect(read?.[kinds[block]]).toHaveLength(tracked.length);
    expect(about(owner(block, line, 254), 'weight-of-owner')).toEqual([]);
  });
});

test('strict mode wants a link-local address first of IPv6', () => {
  const strict = (address: string): string =>
    instance('A', 1, 'strict_mode').replace(/10\.0\.0\.1/, `${address}\nfd00::2`);
  expect(about(strict('fd00::1'), 'not-with-strict')).toMatchObject([{ severity: 'warning' }]);
  expect(about(strict('fe80::1'), 'not-with-strict')).toEqual([]);
});

describe('what does not go together', () => {
  test.each([
    ['unicast_src_ip 10.0.0.9', 'unicast-without-peers'],
    ['unicast_ttl 9', 'unicast-without-peers'],
    ['check_unicast_src', 'unicast-without-peers'],
    ['mcast_dst_ip 224.0.0.99\nunicast_peer {\n10.0.0.9\n}', 'not-with-unicast'],
    ['mcast_dst_ip 10.0.0.9', 'not-multicast'],
    ['vmac_xmit_base', 'needs-vmac'],
    ['strict_mode\nunicast_peer {\n10.0.0.9\n}', 'not-with-strict'],
    ['strict_mode\nstate MASTER\npriority 200', 'not-with-strict'],
    ['strict_mode\npreempt_delay 5', 'not-with-strict'],
    ['strict_mode\ngarp_lower_prio_repeat 3', 'not-with-strict'],
    ['strict_mode\nlower_prio_no_advert off', 'not-with-strict'],
    ['strict_mode\nhigher_prio_send_advert', 'not-with-strict'],
    ['strict_mode\ndown_timer_adverts 5', 'not-with-strict'],
    ['strict_mode\naccept', 'not-with-strict'],
    ['strict_mode\nauthentication {\nauth_type PASS\nauth_pass x\n}', 'not-with-strict'],
    ['track_interface {\neth0\n}', 'own-interface-tracked'],
    ['unicast_src_ip 10.0.0.9\nunicast_peer {\n2001:db8::1\n}', 'mixed-families'],
    ['version 3\nauthentication {\nauth_type PASS\nauth_pass x\n}', 'authentication-ignored'],
    ['timer_expired_backup 9', 'timer-without-effect'],
  ])('in an instance: %j is %s', (lines, code) => {
    expect(about(instance('A', 1, lines), code).length).toBeGreaterThan(0);
  });

  test.each([
    ['sorry_server 10.0.0.2 80', 'sorry-server-is-real'],
    ['sorry_server 10.0.0.9 81', 'port-mismatch'],
    ['sorry_server 2001:db8::1 80', 'mixed-families'],
    ['sh-port', 'wrong-order'],
  ])('in a virtual server: %j is %s', (lines, code) => {
    const text = `virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind DR\n${lines}\nreal_server 10.0.0.2 80 {\n}\n}`;
    expect(about(text, code)).toMatchObject([{ at: { line: 5 } }]);
  });

  test.each([
    ['interval 2\ntimeout 5', 'timer-without-effect'],
    ['timeout 0', 'out-of-range'],
  ])('in a vrrp_script: %j is %s', (lines, code) => {
    expect(about(`vrrp_script s {\nscript /bin/true\n${lines}\n}`, code).length).toBe(1);
  });
});

test('the own interface is not tracked twice, unless the instance does not look at it by itself', () => {
  const track = 'track_interface {\neth0 weight 5\neth1\n}';
  const names = (text: string) => parse(text).config.vrrpInstances[0]?.trackInterfaces.map(({ name }) => name);
  expect(names(instance('A', 1, track))).toEqual(['eth1']);
  expect(names(instance('A', 1, `dont_track_primary\n${track}`))).toEqual(['eth0', 'eth1']);
});

describe('what is not complete is dropped', () => {
  test.each([
    'track_file X {\n}',
    'vrrp_track_process X {\n}',
    'bfd_instance X {\n}',
    'garp_group {\ninterfaces {\neth0\n}\n}',
    `${instance('A', 1, 'auth_hmac {\nactive_key 1\n}')}`,
  ])('%j', (text) => {
    expect(about(text, 'incomplete-definition').length).toBe(1);
  });
});

test('every finding between objects that drops something has a hint', () => {
  const text = `${instance('A', 1, 'track_script {\nx\n}')}${instance('B', 1)}vrrp_sync_group G {\ngroup {\nA\nZ\n}\n}`;
  const { diagnostics } = parseConfig({ file: FILE, read: memoryReader({ [FILE]: text }), configId: 'x' });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.length).toBeGreaterThanOrEqual(3);
  for (const { code, hint } of errors) expect([code, hint === undefined]).toEqual([code, false]);
});

describe('where two things contradict each other, both places are named and there is a hint', () => {
  const service = (lines: string, method = 'DR'): string =>
    `virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind ${method}\n${lines}\n}\n`;
  const real = 'real_server 10.0.0.2 80 {\n}';

  test.each([
    ['duplicate-real-server', service(`${real}\n${real}`)],
    ['duplicate-virtual-server', service(real) + service(real)],
    ['mixed-families', service('real_server 2001:db8::1 80 {\n}')],
    ['port-mismatch', service('real_server 10.0.0.2 81 {\n}')],
    ['port-of-fwmark', service(real).replace('10.0.0.1 80', 'fwmark 5')],
    ['quorum-too-high', service(`quorum 9\n${real}`)],
    ['hysteresis-too-high', service(`quorum 1\nhysteresis 3\n${real}`)],
    ['sorry-server-is-real', service(`sorry_server 10.0.0.2 80\n${real}`)],
    ['duplicate-instance', instance('A', 1) + instance('A', 2)],
    ['duplicate-vrid', instance('A', 1) + instance('B', 1)],
    ['duplicate-peer', instance('A', 1, 'unicast_peer {\n10.0.0.8\n10.0.0.8\n}')],
    ['duplicate-tracked', instance('A', 1, 'track_interface {\neth8\neth8\n}')],
    ['mixed-families', instance('A', 1, 'unicast_src_ip 10.0.0.9\nunicast_peer {\n2001:db8::1\n}')],
    ['own-interface-tracked', instance('A', 1, 'track_interface {\neth0\n}')],
  ])('%s', (code, text) => {
    const [first] = about(text, code);
    expect(first?.related?.length).toBeGreaterThan(0);
    expect(first?.hint).toBeDefined();
  });
});
