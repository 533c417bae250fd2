// A TCP descriptor with a mark and a device: both are set, and a connection goes through it.
import { type AddressInfo, createServer, Socket } from 'node:net';
import {
  adoptSocket,
  openTcpDescriptor,
  readControlInt,
  SO_BINDTODEVICE,
  SO_MARK,
  SOL_SOCKET,
} from '../../src/index.ts';
import { makeVeth } from './veth.ts';

makeVeth();
const options = { family: 4, mark: 0xfffffff0, device: 'lo', bindAddress: Uint8Array.of(127, 0, 0, 3) } as const;
const probe = adoptSocket(openTcpDescriptor(options));
console.log(`mark ${(readControlInt(probe.getOption(SOL_SOCKET, SO_MARK, 4)) ?? 0) >>> 0}`);
console.log(
  `device ${Buffer.from(probe.getOption(SOL_SOCKET, SO_BINDTODEVICE, 16))
    .toString('utf8')
    .replace('\0', '')}`,
);
probe.close();

const server = createServer((peer) => peer.end(peer.remoteAddress ?? ''));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  new Socket({ fd: openTcpDescriptor(options), readable: true, writable: true })
    .on('data', (text) => console.log(`connected from ${text}`))
    .on('close', () => server.close())
    .connect(port, '127.0.0.1');
});
