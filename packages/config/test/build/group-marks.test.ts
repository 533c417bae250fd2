// nftables_ipvs: which addresses of groups get marks, and which marks.
import { describe, expect, test } from '@jest/globals';
import { formatIp } from '../../src/address.ts';
import { codes, configOf } from '../support.ts';

const globals = (...lines: readonly string[]): string => ['global_defs {', ...lines, '}'].join('\n');
const group = (name: string, ...lines: readonly string[]): string =>
  [`virtual_server_group ${name} {`, ...lines, '}'].join('\n');
const service = (name: string, ...lines: readonly string[]): string =>
  [`virtual_server ${name} {`, 'lb_algo rr', ...lines, '}'].join('\n');
const NAT = ['lb_kind NAT', 'protocol TCP', 'real_server 192.168.1.2 8080 {\nweight 3\n}'];

/** `address:port mark ports` of every service. */
const marks = (...parts: readonly string[]): readonly string[] =>
  configOf(parts.join('\n')).virtualServers.map(({ target, groupMark }) => {
    const name = target.kind === 'address' ? `${formatIp(target.address)}:${target.port}` : `mark ${target.mark}`;
    return groupMark === undefined ? name : `${name} ${groupMark.mark} ${groupMark.ports.join(',')}`;
  });

describe('marks for groups', () => {
  test('are counted from 1000 by group and protocol, in the order of the virtual servers', () => {
    expect(
      marks(
        globals('nftables_ipvs'),
        group('a', '10.0.0.1 80', '10.0.0.2 443'),
        group('b', '10.0.0.3 53'),
        service('group b', ...NAT),
        service('10.0.0.9 80', ...NAT),
        service('group a', ...NAT),
        service('group b', 'lb_kind NAT', 'protocol UDP', 'real_server 192.168.1.2 {\nweight 3\n}'),
      ),
    ).toEqual([
      '10.0.0.3:53 1000 8080',
      '10.0.0.9:80',
      '10.0.0.1:80 1001 8080',
      '10.0.0.2:443 1001 8080',
      '10.0.0.3:53 1002 0',
    ]);
  });

  test('begin where nftables_ipvs_start_fwmark says, and leave out those that the file names', () => {
    expect(
      marks(
        globals('nftables_ipvs mine', 'nftables_ipvs_start_fwmark 50'),
        group('a', '10.0.0.1 80'),
        service('fwmark 50', 'lb_kind NAT', 'real_server 192.168.1.2 80 {\nweight 1\n}'),
        service('group a', ...NAT),
      ),
    ).toEqual(['mark 50', '10.0.0.1:80 51 8080']);
  });

  test('both families of a group have the same', () => {
    expect(
      marks(
        globals('nftables_ipvs'),
        group('a', '10.0.0.1 80', 'fd00::1 80'),
        service('group a', 'lb_kind TUN', 'protocol TCP', 'real_server 192.168.1.2 80 {\nweight 1\n}'),
      ),
    ).toEqual(['10.0.0.1:80 1000 80', 'fd00::1:80 1000 80']);
  });

  test('are not for groups with marks of their own, and for nobody without nftables_ipvs', () => {
    const parts = [group('a', '10.0.0.1 80', 'fwmark 7'), service('group a', ...NAT)];
    expect(marks(globals('nftables_ipvs'), ...parts)).toEqual(['10.0.0.1:80', 'mark 7']);
    expect(marks(group('a', '10.0.0.1 80'), service('group a', ...NAT))).toEqual(['10.0.0.1:80']);
  });
});

test('vrrp_iptables is said to be nftables, as by a keepalived without iptables', () => {
  expect(codes(globals('vrrp_iptables IN OUT'))).toEqual(['iptables-not-supported']);
});
