// TCP descriptors for net.Socket, with what needs no privilege: source address, device errors, nothing left open.
import { closeSync, openSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { closeDescriptor, openTcpDescriptor } from '../src/index.ts';

let server: Server;
let port: number;
beforeEach(async () => {
  server = createServer((peer) => peer.end(`${peer.remoteAddress} ${peer.remotePort}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const ask = (fd: number): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    new Socket({ fd, readable: true, writable: true })
      .on('data', (chunk) => {
        text += chunk;
      })
      .on('end', () => resolve(text))
      .on('error', reject)
      .connect(port, '127.0.0.1');
  });
const descriptors = (): number => readdirSync('/proc/self/fd').length;
const errorOf = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error;
  }
};

test('connects from the source address that was asked for', async () => {
  expect(await ask(openTcpDescriptor({ family: 4, bindAddress: Uint8Array.of(127, 0, 0, 9) }))).toMatch(
    /^127\.0\.0\.9 /,
  );
});

test('connects without any of it', async () => {
  expect(await ask(openTcpDescriptor({ family: 4 }))).toMatch(/^127\.0\.0\.1 /);
});

test('connects from the source port that was asked for, again and again', async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.8', resolve));
  const bindPort = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  const options = { family: 4, bindAddress: Uint8Array.of(127, 0, 0, 8), bindPort } as const;
  expect(await ask(openTcpDescriptor(options))).toBe(`127.0.0.8 ${bindPort}`);
});

test('can connect thousands of times from one address: binding takes no port', () => {
  const fds = Array.from({ length: 300 }, () =>
    openTcpDescriptor({ family: 4, bindAddress: Uint8Array.of(127, 0, 0, 7) }),
  );
  expect(new Set(fds).size).toBe(300);
  for (const fd of fds) closeDescriptor(fd);
});

test('says which step failed, and leaves nothing open', () => {
  const before = descriptors();
  expect(errorOf(() => openTcpDescriptor({ family: 4, device: 'no-such-dev0' }))).toMatchObject({
    name: 'SocketError',
    message: 'setsockopt(SO_BINDTODEVICE): ENODEV',
  });
  expect(errorOf(() => openTcpDescriptor({ family: 4, bindAddress: Uint8Array.of(203, 0, 113, 1) }))).toMatchObject({
    message: 'bind: EADDRNOTAVAIL',
  });
  expect(() => openTcpDescriptor({ family: 4, device: 'a-name-that-is-too-long' })).toThrow(RangeError);
  expect(() => openTcpDescriptor({ family: 6, bindAddress: new Uint8Array(4) })).toThrow(RangeError);
  expect(descriptors()).toBe(before);
});

test('an unused descriptor is closed', () => {
  const before = descriptors();
  const fd = openTcpDescriptor({ family: 4 });
  expect(descriptors()).toBe(before + 1);
  closeDescriptor(fd);
  expect(descriptors()).toBe(before);
  expect(errorOf(() => closeDescriptor(fd))).toMatchObject({ code: 'EBADF' });
});

test('what is no socket is not closed', () => {
  const file = openSync('/dev/null', 'r');
  expect(errorOf(() => closeDescriptor(file))).toMatchObject({ syscall: 'close', code: 'ENOTSOCK' });
  closeSync(file);
  expect(errorOf(() => closeDescriptor(-1))).toMatchObject({ syscall: 'close', code: 'EBADF' });
});
