// PGSQL_CHECK: the first message as bytes, and every answer to it.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkPgsql, pgsqlSpeaker } from '../../src/checkers/pgsql.ts';
import { pgsql } from '../fixture.ts';
import { context, listen } from './peer.ts';
import { cutEverywhere, play } from './speaker.ts';

const message = (type: string, body: string): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, Buffer.from(body, 'latin1')]);
};
const error = (state: string, text = 'no'): Buffer => message('E', `SFATAL\0VFATAL\0C${state}\0M${text}\0\0`);
const terminate = 'X\0\0\0\x04';

test('says who asks, byte for byte', () => {
  const opening = (speaker: ReturnType<typeof pgsqlSpeaker>): string =>
    Buffer.from(speaker.opening ?? []).toString('latin1');
  expect(opening(pgsqlSpeaker({}))).toBe('\0\0\0\x16\0\x03\0\0user\0vipward\0\0');
  expect(opening(pgsqlSpeaker({ user: 'a', database: 'b' }))).toBe('\0\0\0\x1b\0\x03\0\0user\0a\0database\0b\0\0');
});

test.each([
  ['a password in clear', '\0\0\0\x03'],
  ['an MD5 password', '\0\0\0\x05salt'],
  ['SCRAM', '\0\0\0\x0aSCRAM-SHA-256\0\0'],
])('being asked for %s is success', (_name, body) => {
  const { result, said } = play(pgsqlSpeaker({}), [message('R', body)]);
  expect(result).toEqual({ ok: true });
  expect(said).toHaveLength(1);
});

test('a login without password is waited for until the database is there', () => {
  const before = [message('R', '\0\0\0\0'), message('S', 'server_version\x0015\0'), message('K', '12345678')];
  expect(play(pgsqlSpeaker({}), before).result).toBeUndefined();
  const { result, said } = play(pgsqlSpeaker({}), [...before, message('Z', 'I')]);
  expect(result).toEqual({ ok: true });
  expect(said[1]).toBe(terminate);
  expect(play(pgsqlSpeaker({ user: 'a' }), [...before, error('3D000')]).result).toMatchObject({ ok: false });
});

describe('an error', () => {
  test('is a failure in the words of the server', () => {
    const { result } = play(pgsqlSpeaker({}), [error('57P03', 'the database system is starting up')]);
    expect(result).toEqual({
      ok: false,
      reason: 'reply',
      detail: 'error 57P03 "the database system is starting up"',
    });
    expect(play(pgsqlSpeaker({}), [error('53300')]).result).toMatchObject({ ok: false });
  });

  test('about an account or database that nobody named is success: the server works', () => {
    for (const state of ['28000', '28P01', '3D000'])
      expect(play(pgsqlSpeaker({}), [error(state)]).result).toEqual({ ok: true });
    expect(play(pgsqlSpeaker({ user: 'a' }), [error('28000')]).result).toMatchObject({ ok: false });
    expect(play(pgsqlSpeaker({ database: 'b' }), [error('3D000')]).result).toMatchObject({ ok: false });
  });
});

test('an answer in two pieces is the same, and half of one is waited for', () => {
  const whole = Buffer.concat([message('R', '\0\0\0\0'), message('N', 'Mhello\0\0'), message('Z', 'I')]);
  const { halves, starts } = cutEverywhere(() => pgsqlSpeaker({}), whole);
  for (const { result } of halves) expect(result).toEqual({ ok: true });
  for (const { result } of starts) expect(result).toBeUndefined();
});

test('other protocols and garbage are no PostgreSQL', () => {
  for (const text of ['HTTP/1.1 400 Bad Request\r\n', 'R\0\0\0\x04', 'R\xff\xff\xff\xff', 'R\0\0\0\0'])
    expect(play(pgsqlSpeaker({}), [Buffer.from(text, 'latin1')]).result).toMatchObject({ ok: false });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
      fc.pre(garbage[0] !== 0x52 && garbage[0] !== 0x5a);
      expect(play(pgsqlSpeaker({}), [garbage]).result?.ok ?? false).toBe(false);
    }),
  );
});

test('works over a connection', async () => {
  await using peer = await listen((socket) => socket.once('data', () => socket.write(message('R', '\0\0\0\x05salt'))), {
    eager: true,
  });
  expect(await checkPgsql(pgsql(peer), context())).toEqual({ ok: true });
});
