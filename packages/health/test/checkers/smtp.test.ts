// SMTP_CHECK on loopback: the dialogue, and the servers that break it off.
import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import type { SmtpCheck } from '@vipward/config';
import { checkSmtp } from '../../src/checkers/smtp.ts';
import { smtp } from '../fixture.ts';
import { context, listen, refusing } from './peer.ts';

const check = (more: Partial<SmtpCheck>) => checkSmtp(smtp({ connectTimeout: 5000, ...more }), context());

/** Says `greeting`, then the next line for each that comes. */
const server = (greeting: string, ...replies: readonly string[]) => {
  return (socket: Socket): void => {
    let next = 0;
    socket.write(greeting);
    socket.on('data', () => {
      const reply = replies[next];
      next += 1;
      if (reply !== undefined) socket.write(reply);
    });
  };
};

test.each([
  ['one line each', ['220 hi\r\n', '250 ok\r\n', '221 bye\r\n']],
  ['many lines', ['220-a\r\n220-b\r\n220 c\r\n', '250-x\r\n250 y\r\n', '221 bye\r\n']],
  ['any word at QUIT', ['220 hi\r\n', '250 ok\r\n', '500 what\r\n']],
] as const)('a server that answers with %s is up', async (_, [greeting, ...replies]) => {
  await using peer = await listen(server(greeting, ...replies), { eager: true });
  expect(await check(peer)).toEqual({ ok: true });
  expect(peer.requests[0]).toBe('HELO director.example\r\nQUIT\r\n');
});

test.each([
  ['greeting', ['554 no\r\n']],
  ['greeting', ['HTTP/1.1 400 Bad Request\r\n']],
  ['helo', ['220 hi\r\n', '500 what\r\n']],
] as const)('fails with the reason %s when it hears %j', async (reason, [greeting, ...replies]) => {
  await using peer = await listen(server(greeting, ...replies), { eager: true });
  expect(await check(peer)).toMatchObject({ ok: false, reason });
});

test.each([
  ['at once', []],
  ['after the greeting', ['220 hi\r\n']],
  ['after HELO', ['220 hi\r\n', '250 ok\r\n']],
  ['in the middle of a line', ['220 h']],
] as const)('a server that falls silent %s is too late', async (_, [greeting = '', ...replies]) => {
  await using peer = await listen(server(greeting, ...replies), { eager: true });
  expect(await check({ ...peer, connectTimeout: 100 })).toMatchObject({ ok: false, reason: 'read-timeout' });
});

test('a server that closes, refuses or talks without end is down', async () => {
  await using closing = await listen((socket) => socket.end(), { eager: true });
  expect(await check(closing)).toMatchObject({ ok: false, reason: 'closed' });
  expect(await check(await refusing())).toMatchObject({ ok: false, reason: 'refused' });
  await using talker = await listen((socket) => socket.write('x'.repeat(100_000)), { eager: true });
  expect(await check(talker)).toMatchObject({ ok: false, reason: 'malformed' });
});

test('ends at once when nobody wants the answer any more', async () => {
  const gone = new AbortController();
  await using peer = await listen(() => gone.abort(), { eager: true });
  const result = await checkSmtp(smtp({ ...peer, connectTimeout: 600_000 }), context(gone.signal));
  expect(result).toMatchObject({ ok: false, reason: 'local' });
});
