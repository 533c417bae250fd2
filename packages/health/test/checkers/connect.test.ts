// A stream to a server: its place is asked for when the connection stands, and not for a server that is silent.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { connect } from '../../src/checkers/connect.ts';
import { checkHttp } from '../../src/checkers/http.ts';
import { http, tcp } from '../fixture.ts';
import { blackHole, context, listen, refusing, reply } from './peer.ts';

const descriptors = (): number => readdirSync('/proc/self/fd').length;

/** Counts how often a place was asked for, and answers `has` after time has made a step of `ms`. */
const placing = (has: boolean, ms = 0) => {
  const { clock, signal } = context();
  let asked = 0;
  let step = 0;
  const place = async (): Promise<boolean> => {
    asked += 1;
    step = ms;
    return has;
  };
  const late = {
    now: () => clock.now() + step,
    at: (deadline: number, fn: () => void) => clock.at(deadline - step, fn),
  };
  return { context: { clock: late, signal, place }, asked: () => asked };
};

describe('a place for the stream', () => {
  test('is asked for once, when the server has accepted', async () => {
    await using peer = await listen((socket) => socket.end(reply('200 OK')));
    const { context, asked } = placing(true);
    expect(await checkHttp(http(peer), 0, context)).toEqual({ ok: true });
    expect([asked(), peer.connections]).toEqual([1, 1]);
  });

  test('is not asked for when the server refuses or is silent', async () => {
    await using hole = await blackHole();
    const { context, asked } = placing(true);
    expect(await connect(tcp(await refusing()), context)).toMatchObject({ ok: false, reason: 'refused' });
    const silent = await connect(tcp({ ...hole, connectTimeout: 50 }), context);
    expect(silent).toMatchObject({ ok: false, reason: 'connect-timeout' });
    expect(asked()).toBe(0);
  });

  test('that came late finds a new connection: the server may have given the old one up', async () => {
    await using peer = await listen((socket) => socket.end(reply('200 OK')));
    const { context } = placing(true, 5000);
    expect(await checkHttp(http(peer), 0, context)).toEqual({ ok: true });
    expect(peer.requests.filter((text) => text.startsWith('GET'))).toHaveLength(1);
    expect(peer.connections).toBe(2);
  });

  test('that nobody wants any more closes the connection', async () => {
    await using peer = await listen(() => {});
    const before = descriptors();
    const { context } = placing(false);
    expect(await connect(tcp(peer), context)).toMatchObject({ ok: false, reason: 'local' });
    // The server's end stays until it hears of it.
    expect(descriptors()).toBeLessThanOrEqual(before + 1);
  });
});
