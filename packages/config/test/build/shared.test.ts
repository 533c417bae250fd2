// What two objects cannot both have: ids, addresses, neighbours, interfaces, places in a group. Both places are always named.
import { describe, expect, test } from '@jest/globals';
import { parse } from '../support.ts';

const instance = (name: string, id: number, address: string, more = ''): string =>
  `vrrp_instance ${name} {\ninterface eth0\nvirtual_router_id ${id}\n${more}\nvirtual_ipaddress {\n${address}\n}\n}\n`;

/** Code and line of each finding that names another place, with the line of that place. */
const shared = (text: string): readonly string[] =>
  parse(text).diagnostics.flatMap(({ severity, code, at, related = [] }) =>
    related.map((other) => `${severity} ${code} ${at.line} ${other.at.line}`),
  );

describe('two instances with one virtual_router_id', () => {
  test('on one interface are an error', () => {
    const text = instance('A', 5, '10.0.0.1') + instance('B', 5, '10.0.0.2');
    expect(shared(text)).toEqual(['error duplicate-vrid 9 1']);
  });

  test.each([
    ['another family', instance('B', 5, '2001:db8::1')],
    ['other peers', instance('B', 5, '10.0.0.2', 'unicast_peer {\n10.0.0.9\n}')],
    ['another multicast group', instance('B', 5, '10.0.0.2', 'mcast_dst_ip 224.0.0.50')],
    ['another interface', instance('B', 5, '10.0.0.2').replace('eth0', 'eth1')],
  ])('and %s do not hear each other', (_, other) => {
    const result = parse(instance('A', 5, '10.0.0.1') + other);
    expect(result.config.vrrpInstances.length).toBe(2);
    expect(result.diagnostics.map(({ code }) => code)).not.toContain('duplicate-vrid');
  });
});

test('an address of two instances is said, and stays in both', () => {
  const result = parse(instance('A', 5, '10.0.0.1') + instance('B', 6, '10.0.0.1'));
  expect(shared(instance('A', 5, '10.0.0.1') + instance('B', 6, '10.0.0.1'))).toEqual([
    'note address-of-two-instances 14 6',
  ]);
  expect(result.status).toBe(0);
  expect(result.config.vrrpInstances.map(({ virtualAddresses }) => virtualAddresses.length)).toEqual([1, 1]);
});

test('a member of a sync group counts once', () => {
  const instances = instance('A', 5, '10.0.0.1') + instance('B', 6, '10.0.0.2');
  const text = `${instances}vrrp_sync_group G {\ngroup {\nA\nB\nA\n}\n}`;
  expect(shared(text)).toEqual(['error several-sync-groups 21 19']);
  expect(parse(text).config.syncGroups).toMatchObject([{ members: ['A', 'B'] }]);
});

test('an interface is in one garp_group', () => {
  const text =
    'garp_group {\ngarp_interval 1\ninterface eth0\n}\ngarp_group {\ngna_interval 1\ninterfaces {\neth0 eth1\n}\n}';
  expect(shared(text)).toEqual(['error several-garp-groups 8 3']);
  expect(parse(text).config.garpGroups?.map(({ interfaces }) => interfaces)).toEqual([['eth0'], ['eth1']]);
});

test('a neighbour has one BFD session, or one of each mode', () => {
  const session = (name: string, more = ''): string => `bfd_instance ${name} {\nneighbor_ip 10.0.0.1\n${more}\n}\n`;
  expect(shared(session('a') + session('b'))).toEqual(['error duplicate-definition 5 1']);
  expect(parse(session('a') + session('b')).config.bfdInstances?.map(({ name }) => name)).toEqual(['a']);
  expect(shared(session('a') + session('b', 'multihop'))).toEqual([]);
});

test('a director is no peer of itself', () => {
  const text = instance('A', 5, '10.0.0.1', 'unicast_src_ip 10.0.0.2\nunicast_peer {\n10.0.0.3\n10.0.0.2\n}');
  expect(shared(text)).toEqual(['note peer-is-self 7 4']);
});

test.each([
  ['10.0.0.1 80', '10.0.0.1 80'],
  ['10.0.0.1 80', '10.0.0.0-3 80'],
  ['fwmark 5', 'fwmark 5'],
])('%s and %s overlap in a virtual_server_group', (one, other) => {
  const text = `virtual_server_group g {\n${one}\n${other}\n}\n`;
  expect(shared(text)).toEqual(['error duplicate-virtual-server 3 2']);
  expect(parse(text).status).toBe(0);
});

test('one mark of two families is two services', () => {
  expect(shared('virtual_server_group g {\nfwmark 5 inet\nfwmark 5 inet6\n}\n')).toEqual([]);
});
