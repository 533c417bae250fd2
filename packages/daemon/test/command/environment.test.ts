// Findings about the host: the same file is right elsewhere.
import { describe, expect, test } from '@jest/globals';
import { type Config, memoryReader, parseConfig } from '@vipward/config';
import type { Link } from '@vipward/netlink';
import { environmentDiagnostics, notBuiltDiagnostics } from '../../src/command/environment.ts';

const link = (name: string, more: Partial<Link> = {}): Link => ({
  index: 2,
  name,
  up: true,
  running: true,
  loopback: false,
  multicast: true,
  noArp: false,
  mac: new Uint8Array(6),
  mtu: 1500,
  kind: 'veth',
  ...more,
});

const parse = (text: string): Config =>
  parseConfig({ file: 'k.conf', read: memoryReader({ 'k.conf': text }), configId: 'test' }).config;

const config = parse(`vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    10.0.0.1 dev eth1
  }
}
`);

describe('environment findings', () => {
  test('a host with both interfaces has none', () => {
    expect(environmentDiagnostics(config, [link('eth0'), link('eth1')])).toEqual([]);
  });

  test('missing interfaces are errors with their place and what the host has', () => {
    const found = environmentDiagnostics(config, [link('lo')]);
    expect(found.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'error env-interface-missing',
      'error env-interface-missing',
    ]);
    expect(found[0]).toMatchObject({ message: expect.stringContaining('eth0'), hint: 'this host has lo' });
    expect(found[1]?.at).toMatchObject({ file: 'k.conf', line: 5 });
  });

  test('an interface without multicast needs unicast peers', () => {
    expect(environmentDiagnostics(config, [link('eth0', { multicast: false }), link('eth1')])).toMatchObject([
      { code: 'env-interface-multicast' },
    ]);
  });
});

test.each([
  ['auth_type AH', 'authentication {\n auth_type AH\n auth_pass 1234\n }'],
  ['auth_hmac', 'auth_hmac {\n key 1 12345678901234567890123456789012\n active_key 1\n }'],
  ['another multicast group', 'mcast_dst_ip 224.0.0.99'],
])('an instance with %s is an error, whatever the host has', (what, line) => {
  const text = `vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n ${line}\n virtual_ipaddress {\n 10.0.0.1\n }\n}\n`;
  expect(notBuiltDiagnostics(parse(text))).toMatchObject([
    { severity: 'error', code: 'vrrp-not-built', message: expect.stringContaining(what), at: { line: 1 } },
  ]);
  expect(notBuiltDiagnostics(config)).toEqual([]);
});

test('another group for all instances is refused too, but is nothing to those with unicast peers', () => {
  const text = (more: string): string =>
    `global_defs {\n vrrp_mcast_group4 224.0.0.99\n}\nvrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n ${more}\n virtual_ipaddress {\n 10.0.0.1\n }\n}\n`;
  expect(notBuiltDiagnostics(parse(text('')))).toMatchObject([{ code: 'vrrp-not-built', at: { line: 4 } }]);
  expect(notBuiltDiagnostics(parse(text('unicast_peer {\n 10.0.0.9\n }')))).toEqual([]);
});
