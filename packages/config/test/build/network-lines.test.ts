// Addresses, routes and rules: the arguments of ip-address(8), ip-route(8) and ip-rule(8) as values.
import { describe, expect, test } from '@jest/globals';
import { type Config, type Diagnostic, formatIp, type Prefix } from '../../src/index.ts';
import { parse } from '../support.ts';

const ETC = {
  '/etc/iproute2/rt_tables': '# tables\n255 local\n77 office\n0x4e hex\n',
  '/etc/iproute2/rt_tables.d/more.conf': '79 more\n',
  '/etc/iproute2/rt_realms': '12 cosmos2\n13 other',
  '/etc/iproute2/rt_protos': '99 mine',
  '/etc/iproute2/rt_scopes': '100 near',
  '/etc/iproute2/rt_dsfield': '0x10 lowdelay\n0xb8 EF',
  '/usr/share/iproute2/rt_tables': '500 shipped\n501 office\n',
};

const prefix = ({ address, prefixLength }: Prefix): string => `${formatIp(address)}/${prefixLength}`;

const read = (block: string, line: string): { config: Config; said: readonly Diagnostic[] } => {
  const { config, diagnostics } = parse(`${block} {\n${line}\n}`, { files: ETC });
  return { config, said: diagnostics.filter(({ code }) => code !== 'not-acted-on') };
};

const route = (line: string) => {
  const { config, said } = read('static_routes', line);
  const [found] = config.staticRoutes ?? [];
  return { found, codes: said.map(({ code }) => code) };
};

const rule = (line: string) => {
  const { config, said } = read('static_rules', line);
  const [found] = config.staticRules ?? [];
  return { found, codes: said.map(({ code }) => code) };
};

const address = (line: string) => {
  const { config, said } = read('static_ipaddress', line);
  const [found] = config.staticAddresses ?? [];
  return { found, codes: said.map(({ code }) => code) };
};

describe('an address', () => {
  test('has everything that ip address takes', () => {
    const { found, codes } = address(
      '10.0.0.5/24 dev eth1 scope near brd + label eth1:0 peer 10.9.9.9/30 home -nodad mngtmpaddr noprefixroute autojoin no_track preferred_lft 99',
    );
    expect(codes).toEqual([]);
    expect(found).toMatchObject({
      prefixLength: 24,
      dev: 'eth1',
      scope: 100,
      label: 'eth1:0',
      home: true,
      dad: true,
      mngtmpaddr: true,
      noprefixroute: true,
      autojoin: true,
      noTrack: true,
      preferredLifetime: 99,
    });
    expect(found?.broadcast && formatIp(found.broadcast)).toBe('10.0.0.255');
    expect(found?.peer && prefix(found.peer)).toBe('10.9.9.9/30');
  });

  test.each([
    ['10.0.0.5/20 broadcast +', '10.0.15.255'],
    ['10.0.0.5/20 broadcast -', '10.0.0.0'],
    ['10.0.0.5/24 broadcast 10.0.0.7', '10.0.0.7'],
    ['10.0.0.5/30 brd +', '10.0.0.7'],
    ['10.0.0.5 brd +', undefined],
  ])('%s is broadcast to %s', (line, expected) => {
    const { found } = address(line);
    expect(found?.broadcast && formatIp(found.broadcast)).toBe(expected);
  });

  test.each([
    ['2001:db8::1/64 label x', 'not-in-family'],
    ['2001:db8::1/64 brd +', 'not-in-family'],
    ['10.0.0.1 peer 2001:db8::1', 'mixed-families'],
    ['10.0.0.1 scope far', 'bad-value'],
    ['10.0.0.1 peer 10.0.0.2 peer 10.0.0.3', 'repeated-keyword'],
    ['10.0.0.1 preferred_lft ever', 'bad-number'],
    ['10.0.0.1 broadcast 10.0.0', 'bad-address'],
    ['10.0.0.1 labl x', 'unknown-option'],
    ['2001:db8::1/64 scope link', 'not-in-family'],
    ['10.0.0.1 dev eth0 dev eth1', 'repeated-keyword'],
    ['10.0.0.1 dev eth0 track_group a track_group a', 'repeated-keyword'],
    ['10.0.0.1 preferred_lft 4294967296', 'bad-number'],
    ['10.0.0.1 scope 256', 'bad-value'],
    ['2001:db8::1/129', 'bad-prefix'],
    ['10.0.0.1/33', 'bad-prefix'],
    ['10.0.0.1/31 brd +', 'bad-prefix'],
    ['10.0.0.1 brd -', 'bad-prefix'],
    ['10.0.0.1 dev', 'missing-value'],
  ])('%s is told: %s', (line, code) => {
    expect(address(line).codes).toContain(code);
  });
});

describe('a route', () => {
  test('has everything that ip route takes', () => {
    const { found, codes } = route(
      '10.0.0.0/8 via 10.1.1.1 dev eth0 src 10.1.1.2 table office metric 5 scope link protocol mine tos EF onlink mtu lock 1400 advmss 1300 hoplimit 64 rtt 100ms rttvar lock 8 rto_min 1s reordering 3 window 5000 cwnd lock 9 ssthresh 8 initcwnd 10 initrwnd 11 realms cosmos2/other features ecn quickack 1 fastopen_no_cookie 0 congctl lock cubic ttl-propagate enabled append no_track',
    );
    expect(codes).toEqual([]);
    expect(found).toMatchObject({
      type: 'unicast',
      family: 4,
      dev: 'eth0',
      table: 77,
      metric: 5,
      scope: 253,
      protocol: 99,
      tos: 0xb8,
      onlink: true,
      metrics: {
        mtu: { value: 1400, lock: true },
        advmss: { value: 1300, lock: false },
        hoplimit: { value: 64, lock: false },
        rtt: { value: 100, lock: false },
        rttvar: { value: 2, lock: true },
        rtoMin: { value: 1000, lock: false },
        reordering: { value: 3, lock: false },
        window: { value: 5000, lock: false },
        cwnd: { value: 9, lock: true },
        ssthresh: { value: 8, lock: false },
        initcwnd: { value: 10, lock: false },
        initrwnd: { value: 11, lock: false },
      },
      realms: { from: 12, to: 13 },
      ecn: true,
      quickAck: true,
      fastopenNoCookie: false,
      congestionControl: { name: 'cubic', lock: true },
      ttlPropagate: true,
      mode: 'append',
      noTrack: true,
    });
    expect(found && prefix(found.destination)).toBe('10.0.0.0/8');
  });

  test.each([
    ['default via 10.1.1.1 dev eth0', '0.0.0.0/0'],
    ['default via 2001:db8::1 dev eth0', '::/0'],
    ['inet6 default dev eth0', '::/0'],
    ['inet6 junk default via 2001:db8::1 dev eth0', '::/0'],
    ['to 10.0.0.0/8 dev eth0', '10.0.0.0/8'],
    ['blackhole 10.7.0.0/16 dev eth0', '10.7.0.0/16'],
    ['2001:db8::/32 from 2001:db8:1::/48 dev eth0', '2001:db8::/32'],
    ['any dev eth0', '0.0.0.0/0'],
    ['all via 2001:db8::1 dev eth0', '::/0'],
  ])('%s leads to %s', (line, expected) => {
    const { found } = route(line);
    expect(found && prefix(found.destination)).toBe(expected);
  });

  test.each([
    ['office', 77],
    ['more', 79],
    ['hex', 0x4e],
    ['shipped', 500],
    ['main', 254],
    ['0x10', 16],
  ])('may name its table %s', (name, table) => {
    expect(route(`10.0.0.0/8 dev eth0 table ${name}`).found?.table).toBe(table);
  });

  test('has several next hops', () => {
    const { found, codes } = route(
      'default dev eth0 nexthop via 10.1.1.1 dev eth1 weight 3 nexthop via inet6 2001:db8::1 onlink',
    );
    expect(codes).toEqual(['mixed-families']);
    expect(found).toBeUndefined();
    expect(
      route('default dev eth0 nexthop via 10.1.1.1 dev eth1 weight 3 nexthop dev eth2 realms 5').found?.nextHops,
    ).toMatchObject([
      { dev: 'eth1', weight: 3 },
      { dev: 'eth2', weight: 1, realms: { to: 5 } },
    ]);
  });

  test('may go through a gateway of IPv6', () => {
    expect(route('10.0.0.0/8 via inet6 fe80::1 dev eth0')).toMatchObject({
      codes: [],
      found: { family: 4, via: { family: 6 } },
    });
  });

  test.each([
    [
      'encap ip id 18446744073709551615 dst 10.9.9.9 src 10.8.8.8 tos lowdelay ttl 3 flags 1',
      { kind: 'ip', id: '18446744073709551615', tos: 16, ttl: 3, flags: 1 },
    ],
    ['encap mpls 100/200 ttl 5', { kind: 'mpls', labels: [100, 200], ttl: 5 }],
    ['encap ip6 dst 2001:db8::1 tc 5 hoplimit 9', { kind: 'ip6', tos: 5, ttl: 9 }],
    ['encap mpls 0/1048575', { kind: 'mpls', labels: [0, 1_048_575] }],
    ['encap ila 0:0:0:1 csum-mode no-action', { kind: 'ila', locator: '0:0:0:1', checksumMode: 2 }],
  ])('with %s', (words, expected) => {
    expect(route(`10.0.0.0/8 dev eth0 ${words}`)).toMatchObject({ codes: [], found: { encap: expected } });
  });

  test.each([
    ['10.0.0.0/8 gw 10.1.1.1 dev eth0', 'deprecated-keyword'],
    ['10.0.0.0/8 via 10.1.1.1 or 10.1.1.2 dev eth0', 'deprecated-keyword'],
    ['10.0.0.0/8 via 10.1.1.1', 'route-not-tracked'],
    ['10.0.0.0/8 dev eth0 protocol mine', 'route-protocol'],
  ])('%s is warned of: %s, and stays', (line, code) => {
    const { found, codes } = route(line);
    expect(codes).toEqual([code]);
    expect(found).toMatchObject({ noTrack: false });
  });

  test.each([
    ['via 10.1.1.1 dev eth0', 'missing-value'],
    ['10.0.0.0/33 dev eth0', 'bad-prefix'],
    ['10.0.0.0/8 dev eth0 table nowhere', 'bad-value'],
    ['10.0.0.0/8 dev eth0 metric -1', 'bad-number'],
    ['10.0.0.0/8 dev eth0 hoplimit 256', 'out-of-range'],
    ['10.0.0.0/8 dev eth0 metrik 1', 'unknown-option'],
    ['10.0.0.0/8 dev an_interface_with_a_long_name', 'too-long'],
    ['10.0.0.0/8 via 2001:db8::1 dev eth0', 'mixed-families'],
    ['10.0.0.0/8 dev eth0 encap gue', 'bad-value'],
    ['10.0.0.0/8 dev eth0 nexthop weight 3', 'missing-value'],
    ['10.0.0.0/8 dev eth0 src', 'missing-value'],
    ['10.0.0.0/8 dev eth0 encap mpls 2000000', 'bad-value'],
    ['10.0.0.0/8 dev eth0 encap ip src 10.9.9.9', 'missing-value'],
    ['10.0.0.0/8 dev eth0 encap ip dst 2001:db8::1', 'mixed-families'],
    ['10.0.0.0/8 dev eth0 encap ip6 dst 10.9.9.9', 'mixed-families'],
    ['10.0.0.0/8 dev eth0 encap ip6 dst 2001:db8::1 ttl 5', 'unknown-option'],
    ['10.0.0.0/8 dev eth0 encap ip id 0x5', 'bad-value'],
    ['10.0.0.0/8 dev eth0 encap ip id 18446744073709551616', 'bad-value'],
    ['10.0.0.0/8 dev eth0 realms 256', 'bad-value'],
    ['10.0.0.0/8 dev eth0 realms 1/2/3', 'bad-value'],
    ['2001:db8::/32 dev eth0 realms 5', 'not-in-family'],
    ['10.0.0.0/8 dev eth0 pref low', 'not-in-family'],
    ['10.0.0.0/8 dev eth0 expires 5', 'not-in-family'],
    ['10.0.0.0/8 from 10.1.0.0/16 dev eth0', 'not-in-family'],
    ['10.0.0.0/8 nexthop via 10.1.1.1 dev eth0 weight 0', 'out-of-range'],
    ['10.0.0.0/8 nexthop via 10.1.1.1 dev eth0 weight 257', 'out-of-range'],
  ])('%s is dropped: %s', (line, code) => {
    const { found, codes } = route(line);
    expect(codes).toContain(code);
    expect(found).toBeUndefined();
  });
});

describe('a rule', () => {
  test('has everything that ip rule takes', () => {
    const { found, codes } = rule(
      'not from 10.0.0.0/8 to 10.9.0.0/16 iif eth0 oif eth1 fwmark 0x5/0xff tos EF uidrange 1-1000 ipproto tcp sport 1-99 dport 80-80 tunnel-id 99 preference 0x10 protocol 99 no_track realms 5/6 suppress_prefixlength 8 suppress_ifgroup 3 table office',
    );
    expect(codes).toEqual([]);
    expect(found).toMatchObject({
      family: 4,
      invert: true,
      iif: 'eth0',
      oif: 'eth1',
      fwmark: { mark: 5, mask: 255 },
      tos: 0xb8,
      uids: { from: 1, to: 1000 },
      ipProtocol: 6,
      sourcePorts: { from: 1, to: 99 },
      destinationPorts: { from: 80, to: 80 },
      tunnelId: '99',
      priority: 16,
      protocol: 99,
      realms: { from: 5, to: 6 },
      suppressPrefixLength: 8,
      suppressGroup: 3,
      action: { kind: 'table', table: 77 },
    });
  });

  test.each([
    ['from 2001:db8::/32 lookup 5 priority 9', 6],
    ['inet6 table 5 order 9', 6],
    ['from all to 10.0.0.0/8 table 5 preference 9', 4],
    ['table 5 preference 9', 4],
  ])('%s is of IPv%d', (line, family) => {
    expect(rule(line)).toMatchObject({ codes: [], found: { family } });
  });

  test.each([
    ['goto 20', { kind: 'goto', priority: 20 }],
    ['l3mdev', { kind: 'l3mdev' }],
    ['type unreachable', { kind: 'unreachable' }],
    ['nop', { kind: 'nop' }],
    ['blackhole', { kind: 'blackhole' }],
    ['prohibit', { kind: 'prohibit' }],
  ])('may end in %s', (words, action) => {
    expect(rule(`from 10.0.0.0/8 preference 9 ${words}`)).toMatchObject({ codes: [], found: { action } });
  });

  test('without preference is warned of, and stays', () => {
    expect(rule('from 10.0.0.0/8 table 5')).toMatchObject({ codes: ['rule-without-preference'], found: { family: 4 } });
  });

  test.each([
    ['from 10.0.0.0/8 preference 9', 'missing-value'],
    ['from 10.0.0.0/8 table 5 blackhole preference 9', 'repeated-keyword'],
    ['from 10.0.0.0/8 to 2001:db8::/32 table 5 preference 9', 'mixed-families'],
    ['from 10.0.0.0/8 goto 5 preference 9', 'bad-value'],
    ['from 10.0.0.0/8 table 0 preference 9', 'bad-value'],
    ['from 10.0.0.0/8 sport 9-1 table 5 preference 9', 'bad-value'],
    ['from 10.0.0.0/8 tabel 5 preference 9', 'unknown-option'],
    ['from 10.0.0.0/8 blackhole realms 5 preference 9', 'bad-value'],
    ['from 10.0.0.0/8 nop suppress_prefixlength 5 preference 9', 'bad-value'],
    ['from 10.0.0.0/8 goto 10 suppress_ifgroup 5 preference 9', 'bad-value'],
    ['from 2001:db8::/32 table 5 realms 5 preference 9', 'not-in-family'],
    ['table 5 realms 256 preference 9', 'bad-value'],
    ['table 5 suppress_ifgroup 2147483648 preference 9', 'bad-value'],
    ['table 5 suppress_prefixlength 2147483648 preference 9', 'out-of-range'],
    ['table 5 tunnel-id 0x10 preference 9', 'bad-value'],
    ['table 5 fwmark 4294967296 preference 9', 'bad-value'],
    ['type table 5 preference 9', 'unknown-option'],
    ['type l3mdev preference 9', 'unknown-option'],
    ['table 5 preference 4294967296', 'bad-value'],
    ['table 5 uidrange 5-4294967296 preference 9', 'bad-value'],
    ['table 5 ipproto 256 preference 9', 'bad-value'],
    ['table 5 protocol 256 no_track preference 9', 'out-of-range'],
  ])('%s is dropped: %s', (line, code) => {
    const { found, codes } = rule(line);
    expect(codes).toContain(code);
    expect(found).toBeUndefined();
  });
});

test.each([
  ['sport 80', { sourcePorts: { from: 80, to: 80 } }],
  ['dport 80', { destinationPorts: { from: 80, to: 80 } }],
  ['uidrange 5', { uids: { from: 5, to: 5 } }],
])('a rule with %s counts, though keepalived drops it, which is said', (words, expected) => {
  expect(rule(`${words} table 5 preference 9`)).toMatchObject({ codes: ['bad-value'], found: expected });
});

test('a rule with track_group and without iif is watched by nobody', () => {
  expect(rule('table 5 preference 9 track_group G')).toMatchObject({ codes: ['route-not-tracked'] });
  expect(rule('table 5 preference 9 track_group G').found).not.toHaveProperty('trackGroup');
});

test('the second "or" and the second track_group do not count', () => {
  expect(route('10.0.0.0/8 via 10.1.1.1 or 10.1.1.2 or 10.1.1.3 dev eth0')).toMatchObject({
    codes: ['deprecated-keyword', 'deprecated-keyword', 'repeated-keyword'],
    found: { nextHops: [{ weight: 1 }, { weight: 1 }] },
  });
  expect(route('10.0.0.0/8 dev eth0 track_group A track_group B').codes).toEqual([
    'unknown-track-group',
    'repeated-keyword',
  ]);
});

test('names come from the directory that iproute_etc_dir names', () => {
  const text = 'global_defs {\niproute_etc_dir /other\n}\nstatic_routes {\n10.0.0.0/8 dev eth0 table mine\n}';
  const { config } = parse(text, { files: { '/other/rt_tables': '5 mine' } });
  expect(config.staticRoutes?.[0]?.table).toBe(5);
});
