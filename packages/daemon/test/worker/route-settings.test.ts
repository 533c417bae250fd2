// The receive buffers of netlink sockets: what the keywords ask for beyond the usual is what sockets get.
import { expect, test } from '@jest/globals';
import type { GlobalDefs } from '@vipward/config';
import { openTransport, type RouteOptions } from '@vipward/netlink';
import { ipvsTransport } from '../../src/worker/ipvs-kernel.ts';
import { checkerRouteOptions, vrrpRouteOptions } from '../../src/worker/route-settings.ts';
import { globals } from '../configured.ts';

const listener = { onDatagram: () => {}, onOverrun: () => {}, onFailure: () => {} };
const NETLINK_ROUTE = 0;
const MORE = 16 * 1024 * 1024;

/** Bytes that the kernel grants, which without privileges may be its own limit for all of them. */
const granted = async ({ transport = openTransport }: RouteOptions): Promise<number> => {
  const opened = await transport(NETLINK_ROUTE, listener);
  opened.close();
  return opened.receiveBuffer;
};

test.each<[string, (global: GlobalDefs) => RouteOptions]>([
  ['vrrp_netlink_cmd_rcv_bufs', vrrpRouteOptions],
  ['lvs_netlink_cmd_rcv_bufs', (global) => ({ transport: ipvsTransport({ global }) })],
])('%s, with or without its _force: only ever more', async (keyword, options) => {
  const size = (...lines: readonly string[]) => granted(options(globals(...lines)));
  const usual = await size();
  expect(await size(`${keyword} 1000`)).toBe(usual);
  const more = await size(`${keyword} ${MORE}`);
  expect(more).toBe(process.getuid?.() === 0 ? 2 * MORE : usual);
  expect(await size(`${keyword} ${MORE}`, `${keyword}_force`)).toBe(more);
});

test('vrrp_netlink_monitor_rcv_bufs and lvs_netlink_monitor_rcv_bufs: each of its own watches', () => {
  const global = globals(`vrrp_netlink_monitor_rcv_bufs ${MORE}`, `lvs_netlink_monitor_rcv_bufs ${2 * MORE}`);
  expect(vrrpRouteOptions(global).watchBuffer).toBe(MORE);
  expect(checkerRouteOptions(global).watchBuffer).toBe(2 * MORE);
  expect(vrrpRouteOptions(globals()).watchBuffer).toBeUndefined();
});
