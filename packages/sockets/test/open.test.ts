// Sockets on the event loop, with what needs no privilege: UDP on the loopback, netlink, unix datagrams.
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  AF_INET,
  AF_NETLINK,
  AF_UNIX,
  adoptSocket,
  decodeControl,
  IP_PKTINFO,
  IP_RECVERR,
  IPPROTO_IP,
  type OwnedSocket,
  openSocket,
  parsePktinfo,
  parseSockaddr,
  readControlInt,
  SO_RCVBUF,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  SOL_SOCKET,
  sockaddrIn,
  sockaddrNl,
  sockaddrUn,
} from '../src/index.ts';

const opened: OwnedSocket[] = [];
const open = (domain: number, type: number, protocol = 0): OwnedSocket => {
  const socket = openSocket(domain, type, protocol);
  opened.push(socket);
  return socket;
};
const udp = (): OwnedSocket => {
  const socket = open(AF_INET, SOCK_DGRAM);
  socket.bind(sockaddrIn(loopback));
  return socket;
};
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

const loopback = Uint8Array.of(127, 0, 0, 1);
const fail = (error: Error): never => {
  throw error;
};
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(1);
};
const errorOf = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error;
  }
};

describe('a datagram', () => {
  test('is gathered from several buffers and arrives with its sender', async () => {
    const receiver = udp();
    const sender = udp();
    const got: unknown[] = [];
    receiver.listen({
      onDatagram: ({ data, from, truncated, control }) =>
        got.push([Buffer.from(data).toString(), parseSockaddr(from), truncated, control.length]),
      onError: fail,
    });
    expect(sender.send([Buffer.from('ab'), new Uint8Array(), Buffer.from('cde')], receiver.localAddress())).toBe(5);
    await until(() => got.length > 0);
    expect(got).toEqual([['abcde', parseSockaddr(sender.localAddress()), false, 0]]);
  });

  test('that is longer than its space is cut and says so', async () => {
    const socket = udp();
    const got: unknown[] = [];
    socket.listen({ onDatagram: (d) => got.push([...d.data, d.truncated]), onError: fail }, { dataBytes: 4 });
    socket.send([Uint8Array.of(1, 2, 3, 4)], socket.localAddress());
    socket.send([Uint8Array.of(1, 2, 3, 4, 5)], socket.localAddress());
    socket.send([], socket.localAddress());
    await until(() => got.length === 3);
    expect(got).toEqual([[1, 2, 3, 4, false], [1, 2, 3, 4, true], [false]]);
  });

  test('brings the ancillary data that was asked for', async () => {
    const socket = udp();
    socket.setOption(IPPROTO_IP, IP_PKTINFO, 1);
    const got: unknown[] = [];
    socket.listen({
      onDatagram: ({ control }) => {
        const [message] = decodeControl(control);
        got.push(message?.level, message?.type, message && parsePktinfo(message.data));
      },
      onError: fail,
    });
    socket.send([Uint8Array.of(1)], socket.localAddress());
    await until(() => got.length > 0);
    expect(got).toEqual([IPPROTO_IP, IP_PKTINFO, { ifIndex: 1, destination: loopback }]);
  });

  test('leaves time for others: at most 64 come in one turn of the event loop', async () => {
    const socket = udp();
    const turns = [0];
    let total = 0;
    const countTurns = setInterval(() => {}, 1000);
    const nextTurn = (): void => {
      turns.push(0);
      if (total < 150) setImmediate(nextTurn);
    };
    setImmediate(nextTurn);
    socket.listen({
      onDatagram() {
        total++;
        turns.push((turns.pop() ?? 0) + 1);
      },
      onError: fail,
    });
    for (let i = 0; i < 150; i++) socket.send([Uint8Array.of(i)], socket.localAddress());
    await until(() => total === 150);
    clearInterval(countTurns);
    expect(Math.max(...turns)).toBe(64);
  });

  test('is the last one when its callback closes the socket', async () => {
    const socket = udp();
    const address = socket.localAddress();
    let count = 0;
    socket.listen({
      onDatagram() {
        count++;
        socket.close();
      },
      onError: fail,
    });
    for (let i = 0; i < 5; i++) socket.send([Uint8Array.of(i)], address);
    await sleep(20);
    expect(count).toBe(1);
    expect(socket.fd).toBe(-1);
  });

  test('goes over a unix socket, which refuses at once when it is full or not there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vipward-sockets-'));
    const address = sockaddrUn(join(folder, 'log'));
    const receiver = open(AF_UNIX, SOCK_DGRAM);
    const sender = open(AF_UNIX, SOCK_DGRAM);
    expect(errorOf(() => sender.send([Uint8Array.of(1)], address))).toMatchObject({
      syscall: 'sendmsg',
      code: 'ENOENT',
    });
    receiver.bind(address);
    const refused = errorOf(() => {
      for (;;) sender.send([Buffer.from('<14>vipward: hello')], address);
    });
    expect(refused).toMatchObject({ syscall: 'sendmsg', code: 'EAGAIN' });
    const got: string[] = [];
    receiver.listen({ onDatagram: ({ data }) => got.push(Buffer.from(data).toString()), onError: fail });
    await until(() => got.length > 0);
    expect(got[0]).toBe('<14>vipward: hello');
    rmSync(folder, { recursive: true });
  });
});

describe('a pending error', () => {
  const refusedBy = (): { socket: OwnedSocket; peer: Uint8Array } => {
    const gone = udp();
    const peer = gone.localAddress();
    const socket = udp();
    socket.connect(peer);
    gone.close();
    return { socket, peer };
  };

  test('is read, reported and over: the socket goes on', async () => {
    const { socket, peer } = refusedBy();
    const events: unknown[] = [];
    socket.listen({
      onDatagram: ({ data }) => events.push(data[0]),
      onError: ({ syscall, code, errno }) => events.push({ syscall, code, errno }),
    });
    socket.send([Uint8Array.of(1)]);
    await until(() => events.length === 1);
    expect(events).toEqual([{ syscall: 'recvmsg', code: 'ECONNREFUSED', errno: 111 }]);
    const back = open(AF_INET, SOCK_DGRAM);
    back.bind(peer);
    back.send([Uint8Array.of(9)], socket.localAddress());
    await until(() => events.length === 2);
    expect(events[1]).toBe(9);
  });

  test('with an error queue (IP_RECVERR) does not keep the event loop spinning', async () => {
    const { socket } = refusedBy();
    socket.setOption(IPPROTO_IP, IP_RECVERR, 1);
    const errors: string[] = [];
    socket.listen({ onDatagram: () => {}, onError: ({ code }) => errors.push(code) });
    socket.send([Uint8Array.of(1)]);
    await until(() => errors.length > 0);
    const before = performance.eventLoopUtilization();
    await sleep(200);
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
    expect(errors).toEqual(['ECONNREFUSED']);
  });

  test('of an overrun netlink socket is ENOBUFS, and answers come again after it', async () => {
    const socket = open(AF_NETLINK, SOCK_RAW);
    socket.bind(sockaddrNl());
    socket.setOption(SOL_SOCKET, SO_RCVBUF, 4096);
    const errors: string[] = [];
    let answers = 0;
    socket.listen({ onDatagram: () => answers++, onError: ({ code }) => errors.push(code) });
    // RTM_GETLINK of the loopback, without waiting for the answers.
    for (let i = 0; i < 200; i++) socket.send([getLink(1)], sockaddrNl());
    await until(() => errors.length > 0);
    expect(new Set(errors)).toEqual(new Set(['ENOBUFS']));
    await sleep(20);
    const before = answers;
    socket.send([getLink(1)], sockaddrNl());
    await until(() => answers > before);
  });
});

describe('a netlink socket', () => {
  test('asks the kernel and gets the whole dump', async () => {
    const socket = open(AF_NETLINK, SOCK_RAW);
    socket.bind(sockaddrNl());
    expect(parseSockaddr(socket.localAddress())).toMatchObject({ family: 'netlink', groups: 0 });
    const types: number[] = [];
    socket.listen({ onDatagram: ({ data }) => types.push(Buffer.from(data).readUInt16LE(4)), onError: fail });
    expect(socket.send([getLink(0)], sockaddrNl())).toBe(32);
    await until(() => types.at(-1) === 3); // NLMSG_DONE
    expect(types[0]).toBe(16); // RTM_NEWLINK
  });

  test('has the answer as soon as it was asked, for who does not want to wait a turn', () => {
    const socket = open(AF_NETLINK, SOCK_RAW);
    socket.bind(sockaddrNl());
    const types: number[] = [];
    expect(() => socket.receive()).toThrow('recvmsg: EINVAL');
    socket.listen({ onDatagram: ({ data }) => types.push(Buffer.from(data).readUInt16LE(4)), onError: fail });
    expect(socket.receive()).toBe(false);
    socket.send([getLink(0)], sockaddrNl());
    while (socket.receive());
    expect([types[0], types.at(-1)]).toEqual([16, 3]);
    socket.close();
    expect(() => socket.receive()).toThrow('recvmsg: EBADF');
  });

  test('tells its listener of an overrun also when asked in this way', () => {
    const socket = open(AF_NETLINK, SOCK_RAW);
    socket.bind(sockaddrNl());
    socket.setOption(SOL_SOCKET, SO_RCVBUF, 4096);
    const errors: string[] = [];
    socket.listen({ onDatagram: () => undefined, onError: ({ code }) => errors.push(code) });
    for (let i = 0; i < 200; i++) socket.send([getLink(1)], sockaddrNl());
    expect(socket.receive()).toBe(false);
    expect(errors).toEqual(['ENOBUFS']);
  });
});

/** RTM_GETLINK of one interface, or a dump of all for 0. */
function getLink(ifIndex: number): Uint8Array {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32LE(32, 0);
  bytes.writeUInt16LE(18, 4);
  bytes.writeUInt16LE(ifIndex === 0 ? 0x301 : 1, 6); // NLM_F_REQUEST, NLM_F_DUMP
  bytes.writeInt32LE(ifIndex, 20);
  return bytes;
}

describe('options', () => {
  test('are ints or bytes, and come back as bytes', () => {
    const socket = udp();
    socket.setOption(SOL_SOCKET, SO_RCVBUF, 8192);
    expect(readControlInt(socket.getOption(SOL_SOCKET, SO_RCVBUF, 4))).toBe(16384);
    socket.setOption(SOL_SOCKET, SO_RCVBUF, Uint8Array.of(0, 0x40, 0, 0));
    expect(readControlInt(socket.getOption(SOL_SOCKET, SO_RCVBUF, 4))).toBe(32768);
    expect(readControlInt(socket.getOption(SOL_SOCKET, SO_TYPE, 100))).toBe(SOCK_DGRAM);
  });

  test('that do not exist throw with the name of the errno', () => {
    const socket = udp();
    expect(errorOf(() => socket.setOption(SOL_SOCKET, 9999, 1))).toMatchObject({
      name: 'SocketError',
      message: 'setsockopt: ENOPROTOOPT',
      errno: 92,
    });
    expect(errorOf(() => socket.getOption(SOL_SOCKET, 9999, 4))).toMatchObject({ message: 'getsockopt: ENOPROTOOPT' });
  });
});

describe('the owner of a socket', () => {
  test('gives the descriptor away and takes one over', () => {
    const socket = udp();
    const address = socket.localAddress();
    const fd = socket.release();
    expect(socket.fd).toBe(-1);
    const adopted = adoptSocket(fd);
    opened.push(adopted);
    expect(adopted.fd).toBe(fd);
    expect(adopted.localAddress()).toEqual(address);
    expect(errorOf(() => adoptSocket(fd))).toMatchObject({ syscall: 'adopt', code: 'EEXIST' });
  });

  test('can take over sockets only', () => {
    expect(errorOf(() => adoptSocket(-1))).toMatchObject({ code: 'EBADF' });
    const file = openSync('/dev/null', 'r');
    expect(errorOf(() => adoptSocket(file))).toMatchObject({ code: 'ENOTSOCK' });
    closeSync(file);
  });

  test('closes twice without harm, and every use afterwards says EBADF', () => {
    const socket = udp();
    socket.close();
    socket.close();
    const uses = [
      () => socket.bind(sockaddrIn(loopback)),
      () => socket.connect(sockaddrIn(loopback)),
      () => socket.localAddress(),
      () => socket.setOption(SOL_SOCKET, SO_RCVBUF, 1),
      () => socket.getOption(SOL_SOCKET, SO_RCVBUF, 4),
      () => socket.send([], sockaddrIn(loopback)),
      () => socket.listen({ onDatagram: () => {}, onError: () => {} }),
      () => socket.release(),
    ];
    for (const use of uses) expect(errorOf(use)).toMatchObject({ name: 'SocketError', code: 'EBADF' });
    expect(() => socket.unref()).not.toThrow();
  });

  test('never meets its old handle on a new socket', () => {
    const old = udp();
    const fd = old.fd;
    old.close();
    const fresh = udp();
    expect(fresh.fd).toBe(fd);
    old.close();
    expect(old.fd).toBe(-1);
    expect(fresh.fd).toBe(fd);
  });

  test('listens once, and not on a stream', () => {
    const listener = { onDatagram: () => {}, onError: () => {} };
    const socket = udp();
    socket.listen(listener);
    expect(errorOf(() => socket.listen(listener))).toMatchObject({ syscall: 'listen', code: 'EALREADY' });
    expect(errorOf(() => open(AF_INET, SOCK_STREAM).listen(listener))).toMatchObject({ code: 'EOPNOTSUPP' });
  });

  test('learns why a socket could not be opened', () => {
    expect(errorOf(() => openSocket(250, SOCK_DGRAM, 0))).toMatchObject({ syscall: 'socket', code: 'EAFNOSUPPORT' });
  });

  test('can have many at once', () => {
    const sockets = Array.from({ length: 200 }, udp);
    expect(new Set(sockets.map(({ fd }) => fd)).size).toBe(200);
  });
});
