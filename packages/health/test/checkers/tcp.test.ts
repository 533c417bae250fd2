// TCP_CHECK against real sockets.
import { describe, expect, test } from '@jest/globals';
import { openTcpDescriptor } from '@vipward/sockets';
import { checkTcp } from '../../src/checkers/tcp.ts';
import { ip, tcp } from '../fixture.ts';
import { blackHole, context, listen, refusing } from './peer.ts';

describe('TCP_CHECK', () => {
  test('passes when the connection is accepted', async () => {
    await using peer = await listen(() => {});
    expect(await checkTcp(tcp(peer), context())).toEqual({ ok: true });
  });

  test('fails with the reason when the connection is refused', async () => {
    const result = await checkTcp(tcp(await refusing()), context());
    expect(result).toEqual({ ok: false, reason: 'refused', detail: 'connection refused' });
  });

  test('fails after connect_timeout when nobody answers', async () => {
    await using hole = await blackHole();
    const result = await checkTcp(tcp({ ...hole, connectTimeout: 100 }), context());
    expect(result).toEqual({ ok: false, reason: 'connect-timeout', detail: 'no connection within 0.1 s' });
  });

  test('passes when the connection is there and only this process was held up beyond connect_timeout', async () => {
    await using peer = await listen(() => {});
    const pending = checkTcp(tcp({ ...peer, connectTimeout: 20 }), context());
    const until = performance.now() + 100;
    while (performance.now() < until);
    expect(await pending).toEqual({ ok: true });
  });

  test('ends at once when nobody wants the answer any more', async () => {
    await using hole = await blackHole();
    const gone = new AbortController();
    const pending = checkTcp(tcp({ ...hole, connectTimeout: 600_000 }), context(gone.signal));
    gone.abort();
    expect(await pending).toMatchObject({ ok: false, reason: 'local' });
    expect(await checkTcp(tcp(hole), context(gone.signal))).toMatchObject({ ok: false, reason: 'local' });
  });

  test('connects from bindto', async () => {
    const from = Promise.withResolvers<string | undefined>();
    await using peer = await listen((socket) => from.resolve(socket.remoteAddress), { eager: true });
    expect(await checkTcp(tcp({ ...peer, bindTo: ip('127.0.0.9') }), context())).toEqual({ ok: true });
    // The server hears of it in its own time.
    expect(await from.promise).toBe('127.0.0.9');
  });

  test('a bindto that this machine does not have is a failed check, as in keepalived', async () => {
    await using peer = await listen(() => {});
    const result = await checkTcp(tcp({ ...peer, bindTo: ip('192.0.2.9') }), context());
    expect(result).toMatchObject({ ok: false, reason: 'unreachable' });
  });

  test('connects with a firewall mark where this process may set one, and says so where not', async () => {
    await using peer = await listen(() => {});
    const allowed = ((): boolean => {
      try {
        openTcpDescriptor({ family: 4, mark: 7 });
        return true;
      } catch {
        return false;
      }
    })();
    const result = await checkTcp(tcp({ ...peer, fwmark: 7 }), context());
    expect(result).toEqual(
      allowed ? { ok: true } : { ok: false, reason: 'unreachable', detail: 'operation not permitted (firewall)' },
    );
  });

  test('a bind_if that does not exist is a failed check', async () => {
    await using peer = await listen(() => {});
    const result = await checkTcp(tcp({ ...peer, bindIf: 'nosuch0' }), context());
    expect(result.ok).toBe(false);
  });
});
