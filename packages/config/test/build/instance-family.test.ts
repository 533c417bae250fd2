// One instance speaks one family: that of the address written first, as in keepalived -t.
import { expect, test } from '@jest/globals';
import { parse } from '../support.ts';

const instance = (lines: string): string => `vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\n${lines}\n}`;

const VIP4 = 'virtual_ipaddress {\n10.0.0.1\n}';
const VIP6 = 'virtual_ipaddress {\n2001:db8::1\n}';

test.each([
  [`${VIP4}\nunicast_src_ip 2001:db8::2\nunicast_peer {\n10.0.0.3\n}`, 7],
  [`${VIP4}\nmcast_src_ip 2001:db8::2`, 7],
  [`${VIP4}\nmcast_dst_ip ff02::99`, 7],
  [`${VIP4}\nnative_ipv6`, 7],
  [`${VIP4}\nunicast_src_ip 10.0.0.2\nunicast_peer {\n10.0.0.3\n2001:db8::3\n}`, 10],
  [`unicast_src_ip 10.0.0.2\nunicast_peer {\n10.0.0.3\n}\n${VIP6}`, 9],
  [`native_ipv6\n${VIP4}`, 6],
])('%j: line %d is of the other family', (lines, line) => {
  const found = parse(instance(lines)).diagnostics.filter(({ code }) => code === 'mixed-families');
  expect(found).toMatchObject([{ severity: 'error', at: { line } }]);
});

test('what is of the other family does not count, and the address that decided is named', () => {
  const { config, diagnostics } = parse(instance(`${VIP6}\nunicast_src_ip 10.0.0.2\nunicast_peer {\n10.0.0.3\n}`));
  expect(config.vrrpInstances[0]).not.toHaveProperty('unicastSourceIp');
  expect(config.vrrpInstances[0]?.unicastPeers).toEqual([]);
  const mixed = diagnostics.filter(({ code }) => code === 'mixed-families');
  expect(mixed.map(({ related }) => related?.[0]?.at.line)).toEqual([5, 5]);
});

test.each([
  `virtual_ipaddress_excluded {\n2001:db8::1\n}\n${VIP4}\nunicast_peer {\n10.0.0.3\n}`,
  `${VIP6}\nunicast_src_ip fe80::2\nunicast_peer {\nfe80::3\n}`,
])('%j is of one family', (lines) => {
  expect(parse(instance(lines)).diagnostics.map(({ code }) => code)).not.toContain('mixed-families');
});

test('a peer with a prefix length is the address before the slash', () => {
  const { config, diagnostics } = parse(instance(`${VIP4}\nunicast_peer {\n10.0.0.3/24\n}`));
  expect(config.vrrpInstances[0]?.unicastPeers).toMatchObject([{ address: { family: 4 } }]);
  expect(diagnostics).toMatchObject([{ severity: 'note', code: 'prefix-ignored' }]);
});
