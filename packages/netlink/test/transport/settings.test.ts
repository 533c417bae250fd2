// Transports with settings of their own: another namespace, a larger buffer.
import { expect, test } from '@jest/globals';
import { NetlinkError } from '../../src/errors.ts';
import { openTransport, transportWith } from '../../src/transport/open.ts';
import { netlinkProtocol, wantedReceiveBuffer } from '../../src/transport/transport.ts';

const listener = { onDatagram: () => {}, onOverrun: () => {}, onFailure: () => {} };

test('nothing special is the usual transport, and a smaller buffer is nothing special', () => {
  expect(transportWith({})).toBe(openTransport);
  expect(transportWith({ receiveBuffer: 1000 })).toBe(openTransport);
  expect(transportWith({ receiveBuffer: wantedReceiveBuffer })).toBe(openTransport);
});

test('a larger buffer is asked for', async () => {
  const usual = await transportWith({})(netlinkProtocol.generic, listener);
  const larger = await transportWith({ receiveBuffer: 2 * wantedReceiveBuffer })(netlinkProtocol.generic, listener);
  expect(larger.receiveBuffer).toBeGreaterThanOrEqual(usual.receiveBuffer);
  usual.close();
  larger.close();
});

test('a namespace that is not there is named', async () => {
  const opening = transportWith({ namespace: '/run/netns/nosuch' })(netlinkProtocol.generic, listener);
  const error = await Promise.resolve(opening).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NetlinkError);
  expect(error).toMatchObject({ code: 'NETLINK_UNAVAILABLE', message: expect.stringContaining('/run/netns/nosuch') });
});
