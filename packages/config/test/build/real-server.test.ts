// Ports, thresholds and addresses of real servers; each case was put to keepalived -t as well.
import { describe, expect, test } from '@jest/globals';
import { formatIp } from '../../src/index.ts';
import { configOf, findings, parse } from '../support.ts';

const virtual = (target: string, method: string, real: string, more = 'protocol TCP\n'): string =>
  `virtual_server ${target} {\nlb_algo rr\nlb_kind ${method}\n${more}real_server ${real} {\nTCP_CHECK {\n}\n}\n}`;

const portOf = (text: string): number | undefined => configOf(text).virtualServers[0]?.realServers[0]?.port;

describe('the port of a real server', () => {
  test.each([
    ['10.0.0.1 80', 'NAT', 8080],
    ['10.0.0.1 80', 'DR', 80],
    ['10.0.0.1 0', 'NAT', 8080],
    ['10.0.0.1 0', 'DR', 0],
  ])('of %s with %s, where 8080 is written, is %d', (target, method, port) => {
    expect(portOf(virtual(target, method, '10.0.0.2 8080', 'protocol TCP\npersistence_timeout 5\n'))).toBe(port);
  });

  test.each([
    ['NAT', 8080, []],
    ['DR', 0, ['warning port-of-fwmark 4:1']],
    ['TUN', 0, ['warning port-of-fwmark 4:1']],
  ] as const)('of a firewall mark with %s is %d', (method, port, said) => {
    const text = virtual('fwmark 5', method, '10.0.0.2 8080', '');
    expect(portOf(text)).toBe(port);
    expect(findings(parse(text))).toEqual(said);
  });

  test('is kept beside the marks of a group that has addresses as well', () => {
    const text = `virtual_server_group g {\n10.0.0.1 80\nfwmark 1\n}\n${virtual('group g', 'NAT', '10.0.0.2 1358')}`;
    const { virtualServers } = configOf(text);
    expect(virtualServers.map(({ realServers }) => realServers[0]?.port)).toEqual([1358, 1358]);
    expect(findings(parse(text))).toEqual([]);
  });

  test('is asked about by the check where it is written', () => {
    expect(configOf(virtual('fwmark 5', 'DR', '10.0.0.2 8080', '')).virtualServers[0]?.realServers).toMatchObject([
      { checkers: [{ connectPort: 8080 }] },
    ]);
  });
});

describe('the services of a group', () => {
  const group = 'virtual_server_group g {\n10.0.0.1-3 80\n10.0.1.1 443\nfwmark 7\n}\n';

  test('have the key of their block', () => {
    const text = `${group}${virtual('group g', 'NAT', '10.0.0.2 80')}\n${virtual('group g', 'NAT', '10.0.0.2 80', 'protocol UDP\n')}`;
    const keys = configOf(text).virtualServers.map(({ groupKey }) => groupKey);
    expect(keys.filter((key) => key === 'g TCP').length).toBe(5);
    expect(new Set(keys)).toEqual(new Set(['g TCP', 'g UDP']));
  });

  test('do not share the key of another block of that group and protocol', () => {
    const other = 'virtual_server_group g {\n10.0.0.1 80\n}\n';
    const text = `${other}${virtual('group g', 'NAT', '10.0.0.2 80')}\n${virtual('group g', 'NAT', '10.0.0.3 80')}`;
    const result = parse(text);
    expect(result.config.virtualServers.map(({ groupKey }) => groupKey)).toEqual(['g TCP']);
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['duplicate-virtual-server']);
  });

  test('ask the same of each real server, whatever their own port', () => {
    const { virtualServers } = configOf(`${group}${virtual('group g', 'NAT', '10.0.0.2 8080')}`);
    const asked = virtualServers.map(({ realServers }) => JSON.stringify(realServers[0]?.checkers));
    expect(new Set(asked).size).toBe(1);
  });

  test('of one address have no key', () => {
    expect(configOf(virtual('10.0.0.1 80', 'NAT', '10.0.0.2 80')).virtualServers[0]).not.toHaveProperty('groupKey');
  });
});

test.each(['10.0.0.2/24', '10.0.0.2/32'])('%s is the address before the slash, as in keepalived', (real) => {
  const text = virtual('10.0.0.1/32 80', 'NAT', `${real} 80`);
  const result = parse(text);
  expect(findings(result)).toEqual(['note prefix-ignored 1:16', 'note prefix-ignored 5:13']);
  expect(result.status).toBe(0);
  expect(result.config.virtualServers[0]?.realServers.map(({ address }) => formatIp(address))).toEqual(['10.0.0.2']);
});

test('10.0.0.2/a is no address', () => {
  expect(findings(parse(virtual('10.0.0.1 80', 'NAT', '10.0.0.2/a 80')))).toContain('error bad-address 5:13');
});

describe('a lower threshold', () => {
  const real = (words: string): string =>
    virtual('10.0.0.1 80', 'NAT', '10.0.0.2 80').replace('TCP_CHECK', `${words}\nTCP_CHECK`);

  test.each(['lthreshold 9', 'uthreshold 5\nlthreshold 9'])('that the kernel would refuse is left out: %j', (words) => {
    const result = parse(real(words));
    expect(result.diagnostics).toMatchObject([{ severity: 'warning', code: 'threshold-impossible' }]);
    expect(result.config.virtualServers[0]?.realServers[0]?.lowerThreshold).toBe(0);
  });

  test('below the upper one counts', () => {
    expect(configOf(real('uthreshold 9\nlthreshold 5')).virtualServers[0]?.realServers).toMatchObject([
      { upperThreshold: 9, lowerThreshold: 5 },
    ]);
  });
});

test.each([
  ['ip_family inet6', 'error mixed-families'],
  ['hashed', 'error wrong-order'],
  ['hashed\nlb_algo sh', 'error wrong-order'],
  ['weight 0', 'error out-of-range'],
])('%j in a virtual server of IPv4 is told: %s', (words, expected) => {
  const text = virtual('10.0.0.1 80', 'NAT', '10.0.0.2 80', `protocol TCP\n${words}\n`);
  expect(findings(parse(text)).map((line) => line.replace(/ \d+:\d+$/, ''))).toContain(expected);
});

test('a virtual server whose real servers all have weight 0 cannot have its quorum', () => {
  const text = virtual('10.0.0.1 80', 'NAT', '10.0.0.2 80').replace('TCP_CHECK', 'weight 0\nTCP_CHECK');
  expect(parse(text).diagnostics).toMatchObject([{ code: 'quorum-too-high', severity: 'warning' }]);
});

test.each(['TUN port 5', 'TUN type gre port 5', 'TUN type ipip port 5'])(
  '%s is no method: only gue has a port',
  (method) => {
    expect(findings(parse(virtual('10.0.0.1 80', method, '10.0.0.2 80')))).toContain('error bad-value 3:9');
  },
);

test('a check of a link-local address needs bind_if', () => {
  const text = virtual('2001:db8::1 80', 'NAT', 'fe80::2 80');
  expect(findings(parse(text))).toEqual(['error link-local-without-interface 6:1']);
  expect(findings(parse(text.replace('TCP_CHECK {', 'TCP_CHECK {\nbind_if eth0')))).toEqual([]);
});

test('the type of a DNS query may be written in small letters', () => {
  const text = virtual('10.0.0.1 80', 'NAT', '10.0.0.2 80').replace('TCP_CHECK {', 'DNS_CHECK {\ntype aaaa');
  expect(configOf(text).virtualServers[0]?.realServers[0]?.moreCheckers).toMatchObject([{ type: 'AAAA' }]);
});
