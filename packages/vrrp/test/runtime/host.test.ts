// The mirror of the host: what is known already is no news, what changes is.
import { expect, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import type { InterfaceAddress } from '@vipward/netlink';
import { createMemoryRoute } from '@vipward/testkit';
import { Host } from '../../src/runtime/host.ts';

const address = parseIp('10.0.0.1') ?? { family: 4 as const, bytes: new Uint8Array(4) };
/** IFA_F_PERMANENT, which the kernel adds. */
const there: InterfaceAddress = { ifIndex: 2, address, prefixLength: 32, scope: 0, protocol: 18, flags: 0x80 };
const TENTATIVE = 0x40;

test('the notification of an address that we have written is no news; another one, and the end of its probation, are', async () => {
  const host = new Host(createMemoryRoute({ links: ['lo', 'eth0'] }));
  await host.read();
  host.noteAdded({ ifIndex: 2, address, prefixLength: 32, scope: 0, protocol: 18 });
  expect(host.apply({ kind: 'address', address: there })).toBeUndefined();
  const other = { ...there, prefixLength: 24 };
  const news = { kind: 'addresses', address: expect.objectContaining({ ifIndex: 2 }) };
  expect(host.apply({ kind: 'address', address: { ...other, flags: TENTATIVE } })).toEqual(news);
  expect(host.apply({ kind: 'address', address: other })).toEqual(news);
  expect(host.having([there, { ...there, prefixLength: 30 }])).toEqual([there]);
});
