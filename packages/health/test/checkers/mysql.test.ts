// MYSQL_CHECK: the handshake as bytes, in any pieces, with every end that it can have.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkMysql, mysqlSpeaker } from '../../src/checkers/mysql.ts';
import { mysql } from '../fixture.ts';
import { context, listen } from './peer.ts';
import { cutEverywhere, play } from './speaker.ts';

const packet = (sequence: number, payload: string): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUIntLE(payload.length, 0, 3);
  head[3] = sequence;
  return Buffer.concat([head, Buffer.from(payload, 'latin1')]);
};
const greeting = packet(0, '\x0a5.5.5-10.11.6-MariaDB\0\x01\0\0\0abcdefgh\0\xfe\xf7\x2d\x02\0\xff\x81\x15');
const ok = packet(2, '\0\0\0\x02\0\0\0');
const error = (sequence: number, code: number, text: string): Buffer =>
  packet(sequence, `\xff${String.fromCharCode(code & 255, code >> 8)}#HY000${text}`);

test('without user the greeting is enough, and nothing is said', () => {
  expect(play(mysqlSpeaker({}), [greeting])).toEqual({ result: { ok: true }, said: [] });
});

test('with user it logs in without password and says good-bye', () => {
  const { result, said } = play(mysqlSpeaker({ user: 'probe' }), [greeting, ok]);
  expect(result).toEqual({ ok: true });
  const login = Buffer.from(said[0] ?? '', 'latin1');
  expect(login.readUIntLE(0, 3)).toBe(login.length - 4);
  expect(login[3]).toBe(1);
  expect(login.readUInt32LE(4)).toBe(0x88201);
  expect(login.toString('latin1', 36)).toBe('probe\0\0mysql_native_password\0');
  expect(said[1]).toBe('\x01\0\0\0\x01');
});

test.each([
  ['mysql_native_password', '\0\0\0\x03'],
  ['caching_sha2_password', '\x01\0\0\x03\0'],
])('another way to log in (%s) is gone along with', (plugin, answer) => {
  const switched = packet(2, `\xfe${plugin}\0abcdefghijklmnopqrst\0`);
  const { result, said } = play(mysqlSpeaker({ user: 'probe' }), [greeting, switched, packet(4, '\0\0\0\x02\0\0\0')]);
  expect(result).toEqual({ ok: true });
  expect(said[1]).toBe(answer);
});

test('an account that was found good passes, one with a password does not', () => {
  const login = [greeting, packet(2, '\x01\x03'), packet(3, '\0\0\0\x02\0\0\0')];
  expect(play(mysqlSpeaker({ user: 'probe' }), login).result).toEqual({ ok: true });
  expect(play(mysqlSpeaker({ user: 'probe' }), [greeting, packet(2, '\x01\x04')]).result).toMatchObject({ ok: false });
});

describe('an error of the server is a failure in its words', () => {
  test('in place of the greeting', () => {
    const { result } = play(mysqlSpeaker({}), [packet(0, '\xff\x10\x04Too many connections')]);
    expect(result).toEqual({ ok: false, reason: 'reply', detail: 'error 1040 "Too many connections"' });
  });

  test('in place of the login', () => {
    const { result } = play(mysqlSpeaker({ user: 'probe' }), [
      greeting,
      error(2, 1045, "Access denied for user 'probe'"),
    ]);
    expect(result).toEqual({ ok: false, reason: 'reply', detail: 'error 1045 "Access denied for user \'probe\'"' });
  });

  test('however short it is', () => {
    for (const payload of ['\xff', '\xff\x10', '\xff\x10\x04', '\xff\x10\x04#'])
      expect(play(mysqlSpeaker({}), [packet(0, payload)]).result).toMatchObject({ ok: false, reason: 'reply' });
  });
});

test('a conversation in two pieces is the same, and half of one is waited for', () => {
  const { halves, starts } = cutEverywhere(() => mysqlSpeaker({ user: 'probe' }), Buffer.concat([greeting, ok]));
  for (const { result } of halves) expect(result).toEqual({ ok: true });
  for (const { result } of starts) expect(result).toBeUndefined();
});

test('other protocols and garbage are no MySQL', () => {
  expect(play(mysqlSpeaker({}), [Buffer.from('HTTP/1.1 400 Bad Request\r\n')]).result).toMatchObject({ ok: false });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
      const { result } = play(mysqlSpeaker({ user: 'probe' }), [garbage]);
      expect(result?.ok ?? false).toBe(false);
    }),
  );
});

test('works over a connection', async () => {
  await using peer = await listen(
    (socket) => {
      socket.write(greeting);
      socket.once('data', () => socket.write(ok));
    },
    { eager: true },
  );
  expect(await checkMysql(mysql({ ...peer, user: 'probe' }), context())).toEqual({ ok: true });
  expect(await checkMysql(mysql(peer), context())).toEqual({ ok: true });
});
