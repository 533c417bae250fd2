// Sockets on the event loop, with what needs no privilege: UDP on the loopback, netlink, unix datagrams.
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  AF_INET,
  AF_NETLINK,
  type OwnedSocket,
  openSocket,
  parseSockaddr,
  SOCK_DGRAM,
  SOCK_RAW,
  sockaddrIn,
  sockaddrNl,
} from '../src/index.ts';

const opened: OwnedSocket[] = [];
const open = (domain: number, type: number, protocol = 0): OwnedSocket => {
  const socket = openSocket(domain, type, protocol);
  opened.push(socket);
  return socket;
};
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

const loopback = Uint8Array.of(127, 0, 0, 1);

describe('an open socket', () => {
  test('carries a datagram from one to the other, gathered from several buffers, with the sender', async () => {
    const receiver = open(AF_INET, SOCK_DGRAM);
    const sender = open(AF_INET, SOCK_DGRAM);
    receiver.bind(sockaddrIn(loopback));
    sender.bind(sockaddrIn(loopback));
    const got = new Promise<{ text: string; from: Uint8Array; truncated: boolean }>((resolve, reject) => {
      receiver.listen({
        onDatagram: ({ data, from, truncated }) =>
          resolve({ text: Buffer.from(data).toString(), from: from.slice(), truncated }),
        onError: reject,
      });
    });
    expect(sender.send([Buffer.from('ab'), new Uint8Array(), Buffer.from('cde')], receiver.localAddress())).toBe(5);
    const { text, from, truncated } = await got;
    expect(text).toBe('abcde');
    expect(parseSockaddr(from)).toEqual(parseSockaddr(sender.localAddress()));
    expect(truncated).toBe(false);
  });

  test('asks the kernel over netlink and gets the whole dump', async () => {
    const socket = open(AF_NETLINK, SOCK_RAW);
    socket.bind(sockaddrNl());
    const types: number[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.listen({
        onDatagram({ data }) {
          const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
          types.push(view.getUint16(4, true));
          if (types.at(-1) === 3) resolve();
        },
        onError: reject,
      });
      const request = new DataView(new ArrayBuffer(32));
      request.setUint32(0, 32, true);
      request.setUint16(4, 18, true); // RTM_GETLINK
      request.setUint16(6, 0x301, true); // NLM_F_REQUEST | NLM_F_DUMP
      expect(socket.send([new Uint8Array(request.buffer)], sockaddrNl())).toBe(32);
    });
    expect(types[0]).toBe(16);
  });
});
