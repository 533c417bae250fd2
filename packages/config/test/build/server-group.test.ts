// virtual_server_group: written out to one virtual server for each address and mark.
import { describe, expect, test } from '@jest/globals';
import { formatIp, type VirtualServerTarget } from '../../src/index.ts';
import { parse } from '../support.ts';

const service = (target: string, more = ''): string =>
  `virtual_server ${target} {\nprotocol TCP\nlb_algo rr\nlb_kind NAT\n${more}\nreal_server 10.9.9.9 8080 {\nTCP_CHECK {\n}\n}\n}`;

const group = (lines: string, name = 'web'): string => `virtual_server_group ${name} {\n${lines}\n}\n`;

const show = (target: VirtualServerTarget): string =>
  target.kind === 'fwmark' ? `mark ${target.mark}` : `${formatIp(target.address)} ${target.port}`;

const targets = (lines: string): readonly string[] =>
  parse(group(lines) + service('group web')).config.virtualServers.map(({ target }) => show(target));

const codes = (lines: string): readonly string[] =>
  parse(group(lines) + service('group web'))
    .diagnostics.map(({ code }) => code)
    .filter((code) => code !== 'not-acted-on');

describe('a group', () => {
  test.each([
    ['10.0.0.1 80', ['10.0.0.1 80']],
    ['10.0.0.1', ['10.0.0.1 0']],
    ['10.0.0.1-3 80', ['10.0.0.1 80', '10.0.0.2 80', '10.0.0.3 80']],
    ['10.0.0.254-10.0.1.1 80', ['10.0.0.254 80', '10.0.0.255 80', '10.0.1.0 80', '10.0.1.1 80']],
    ['10.0.0.4/30 80', ['10.0.0.4 80', '10.0.0.5 80', '10.0.0.6 80', '10.0.0.7 80']],
    ['fwmark 5', ['mark 5']],
    ['10.0.0.1 80\nfwmark 5\n10.0.0.2 81', ['10.0.0.1 80', 'mark 5', '10.0.0.2 81']],
  ])('of %j stands for %j', (lines, expected) => {
    expect(targets(lines)).toEqual(expected);
  });

  test.each([
    ['2001:db8::fffe-ffff 80', ['2001:db8::fffe 80', '2001:db8::ffff 80']],
    ['2001:db8::1-2001:db8::2 80', ['2001:db8::1 80', '2001:db8::2 80']],
    ['2001:db8::/127 80', ['2001:db8:: 80', '2001:db8::1 80']],
  ])('of IPv6, %s, stands for %j', (lines, expected) => {
    const text = group(lines) + service('group web').replace('10.9.9.9', '2001:db8::99');
    expect(parse(text).config.virtualServers.map(({ target }) => show(target))).toEqual(expected);
  });

  test.each([
    ['10.0.0.3-1 80', 'bad-range'],
    ['10.0.0.5/30 80', 'bad-range'],
    ['10.0.0.0/33 80', 'bad-prefix'],
    ['10.0.0.1-300 80', 'bad-address'],
    ['10.0.0.1-2001:db8::1 80', 'bad-address'],
    ['nowhere 80', 'bad-address'],
    ['10.0.0.1 99999', 'bad-port'],
    ['fwmark x', 'bad-number'],
    ['fwmark 5 inet7', 'bad-value'],
    ['10.0.0.0/8 80', 'range-too-large'],
    ['2001:db8::/32 80', 'range-too-large'],
    ['', 'empty-server-group'],
  ])('with %j is told: %s', (lines, code) => {
    expect(codes(lines)).toContain(code);
  });

  test('may be defined below its use, and in several parts', () => {
    const text = `${service('group web')}\n${group('10.0.0.1 80')}${group('10.0.0.2 80')}`;
    expect(parse(text).config.virtualServers.map(({ target }) => show(target))).toEqual(['10.0.0.1 80', '10.0.0.2 80']);
  });

  test('keeps its place among the other services', () => {
    const text = `${group('10.0.0.2 80')}${service('10.0.0.1 80')}\n${service('group web')}\n${service('10.0.0.3 80')}`;
    expect(parse(text).config.virtualServers.map(({ target }) => show(target))).toEqual([
      '10.0.0.1 80',
      '10.0.0.2 80',
      '10.0.0.3 80',
    ]);
  });

  test('gives its services its name, and its marks the family that is written', () => {
    const text = group('fwmark 7 inet6') + service('group web').replace('10.9.9.9', '2001:db8::99');
    expect(parse(text).config.virtualServers).toMatchObject([
      { group: 'web', family: 6, realServers: [{ port: 8080 }] },
    ]);
  });

  test('says what is wrong with the service once, not once for each address', () => {
    const text = group('10.0.0.1-20 80') + service('group web', 'quorum 9');
    const found = parse(text).diagnostics.filter(({ code }) => code === 'quorum-too-high');
    expect(found.length).toBe(1);
    expect(parse(text).config.virtualServers.length).toBe(20);
  });

  test('that overlaps another service is dropped there, and both are named', () => {
    const text = `${service('10.0.0.2 80')}\n${group('10.0.0.1-3 80')}${service('group web')}`;
    const result = parse(text);
    expect(result.diagnostics.filter(({ code }) => code === 'duplicate-virtual-server')).toMatchObject([
      { related: [{ at: { line: 1 } }] },
    ]);
    expect(result.config.virtualServers.length).toBe(3);
  });

  test('of many addresses shares its real servers among them', () => {
    const { virtualServers } = parse(group('10.0.0.0/16 80') + service('group web')).config;
    expect(virtualServers.length).toBe(65_536);
    expect(new Set(virtualServers.map(({ realServers }) => realServers)).size).toBe(1);
  });

  test('cannot grow beyond bounds, however often it is used', () => {
    const many = Array.from({ length: 50 }, (_, i) => group('10.0.0.0/16 80', `g${i}`)).join('');
    expect(parse(many).diagnostics.map(({ code }) => code)).toContain('range-too-large');
    const uses = Array.from({ length: 50 }, () => service('group web')).join('\n');
    const result = parse(group('10.0.0.0/17 80') + uses);
    expect(result.config.virtualServers.length).toBe(32_768);
    expect(result.diagnostics.map(({ code }) => code)).toContain('range-too-large');
  });
});
