// vrrp_instance and vrrp_script: defaults, and what does not go together.
import { describe, expect, test } from '@jest/globals';
import { formatIp, type VrrpInstance } from '../../src/index.ts';
import { codes, configOf, findings, parse } from '../support.ts';

const instance = (lines: string, name = 'VI_1'): string =>
  `vrrp_instance ${name} {\ninterface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\n10.0.0.1\n}\n${lines}\n}\n`;
const only = (text: string): VrrpInstance | undefined => configOf(text).vrrpInstances[0];

describe('an instance', () => {
  test('has the defaults of keepalived', () => {
    expect(only(instance(''))).toMatchObject({
      state: 'BACKUP',
      priority: 100,
      version: 2,
      advertInterval: 1000,
      nopreempt: false,
      preemptDelay: 0,
      garpMasterDelay: 5000,
      garpMasterRepeat: 5,
      trackInterfaces: [],
      trackScripts: [],
      unicastPeers: [],
    });
  });

  test('takes defaults from global_defs, wherever that stands', () => {
    const text = `${instance('')}global_defs {\nvrrp_garp_master_delay 1\nvrrp_garp_master_repeat 0\nvrrp_version 3\n}`;
    expect(only(text)).toMatchObject({ garpMasterDelay: 1000, garpMasterRepeat: 1, version: 3 });
    expect(codes(text)).toEqual(['out-of-range']);
  });

  test.each([
    ['state MASTER', { state: 'MASTER', priority: 255 }, []],
    ['state MASTER\npriority 100', { state: 'MASTER', priority: 100 }, []],
    ['priority 255', { state: 'MASTER', priority: 255 }, []],
    ['state master', { state: 'BACKUP' }, ['error bad-value 7:7']],
    ['nopreempt', { nopreempt: true }, []],
    ['nopreempt\npreempt', { nopreempt: false }, []],
    ['preempt\nnopreempt', { nopreempt: true }, []],
    ['state MASTER\npriority 90\nnopreempt', { nopreempt: false }, ['note nopreempt-without-effect 9:1']],
    ['preempt_delay 3', { preemptDelay: 3000 }, []],
    ['nopreempt\npreempt_delay 3', { preemptDelay: 0 }, ['warning preempt-delay-without-effect 8:1']],
    ['priority 300', { priority: 100 }, ['error out-of-range 7:10']],
    ['priority abc', { priority: 100 }, ['error bad-number 7:10']],
    ['advert_int 5', { advertInterval: 5000 }, []],
    ['advert_int 1.4', { advertInterval: 1000 }, ['warning advert-int-rounded 7:1']],
    ['advert_int 0.1', { advertInterval: 1000 }, ['warning advert-int-rounded 7:1']],
    ['version 3\nadvert_int 0.1', { advertInterval: 100, version: 3 }, []],
    ['version 3\nadvert_int 0.123', { advertInterval: 120 }, ['warning advert-int-rounded 8:1']],
    ['version 3\nadvert_int 50', { advertInterval: 40_950 }, ['warning advert-int-rounded 8:1']],
    ['garp_master_delay 2\ngarp_master_repeat 3', { garpMasterDelay: 2000, garpMasterRepeat: 3 }, []],
    ['unicast_src_ip 10.0.0.2', {}, ['warning unicast-without-peers 7:1']],
    ['lvs_sync_daemon_inteface eth1', { lvsSyncDaemonInterface: 'eth1' }, ['note deprecated-keyword 7:1']],
    ['lvs_sync_daemon_interface eth1', { lvsSyncDaemonInterface: 'eth1' }, ['note deprecated-keyword 7:1']],
  ])('with %j', (lines, expected, found) => {
    const result = parse(instance(lines));
    expect(result.config.vrrpInstances[0]).toMatchObject(expected);
    expect(findings(result)).toEqual(found);
  });

  test.each([
    ['vrrp_instance A {\nvirtual_router_id 5\n}', 'missing-interface'],
    ['vrrp_instance A {\ninterface eth0\n}', 'missing-virtual-router-id'],
    ['vrrp_instance A {\ninterface eth0\nvirtual_router_id 0\n}', 'out-of-range'],
    ['vrrp_instance {\ninterface eth0\n}', 'incomplete-definition'],
  ])('is dropped when it lacks what it needs: %j', (text, code) => {
    expect(configOf(text).vrrpInstances).toEqual([]);
    expect(codes(text)).toContain(code);
  });

  test('of the same name counts once, and both places are told', () => {
    const result = parse(instance('') + instance('priority 7').replace('51', '52'));
    expect(result.config.vrrpInstances).toMatchObject([{ priority: 100 }]);
    expect(result.diagnostics).toMatchObject([
      { code: 'duplicate-instance', severity: 'error', at: { line: 9 }, related: [{ at: { line: 1 } }] },
    ]);
  });

  test('with the router id of another on the same link is dropped', () => {
    const result = parse(instance('') + instance('', 'VI_2'));
    expect(result.config.vrrpInstances).toMatchObject([{ name: 'VI_1' }]);
    expect(result.diagnostics).toMatchObject([
      { code: 'duplicate-vrid', at: { line: 9 }, related: [{ at: { line: 1 } }] },
    ]);
  });

  test.each([
    ['on another link', instance('', 'VI_2').replace('eth0', 'eth1')],
    ['of the other family', instance('', 'VI_2').replace('10.0.0.1', 'fd00::1')],
    ['with unicast peers', instance('unicast_peer {\n10.0.0.3\n}', 'VI_2')],
  ])('may share a router id with one %s', (_how, second) => {
    expect(codes(instance('') + second).filter((code) => code !== 'address-of-two-instances')).toEqual([]);
  });
});

describe('authentication', () => {
  const auth = (lines: string): string => instance(`authentication {\n${lines}\n}`);

  test('is a type and a password', () => {
    expect(only(auth('auth_type PASS\nauth_pass abc!def'))?.authentication).toEqual({ type: 'PASS', pass: 'abc' });
  });

  test('cuts the password at eight bytes', () => {
    const result = parse(auth('auth_type PASS\nauth_pass 1234567890'));
    expect(result.config.vrrpInstances[0]?.authentication?.pass).toBe('12345678');
    expect(findings(result)).toEqual(['error auth-pass-too-long 9:1']);
  });

  test.each([
    ['auth_type PASS', 'authentication-incomplete'],
    ['auth_pass x', 'authentication-incomplete'],
    ['auth_pass 123456789', 'auth-pass-too-long'],
    ['auth_type FOO\nauth_pass x', 'bad-value'],
    ['', 'authentication-incomplete'],
  ])('without a part is none: %j', (lines, code) => {
    expect(only(auth(lines))?.authentication).toBeUndefined();
    expect(codes(auth(lines))).toContain(code);
  });

  test('does not exist in version 3', () => {
    const text = instance('version 3\nauthentication {\nauth_type PASS\nauth_pass x\n}');
    expect(only(text)?.authentication).toBeUndefined();
    expect(codes(text)).toEqual(['authentication-ignored']);
  });

  test('by AH begins as BACKUP', () => {
    const text = `${auth('auth_type AH\nauth_pass x').replace('interface', 'state MASTER\ninterface')}`;
    expect(only(text)?.state).toBe('BACKUP');
    expect(codes(text)).toEqual(['master-with-ah']);
  });
});

describe('virtual addresses', () => {
  const withAddresses = (lines: string): string => instance('').replace('10.0.0.1', lines);

  test('carry prefix, interface, label and scope', () => {
    const text = withAddresses('10.0.0.1/24 dev eth1 label eth1:1 scope link\n10.0.0.2');
    expect(only(text)?.virtualAddresses.map(({ address, at, ...rest }) => [formatIp(address), at.line, rest])).toEqual([
      ['10.0.0.1', 5, { prefixLength: 24, dev: 'eth1', label: 'eth1:1', scope: 253 }],
      ['10.0.0.2', 6, { prefixLength: 32 }],
    ]);
  });

  test('of IPv6 make the instance version 3', () => {
    expect(only(withAddresses('fd00::1/64'))).toMatchObject({ version: 3, virtualAddresses: [{ prefixLength: 64 }] });
  });

  test.each([
    ['10.0.0.1/33', ['error bad-prefix 5:1'], 1],
    ['10.0.0', ['error bad-address 5:1'], 0],
    ['10.0.0.1\nfd00::1', ['error mixed-families 6:1'], 1],
    ['10.0.0.1\n10.0.0.1', ['warning duplicate-address 6:1'], 1],
    ['10.0.0.1 dve eth0', ['warning unknown-option 5:10'], 1],
    ['10.0.0.1 dev', ['error missing-value 5:10'], 1],
    ['10.0.0.1 scope far', ['error bad-value 5:16'], 1],
    ['10.0.0.1 use_vmac dev eth0', [], 1],
    ['', ['warning no-virtual-address 1:1'], 0],
  ])('%j', (lines, found, count) => {
    const result = parse(withAddresses(lines));
    expect(findings(result).toSorted()).toEqual([...found].toSorted());
    expect(result.config.vrrpInstances[0]?.virtualAddresses.length).toBe(count);
  });

  test('may be left out on purpose', () => {
    expect(codes('vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nno_virtual_ipaddress\n}')).toEqual([]);
  });
});

describe('tracking and peers', () => {
  test('lines have a weight and a direction', () => {
    const text = instance('track_interface {\neth9\neth1 weight -5\neth2 weight 7 reverse\n}');
    expect(only(text)?.trackInterfaces.map(({ at: _at, ...item }) => item)).toEqual([
      { name: 'eth9' },
      { name: 'eth1', weight: -5 },
      { name: 'eth2', weight: 7, reverse: true },
    ]);
  });

  test('a name twice counts once', () => {
    const text = instance('track_interface {\neth9 weight 3\neth9\n}');
    expect(codes(text)).toEqual(['duplicate-tracked']);
    expect(only(text)?.trackInterfaces).toMatchObject([{ name: 'eth9', weight: 3 }]);
  });

  // What keepalived 2.2.7 lists as tracked after such a line.
  const defined =
    'global_defs {\nenable_script_security\n}\nvrrp_script one {\nscript "/bin/true"\nuser me\n}\ntrack_file one {\nfile /f\n}\n' +
    'vrrp_track_process one {\nprocess p\n}\nbfd_instance one {\nneighbor_ip 10.0.0.9\n}\n';
  const not = undefined;
  const plain = {};
  test.each([
    ['one wait 3', 'unknown-option', [not, not, not, not, not]],
    ['one reverse', 'unknown-option', [not, not, not, not, not]],
    ['one weight', 'bad-number', [not, not, not, not, not]],
    ['one weight 300', 'out-of-range', [plain, plain, plain, plain, plain]],
    ['one weight 3 wrong', 'unknown-option', [{ weight: 3 }, { weight: 3 }, not, { weight: 3 }, not]],
    ['one weight 3 weight 4', 'unknown-option', [{ weight: 3 }, { weight: 3 }, not, { weight: 3 }, not]],
  ])('%j is said, and it or its weight is left out as in keepalived', (line, code, tracked) => {
    const kinds = ['track_interface', 'track_script', 'track_file', 'track_process', 'track_bfd'];
    for (const [n, kind] of kinds.entries()) {
      const text = defined + instance(`${kind} {\n${line}\n}`);
      expect([kind, ...codes(text)]).toEqual([kind, code]);
      const { trackInterfaces, trackScripts, trackFiles, trackProcesses, trackBfds } = only(text) ?? {};
      const items = [trackInterfaces, trackScripts, trackFiles, trackProcesses, trackBfds][n] ?? [];
      expect([kind, ...items.map(({ at: _at, name: _name, ...item }) => item)]).toEqual([
        kind,
        ...(tracked[n] ? [tracked[n]] : []),
      ]);
    }
  });

  test('noreverse is an option of everything but interfaces', () => {
    const of = (kind: string) => codes(defined + instance(`${kind} {\none weight 3 noreverse\n}`));
    expect(of('track_interface')).toEqual(['unknown-option']);
    expect(of('track_script')).toEqual([]);
  });

  // keepalived 2.2.7: "weight for eth9 cannot be +/-254. Setting to +/-253".
  test.each([
    [254, 253],
    [-254, -253],
  ])('a weight of %d is one of %d, and said', (written, counts) => {
    const text = instance(`track_interface {\neth9 weight ${written}\n}`);
    expect(codes(text)).toEqual(['out-of-range']);
    expect(only(text)?.trackInterfaces).toMatchObject([{ name: 'eth9', weight: counts }]);
  });

  test('a script must be defined', () => {
    const defined =
      'global_defs {\nenable_script_security\n}\nvrrp_script ok {\nscript "/bin/true x"\nuser me\nweight -3 reverse\ninterval 2\n}\n';
    const text = defined + instance('track_script {\nok\nno\n}');
    expect(only(text)?.trackScripts).toMatchObject([{ name: 'ok' }]);
    expect(codes(text)).toEqual(['unknown-script']);
    expect(configOf(text).vrrpScripts).toMatchObject([
      {
        name: 'ok',
        script: { argv: ['/bin/true', 'x'], user: { user: 'me' } },
        interval: 2000,
        weight: -3,
        reverse: true,
      },
    ]);
  });

  test('a vrrp_script without script is dropped', () => {
    expect(codes('vrrp_script a {\ninterval 0\n}')).toContain('script-without-command');
    expect(configOf('vrrp_script a {\n}').vrrpScripts).toEqual([]);
  });

  test('scripts without enable_script_security are mentioned once', () => {
    const result = parse(instance('notify_master "/a b"\nnotify /c'));
    expect(findings(result)).toEqual(['warning env-script-security 7:1']);
    expect(result.config.vrrpInstances[0]).toMatchObject({
      notifyMaster: { argv: ['/a', 'b'] },
      notify: { argv: ['/c'] },
    });
  });

  test('peers may have bounds for the TTL', () => {
    const text = instance(
      'unicast_peer {\n10.0.0.2 min_ttl 254 max_ttl 255\n10.0.0.3\n10.0.0.3\nx\n10.0.0.4 min_ttl 300\n}',
    );
    expect(only(text)?.unicastPeers.map(({ address, ...ttl }) => [formatIp(address), ttl])).toEqual([
      ['10.0.0.2', { minTtl: 254, maxTtl: 255 }],
      ['10.0.0.3', {}],
      ['10.0.0.4', {}],
    ]);
    expect(codes(text)).toEqual(['duplicate-peer', 'bad-address', 'bad-number']);
  });
});
