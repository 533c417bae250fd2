// UDP_CHECK on loopback, case by case as keepalived 2.2.7 judged the same servers.
import { describe, expect, test } from '@jest/globals';
import type { UdpCheck } from '@vipward/config';
import { checkUdp } from '../../src/checkers/udp.ts';
import { ip, udp } from '../fixture.ts';
import { answering, closedPort } from './datagram-peer.ts';
import { context } from './peer.ts';

const check = (more: Partial<UdpCheck>) => checkUdp(udp({ connectTimeout: 5000, ...more }), context());
const impatient = { connectTimeout: 100 };
const reply = (...bytes: number[]) => Uint8Array.from(bytes);
/** The half bytes of a pattern; X is any. */
const pattern = (text: string) => [...text].map((digit) => (digit === 'X' ? undefined : Number.parseInt(digit, 16)));

describe('without require_reply', () => {
  test('any answer is good', async () => {
    await using peer = await answering(() => [reply(1)]);
    expect(await check(peer)).toEqual({ ok: true });
  });

  test('silence is good, when connect_timeout is over', async () => {
    await using peer = await answering(() => []);
    expect(await check({ ...peer, ...impatient })).toEqual({ ok: true });
  });

  test('a port where nobody listens is found out by its ICMP error', async () => {
    expect(await check(await closedPort())).toMatchObject({ ok: false, reason: 'refused' });
  });

  test('sends the payload, or the one that keepalived sends', async () => {
    await using peer = await answering(() => [reply(1)]);
    await check({ ...peer, payload: reply(0xca, 0xfe) });
    await check(peer);
    expect(peer.received.map((bytes) => Buffer.from(bytes).toString('latin1'))).toEqual([
      'Êþ',
      'keepalived check - keepalived ch',
    ]);
  });
});

describe('with require_reply', () => {
  test('silence is a failure', async () => {
    await using peer = await answering(() => []);
    expect(await check({ ...peer, ...impatient, requireReply: true })).toMatchObject({ reason: 'read-timeout' });
  });

  test.each([
    ['ab12cd', true],
    ['ab1X', true],
    ['ab12cdef01', true],
    ['XXXXXX', true],
    ['ab13', false],
    ['bXX', false],
  ])('a pattern of %s and a reply of ab12cd: %s', async (wanted, ok) => {
    await using peer = await answering(() => [reply(0xab, 0x12, 0xcd)]);
    expect(await check({ ...peer, requireReply: true, reply: pattern(wanted) })).toMatchObject({ ok });
  });

  test.each([
    [{ reply: pattern('78') }, 300, false],
    [{}, 300, true],
    [{ maxReplyLength: 10 }, 300, false],
    [{ minReplyLength: 4 }, 3, false],
    [{ minReplyLength: 3, maxReplyLength: 3 }, 3, true],
    [{ reply: pattern('78') }, 0, true],
  ])('lengths: %j and a reply of %d bytes: %s', async (more, length, ok) => {
    await using peer = await answering(() => [new Uint8Array(length).fill(0x78)]);
    expect(await check({ ...peer, requireReply: true, ...more })).toMatchObject({ ok });
  });
});

test('asks over IPv6 as well', async () => {
  await using peer = await answering(() => [reply(1)], '::1');
  expect(await check({ ...peer, requireReply: true })).toEqual({ ok: true });
});

test('a network without route is a failure, and so is a source address that is not here', async () => {
  const missing = await check({ ...(await closedPort()), bindTo: ip('192.0.2.77') });
  expect(missing).toMatchObject({ ok: false, reason: 'unreachable' });
  const device = await check({ ...(await closedPort()), bindIf: 'hc-none0' });
  expect(device).toMatchObject({ ok: false, reason: 'unreachable' });
});

test('takes the source address and port that it is told', async () => {
  await using peer = await answering(() => [reply(1)]);
  await using other = await answering(() => []);
  const busy = await check({ ...peer, bindTo: other.connectIp, bindPort: other.connectPort });
  expect(busy).toMatchObject({ ok: false, detail: expect.stringContaining('in use') });
  expect(await check({ ...peer, bindTo: ip('127.0.0.2'), requireReply: true })).toEqual({ ok: true });
});

test('ends at once when nobody wants the answer any more', async () => {
  const gone = new AbortController();
  await using peer = await answering(() => {
    gone.abort();
    return [];
  });
  const result = await checkUdp(udp({ ...peer, connectTimeout: 600_000 }), context(gone.signal));
  expect(result).toMatchObject({ ok: false, reason: 'local' });
});
