// lvs_timeouts: what is written counts, what is no longer written is as before, and the end leaves nothing behind.
import { describe, expect, test } from '@jest/globals';
import type { GlobalDefs } from '@vipward/config';
import { type IpvsTimeouts, NetlinkError } from '@vipward/netlink';
import { createLvsGlobals } from '../../src/worker/lvs-globals.ts';
import { timeoutsFrom } from '../../src/worker/lvs-timeouts.ts';

const usual: IpvsTimeouts = { tcp: 900, tcpFin: 120, udp: 300 };
const plain: GlobalDefs = { enableScriptSecurity: false, notificationEmail: [], smtpConnectTimeout: 30_000 };

const setUp = (before?: IpvsTimeouts, now = usual) => {
  let timeouts = now;
  const writes: IpvsTimeouts[] = [];
  const noted: (IpvsTimeouts | undefined)[] = [];
  const errors: string[] = [];
  const globals = createLvsGlobals({
    kernel: {
      timeouts: async () => timeouts,
      setTimeouts: async (next) => {
        timeouts = { ...timeouts, ...next };
        writes.push(timeouts);
      },
      daemons: async () => [],
      startDaemon: async () => {
        throw new NetlinkError({ code: 'NETLINK_REFUSED', operation: 'start-daemon', message: 'no such device' });
      },
      stopDaemon: async () => {},
    },
    log: { info: () => {}, error: (text) => void errors.push(text) },
    timeoutsBefore: before,
    onTimeoutsBefore: () => void noted.push(globals.timeoutsBefore),
  });
  return { globals, writes, noted, errors, now: () => timeouts };
};

describe('timeouts', () => {
  test('that are written are set, the others stay, and the end puts them back', async () => {
    const { globals, now, noted } = setUp();
    await globals.set({ ...plain, lvsTimeouts: { tcp: 100_000, udp: 33_000 } });
    expect(now()).toEqual({ tcp: 100, tcpFin: 120, udp: 33 });
    expect(noted).toEqual([usual]);
    await globals.set({ ...plain, lvsTimeouts: { tcp: 200_000, tcpFin: 0 } });
    expect(now()).toEqual({ tcp: 200, tcpFin: 120, udp: 300 });
    await globals.takeBack();
    expect(now()).toEqual(usual);
  });

  test('that nobody writes are not even read', async () => {
    const { globals, writes } = setUp();
    await globals.set(plain);
    await globals.takeBack();
    expect(writes).toEqual([]);
    expect(globals.timeoutsBefore).toBeUndefined();
  });

  test('are those from before the crash when a crash came between', async () => {
    const { globals, now, writes } = setUp(usual, { tcp: 100, tcpFin: 120, udp: 300 });
    await globals.set({ ...plain, lvsTimeouts: { tcp: 100_000 } });
    expect(writes).toEqual([]);
    await globals.takeBack();
    expect(now()).toEqual(usual);
  });

  test.each([
    undefined,
    null,
    'x',
    {},
    { tcp: 1, tcpFin: 2 },
    { tcp: 0, tcpFin: 1, udp: 1 },
    { tcp: '1', tcpFin: 1, udp: 1 },
  ])('of a state file that make no sense are not believed (%j)', (json) => expect(timeoutsFrom(json)).toBeUndefined());

  test('of a state file that make sense are', () => expect(timeoutsFrom({ ...usual, more: 1 })).toEqual(usual));
});

test('a sync daemon that the kernel refuses is said, and everything else goes on', async () => {
  const { globals, errors, now } = setUp();
  await globals.set({ ...plain, lvsSyncDaemon: { interfaceName: 'eth9' }, lvsTimeouts: { tcp: 1000 } });
  expect(errors).toEqual([expect.stringContaining('no such device')]);
  expect(now().tcp).toBe(1);
});

test('a sync daemon of an instance is left to that instance', async () => {
  const { globals, errors } = setUp();
  await globals.set({ ...plain, lvsSyncDaemon: { interfaceName: 'eth9', instance: 'VI_1' } });
  expect(errors).toEqual([]);
});
