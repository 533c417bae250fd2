// REDIS_CHECK: what is said byte for byte, what is heard in any pieces, and a server on loopback.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkRedis, redisSpeaker } from '../../src/checkers/redis.ts';
import { redis } from '../fixture.ts';
import { context, listen, refusing } from './peer.ts';
import { cutEverywhere, play } from './speaker.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const ping = '*1\r\n$4\r\nPING\r\n';

test('asks PING and wants PONG', () => {
  expect(play(redisSpeaker({}), [bytes('+PONG\r\n')])).toEqual({ result: { ok: true }, said: [ping] });
  expect(play(redisSpeaker({}), [bytes('+OK\r\n')]).result).toMatchObject({ ok: false, reason: 'reply' });
});

test('says the password first, and the user before it', () => {
  const replies = [bytes('+OK\r\n'), bytes('+PONG\r\n')];
  expect(play(redisSpeaker({ password: 'pa\r\nss' }), replies)).toEqual({
    result: { ok: true },
    said: ['*2\r\n$4\r\nAUTH\r\n$6\r\npa\r\nss\r\n', ping],
  });
  expect(play(redisSpeaker({ user: 'probe', password: 'x' }), replies).said[0]).toBe(
    '*3\r\n$4\r\nAUTH\r\n$5\r\nprobe\r\n$1\r\nx\r\n',
  );
});

test.each([
  ['-NOAUTH Authentication required.', 'PING was answered "NOAUTH Authentication required."'],
  [
    '-LOADING Redis is loading the dataset in memory',
    'PING was answered "LOADING Redis is loading the dataset in memory"',
  ],
])('%s is a failure in the words of the server', (line, detail) => {
  expect(play(redisSpeaker({}), [bytes(`${line}\r\n`)]).result).toEqual({ ok: false, reason: 'reply', detail });
});

test('a wrong password is a failure of AUTH', () => {
  const { result } = play(redisSpeaker({ password: 'x' }), [bytes('-WRONGPASS invalid username-password pair\r\n')]);
  expect(result).toMatchObject({ detail: 'AUTH was answered "WRONGPASS invalid username-password pair"' });
});

test('a reply in two pieces is the same, and half of one is waited for', () => {
  const { halves, starts } = cutEverywhere(() => redisSpeaker({ password: 'x' }), bytes('+OK\r\n+PONG\r\n'));
  for (const { result } of halves) expect(result).toEqual({ ok: true });
  for (const { result } of starts) expect(result).toBeUndefined();
});

test('garbage is never success, and never waited for without end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (garbage) => {
      expect(play(redisSpeaker({}), [garbage]).result?.ok ?? false).toBe(false);
    }),
  );
  expect(play(redisSpeaker({}), [bytes('x'.repeat(2000))]).result).toMatchObject({ reason: 'malformed' });
});

test('works over a connection, and tells a closed one', async () => {
  await using peer = await listen((socket) => socket.once('data', () => socket.write('+PONG\r\n')), { eager: true });
  expect(await checkRedis(redis(peer), context())).toEqual({ ok: true });
  await using mute = await listen((socket) => socket.end(), { eager: true });
  expect(await checkRedis(redis(mute), context())).toMatchObject({ ok: false, reason: 'closed' });
  expect(await checkRedis(redis(await refusing()), context())).toMatchObject({ ok: false, reason: 'refused' });
  await using silent = await listen(() => {}, { eager: true });
  expect(await checkRedis(redis({ ...silent, connectTimeout: 100 }), context())).toMatchObject({
    ok: false,
    reason: 'read-timeout',
  });
  await using endless = await listen((socket) => socket.write(Buffer.alloc(1_000_000, 0x2b)), { eager: true });
  expect(await checkRedis(redis(endless), context())).toMatchObject({ ok: false, reason: 'malformed' });
});
