// Connecting only to see whether somebody accepts: many at once, refused, ended early.
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { dialTcp, type SocketError, sockaddrIn, sockaddrIn6 } from '../src/index.ts';

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
