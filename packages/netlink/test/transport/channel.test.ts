// Requests and replies: matching, limits, deadlines, and what happens to everybody when the socket fails.
import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import { copyOf } from '../../src/codec/bytes.ts';
import type { Message } from '../../src/codec/message.ts';
import { Channel } from '../../src/transport/channel.ts';
import { listOf, packetsOf, type Request } from '../../src/transport/packet.ts';
import { indexIn, isIn } from '../../src/transport/parcel.ts';
import { ask, dump, dumpOnce, refused } from '../../src/transport/request.ts';
import { ackTo, datagramOf, doneTo, FakeWire } from '../fake-wire.ts';

describe('a request', () => {
  test('resolves with what its replies say, at the ACK', async () => {
    const { channel } = setUp((request) => [
      datagramOf({ type: 99, sequence: request.sequence }, (w) => w.u8(7)),
      ackTo(request),
    ]);
    expect(await ask(channel, request('look'), ({ payload }) => copyOf(payload)[0])).toEqual([7]);
  });

  test('is rejected with errno, its name and the words of the kernel', async () => {
    const { channel } = setUp((request) => [ackTo(request, 17, 'it is there')]);
    await expect(ask(channel, request('add it'), nothing)).rejects.toMatchObject({
      name: 'NetlinkError',
      code: 'NETLINK_REFUSED',
      errno: 17,
      errnoName: 'EEXIST',
      kernelMessage: 'it is there',
      operation: 'add it',
      message: 'add it: EEXIST: it is there',
    });
  });

  test('asks for an ACK and has a sequence number of its own', async () => {
    const { channel, wire } = setUp((request) => [ackTo(request)]);
    await Promise.all([ask(channel, request('a'), nothing), ask(channel, request('b'), nothing)]);
    expect(wire.sent.flat().map(({ flags }) => flags)).toEqual([5, 5]);
    expect(new Set(wire.sent.flat().map(({ sequence }) => sequence)).size).toBe(2);
  });

  test('takes no reply that belongs to another, however they arrive', async () => {
    const { channel, wire } = setUp(() => []);
    const results = [1, 2, 3].map((n) => ask(channel, request(`${n}`), ({ payload }) => copyOf(payload)[0]));
    await turn();
    for (const [sent] of [...wire.sent].reverse()) {
      if (sent === undefined) throw new Error('nothing sent');
      wire.listener?.onDatagram(datagramOf({ type: 99, sequence: sent.sequence }, (w) => w.u8(sent.sequence)));
      wire.listener?.onDatagram(ackTo(sent));
    }
    const sequences = wire.sent.map(([sent]) => [sent?.sequence]);
    expect(await Promise.all(results)).toEqual(sequences);
  });

  test('sequence numbers go round after 2^32', () => {
    const [packet] = packetsOf(listOf([request('a'), request('b'), request('c')]));
    if (packet === undefined) throw new Error('no packet');
    const flight = { parcel: { packet, ...idle }, first: 0xfffffffe };
    const sequences = [0xfffffffd, 0xfffffffe, 0xffffffff, 0, 1];
    expect(sequences.map((n) => isIn(flight, n))).toEqual([false, true, true, true, false]);
    expect(sequences.slice(1, 4).map((n) => indexIn(flight, n))).toEqual([0, 1, 2]);
  });
});

describe('a dump that takes many parts in one go', () => {
  const parts = (sequence: number): Uint8Array =>
    Buffer.concat([1, 2, 3].map((n) => Buffer.from(datagramOf({ type: 99, flags: 2, sequence }, (w) => w.u32(n)))));
  const taking = (bytes: number) => {
    const seen: number[] = [];
    const { channel } = setUp((request) => [parts(request.sequence), parts(request.sequence), doneTo(request)]);
    const read = ({ payload }: Message): number => payload.view.getUint8(payload.start);
    const takeRun = (datagram: Uint8Array, sequence: number): number => {
      seen.push(datagram.length, sequence);
      // The end of the dump is not its to take.
      return datagram.length < bytes ? 0 : bytes;
    };
    return { seen, result: dumpOnce(channel, request('list'), read, refused, takeRun) };
  };

  test('is given only the rest of a datagram message by message, and counts its datagrams', async () => {
    const { seen, result } = taking(40);
    expect(await result).toEqual({ entries: [3, 3], datagrams: 2, interrupted: false });
    expect(seen).toEqual([60, 1, 60, 1, 20, 1]);
  });

  test('is given nothing of a datagram that it took whole', async () => {
    expect(await taking(60).result).toEqual({ entries: [], datagrams: 2, interrupted: false });
  });

  test('takes nothing of what others get', async () => {
    const { channel } = setUp((request) => [parts(request.sequence), ackTo(request)]);
    const read = ({ payload }: Message): number => payload.view.getUint8(payload.start);
    expect(await ask(channel, request('look'), read)).toEqual([1, 2, 3]);
  });
});

describe('a request without an answer', () => {
  test('is rejected after the timeout, and the next one has a fresh socket', async () => {
    const { channel, clock, wire } = setUp(() => []);
    const lost = expect(ask(channel, request('wait'), nothing)).rejects.toMatchObject({
      code: 'NETLINK_TIMEOUT',
      message: 'wait: no reply from the kernel for 1000 ms',
    });
    await clock.run(1100);
    await lost;
    wire.answer = (request) => [ackTo(request)];
    expect(await ask(channel, request('again'), nothing)).toEqual([]);
    expect([wire.opened, wire.alive]).toEqual([2, 1]);
  });

  test('is not given up while its reply already lies in the socket of a process that was stopped', async () => {
    const { channel, clock, wire } = setUp(() => []);
    const kept = ask(channel, request('wait'), nothing);
    await turn();
    clock.jump(60_000);
    const [sent] = wire.sent[0] ?? [];
    if (sent !== undefined) wire.listener?.onDatagram(ackTo(sent));
    expect(await kept).toEqual([]);
    expect(clock.pending).toEqual([]);
  });

  test('is rejected by close(), like those that wait and those that come later', async () => {
    const { channel, wire } = setUp(() => []);
    const waiting = Array.from({ length: 50 }, (_, n) => ask(channel, request(`${n}`), nothing));
    await turn();
    channel.close();
    waiting.push(ask(channel, request('late'), nothing));
    for (const result of await Promise.allSettled(waiting))
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'NETLINK_CLOSED' } });
    expect(wire.alive).toBe(0);
  });

  test('is rejected when the channel is closed while its socket opens', async () => {
    const { channel, wire } = setUp(() => []);
    const result = ask(channel, request('a'), nothing);
    channel.close();
    await expect(result).rejects.toMatchObject({ code: 'NETLINK_CLOSED' });
    await turn();
    expect(wire.alive).toBe(0);
  });
});

describe('a failing socket', () => {
  test('an overrun rejects what is under way; what waits goes over a fresh socket', async () => {
    const { channel, wire } = setUp(() => []);
    const underWay = Array.from({ length: 32 }, (_, n) => ask(channel, request(`${n}`), nothing));
    const waiting = ask(channel, request('waiting'), nothing);
    await turn();
    wire.answer = (request) => [ackTo(request)];
    wire.listener?.onOverrun();
    for (const result of await Promise.allSettled(underWay))
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'NETLINK_OVERRUN' } });
    expect(await waiting).toEqual([]);
    expect(wire.opened).toBe(2);
  });

  test('a datagram that makes no sense rejects what is under way, with the cause', async () => {
    const { channel, wire } = setUp(() => []);
    const result = ask(channel, request('a'), nothing);
    await turn();
    wire.listener?.onDatagram(Uint8Array.of(1, 2, 3));
    await expect(result).rejects.toMatchObject({ code: 'NETLINK_DECODE', cause: { name: 'DecodeError', offset: 0 } });
  });

  test('an exception in a decoder rejects its request and leaves the caller of the listener alone', async () => {
    const { channel } = setUp((request) => [datagramOf({ type: 99, sequence: request.sequence }), ackTo(request)]);
    const failing = (): never => {
      throw new TypeError('a fault of ours');
    };
    await expect(ask(channel, request('a'), failing)).rejects.toMatchObject({
      code: 'NETLINK_DECODE',
      cause: { message: 'a fault of ours' },
    });
  });

  test('what the socket says after it was given up changes nothing', async () => {
    const { channel, wire } = setUp(() => []);
    const first = ask(channel, request('a'), nothing);
    await turn();
    const old = wire.listener;
    old?.onFailure(new Error('gone'));
    await expect(first).rejects.toMatchObject({ code: 'NETLINK_UNAVAILABLE' });
    const second = ask(channel, request('b'), nothing);
    await turn();
    old?.onOverrun();
    old?.onFailure(new Error('gone'));
    const [sent] = wire.sent[1] ?? [];
    if (sent !== undefined) wire.listener?.onDatagram(ackTo(sent));
    expect(await second).toEqual([]);
  });

  test('when no socket can be opened the request says so, and the next one tries again', async () => {
    const { channel, wire } = setUp((request) => [ackTo(request)]);
    wire.failToOpen = new Error('EMFILE');
    await expect(ask(channel, request('a'), nothing)).rejects.toMatchObject({
      code: 'NETLINK_UNAVAILABLE',
      message: 'a: EMFILE',
    });
    wire.failToOpen = undefined;
    expect(await ask(channel, request('b'), nothing)).toEqual([]);
  });

  test('a send that fails rejects its request alone', async () => {
    const { channel, wire } = setUp((request) => [ackTo(request)]);
    await ask(channel, request('a'), nothing);
    wire.failToSend = new Error('EMSGSIZE');
    await expect(ask(channel, request('b'), nothing)).rejects.toMatchObject({ message: 'b: EMSGSIZE' });
    wire.failToSend = undefined;
    expect(await ask(channel, request('c'), nothing)).toEqual([]);
    expect(wire.opened).toBe(1);
  });
});

describe('limits', () => {
  test('at most 32 datagrams are under way', async () => {
    const { channel, wire } = setUp(() => []);
    const all = Array.from({ length: 40 }, (_, n) => ask(channel, request(`${n}`), nothing).catch(() => undefined));
    await turn();
    expect(wire.sent).toHaveLength(32);
    channel.close();
    await Promise.all(all);
  });

  test('fewer are under way when the receive buffer is small, but always one', async () => {
    const { channel, wire } = setUp(() => []);
    wire.receiveBuffer = 32 * 1024;
    const all = Array.from({ length: 40 }, (_, n) => ask(channel, request(`${n}`), nothing).catch(() => undefined));
    await turn();
    expect(wire.sent).toHaveLength(3);
    channel.close();
    await Promise.all(all);
  });

  test('a dump is alone on its socket, and all is done in the order in which it was asked', async () => {
    const { channel, wire } = setUp(() => []);
    const all = [
      ask(channel, request('1'), nothing),
      dump(channel, request('2'), nothing),
      dump(channel, request('3'), nothing),
      ask(channel, request('4'), nothing),
    ];
    for (const [n, end] of [ackTo, doneTo, doneTo, ackTo].entries()) {
      await turn();
      expect(wire.sent).toHaveLength(n + 1);
      const [sent] = wire.sent[n] ?? [];
      if (sent !== undefined) wire.listener?.onDatagram(end(sent));
    }
    await Promise.all(all);
  });
});

describe('a transport whose answers are there at once', () => {
  test('is asked for them, in the order of the questions, and many do not pile up', async () => {
    const { channel, wire } = setUp((request) => [
      datagramOf({ type: 99, sequence: request.sequence }, (w) => w.u8(request.sequence)),
      ackTo(request),
    ]);
    wire.prompt = true;
    const all = Array.from({ length: 200 }, (_, n) =>
      ask(channel, request(`${n}`), ({ payload }) => copyOf(payload)[0]),
    );
    expect((await Promise.all(all)).flat()).toEqual(all.map((_, n) => n + 1));
    expect(wire.opened).toBe(1);
  });

  test('loses what was under way with its socket, and what waits goes over a fresh one', async () => {
    const { channel, wire } = setUp((request) =>
      request.sequence === 2 ? [datagramOf({ type: 4, sequence: 0 })] : [ackTo(request)],
    );
    wire.prompt = true;
    const all = ['1', '2', '3'].map((words) => ask(channel, request(words), nothing));
    const ends = (await Promise.allSettled(all)).map((end) => (end.status === 'rejected' ? end.reason.code : 'done'));
    expect(ends).toEqual(['done', 'NETLINK_OVERRUN', 'done']);
    expect(wire.opened).toBe(2);
  });

  test('still has a deadline', async () => {
    const { channel, wire, clock } = setUp(() => []);
    wire.prompt = true;
    const lost = expect(ask(channel, request('wait'), nothing)).rejects.toMatchObject({ code: 'NETLINK_TIMEOUT' });
    await turn();
    clock.advance(1100);
    await lost;
  });
});

const nothing = (): undefined => undefined;
const idle = { dump: false, onReply: nothing, onRefusal: nothing, onEnd: nothing };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const request = (words: string): Request => ({ type: 30, flags: 0, payload: () => undefined, operation: () => words });

const setUp = (answer: ConstructorParameters<typeof FakeWire>[0]) => {
  const wire = new FakeWire(answer);
  const clock = new FakeClock();
  const channel = new Channel({ protocol: 16, open: wire.open, clock, timeout: 1000 });
  return { wire, clock, channel };
};
