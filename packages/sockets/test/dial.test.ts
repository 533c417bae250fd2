// Connecting only to see whether somebody accepts, or to hand the connection over: many at once, refused, ended early.
import { createServer, type Server, Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import {
  closeDescriptor,
  dialTcp,
  dialTcpDescriptor,
  type SocketError,
  sockaddrIn,
  sockaddrIn6,
} from '../src/index.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const listen = (host: string): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.on('error', () => undefined).destroy());
    servers.push(server);
    server.listen({ host, port: 0, backlog: 512 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

const local = Uint8Array.of(127, 0, 0, 1);
const dial = (port: number, address = local): Promise<SocketError | undefined> =>
  new Promise((resolve) => dialTcp({ family: 4 }, sockaddrIn(address, port), resolve));

test('a connection that is accepted is no error', async () => {
  expect(await dial(await listen('127.0.0.1'))).toBeUndefined();
});

test('an IPv6 server is reached as well', async () => {
  const port = await listen('::1');
  const loopback = new Uint8Array(16).with(15, 1);
  const error = await new Promise((resolve) => dialTcp({ family: 6 }, sockaddrIn6(loopback, port), resolve));
  expect(error).toBeUndefined();
});

test('a refused one is ECONNREFUSED', async () => {
  const port = await listen('127.0.0.1');
  await new Promise((resolve) => servers.pop()?.close(resolve));
  expect(await dial(port)).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
});

test('an address that no route leads to is an error, told later and not thrown', async () => {
  const broadcast = Uint8Array.of(255, 255, 255, 255);
  expect(await dial(80, broadcast)).toMatchObject({ syscall: 'connect' });
});

test('a thousand at once all hear, each once', async () => {
  const port = await listen('0.0.0.0');
  const heard = await Promise.all(
    Array.from({ length: 1000 }, (_, i) => dial(port, Uint8Array.of(127, 1, i >> 8, i & 255))),
  );
  expect(heard.filter((error) => error === undefined)).toHaveLength(1000);
});

test('nothing is heard of one that was ended early, and ending it again is harmless', async () => {
  const port = await listen('127.0.0.1');
  let heard = 0;
  const end = dialTcp({ family: 4 }, sockaddrIn(local, port), () => {
    heard += 1;
  });
  end();
  end();
  await dial(port);
  expect(heard).toBe(0);
});

test('one that ends another while both are ready is the last that is heard of', async () => {
  const port = await listen('127.0.0.1');
  const heard: number[] = [];
  await new Promise<void>((resolve) => {
    const ends: (() => void)[] = [];
    for (const number of [0, 1]) {
      ends[number] = dialTcp({ family: 4 }, sockaddrIn(local, port), () => {
        heard.push(number);
        ends[1 - number]?.();
        setTimeout(resolve, 50);
      });
    }
  });
  expect(heard).toHaveLength(1);
});

test('a source address that this machine lacks is thrown, and nothing stays open', () => {
  const bindAddress = Uint8Array.of(192, 0, 2, 9);
  expect(() => dialTcp({ family: 4, bindAddress }, sockaddrIn(local, 80), () => undefined)).toThrow(
    expect.objectContaining({ code: 'EADDRNOTAVAIL' }),
  );
});

const dialDescriptor = (port: number): Promise<number | SocketError> =>
  new Promise((resolve) => dialTcpDescriptor({ family: 4 }, sockaddrIn(local, port), resolve));

test('a connection that is handed over is a stream, and its server stays on it until that ends', async () => {
  const server = createServer((peer) => peer.on('data', (said) => peer.end(`heard ${said}`)));
  servers.push(server);
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const fd = await dialDescriptor(port);
  expect(fd).toEqual(expect.any(Number));
  const stream = new Socket({ fd: Number(fd), readable: true, writable: true });
  const heard = new Promise((resolve) => stream.on('data', (text: Buffer) => resolve(text.toString())));
  stream.write('you');
  expect(await heard).toBe('heard you');
  stream.destroy();
});

test('hundreds that are handed over at once are descriptors of their own', async () => {
  const port = await listen('127.0.0.1');
  const fds = await Promise.all(Array.from({ length: 300 }, () => dialDescriptor(port)));
  expect(new Set(fds).size).toBe(300);
  for (const fd of fds) closeDescriptor(Number(fd));
});

test('one that is refused has an error in place of a descriptor', async () => {
  const port = await listen('127.0.0.1');
  await new Promise((resolve) => servers.pop()?.close(resolve));
  expect(await dialDescriptor(port)).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
});
