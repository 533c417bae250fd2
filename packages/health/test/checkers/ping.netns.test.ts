// PING_CHECK with real ICMP over the loopback: own addresses answer, others don't.
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { checkPing } from '../../src/checkers/ping.ts';
import { ip, ping } from '../fixture.ts';
import { context } from './peer.ts';

const check = (address: string, more: Parameters<typeof ping>[0] = {}) =>
  checkPing(ping({ connectIp: ip(address), connectTimeout: 5000, ...more }), context());

describeWith(needs('root'), 'an address', () => {
  test.each(['127.0.0.1', '127.9.9.9', '::1'])('%s that is here answers', async (address) => {
    expect(await check(address)).toEqual({ ok: true });
  });

  test('many checks side by side each get their own answer', async () => {
    const results = await Promise.all(Array.from({ length: 50 }, (_, i) => check(`127.0.1.${i + 1}`)));
    expect(results).toEqual(results.map(() => ({ ok: true })));
  });

  test('that nobody has is down when connect_timeout is over', async () => {
    // Bound to lo the echo never leaves this machine.
    expect(await check('192.0.2.1', { bindIf: 'lo', connectTimeout: 100 })).toMatchObject({ ok: false });
  });

  test('that answers only to others does not pass for a source that is not here', async () => {
    expect(await check('127.0.0.1', { bindTo: ip('192.0.2.77') })).toMatchObject({ ok: false, reason: 'unreachable' });
  });
});

test('ends at once when nobody wants the answer any more', async () => {
  const gone = new AbortController();
  gone.abort();
  expect(await checkPing(ping(), context(gone.signal))).toMatchObject({ ok: false, reason: 'local' });
});
