// Sync daemons: which run in which state, what goes on, what is started anew, and what is none of ours.
import { describe, expect, test } from '@jest/globals';
import { type IpAddress, parseIp } from '@vipward/config/address';
import type { SyncDaemon } from '@vipward/netlink';
import { createSyncKeeper, isAsWanted, type WantedSync, wantedDaemons } from '../../src/worker/sync-daemon.ts';

const ip = (text: string): IpAddress => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
};

/** A kernel that runs at most one daemon of each kind, and fills in what it was not told. */
const kernelWith = (...first: readonly SyncDaemon[]) => {
  const running = new Map(first.map((daemon) => [daemon.kind, daemon]));
  const did: string[] = [];
  return {
    did,
    kinds: () => [...running.keys()].sort(),
    daemons: async () => [...running.values()],
    startDaemon: async (daemon: SyncDaemon) => {
      if (running.has(daemon.kind)) throw new Error('EEXIST');
      running.set(daemon.kind, { maxLength: 1472, group: ip('224.0.0.81'), port: 8848, ttl: 1, ...daemon });
      did.push(`start ${daemon.kind} ${daemon.syncId}`);
    },
    stopDaemon: async (kind: SyncDaemon['kind']) => {
      if (!running.delete(kind)) throw new Error('ESRCH');
      did.push(`stop ${kind}`);
    },
  };
};

const silent = { info: () => {}, error: () => {} };
const settings = { interfaceName: 'eth1' };
const bound = (master: boolean): WantedSync => ({
  settings: { ...settings, instance: 'VI_1' },
  routerId: 51,
  master,
});

describe('what is wanted', () => {
  test('without an instance both daemons, with id 0 unless one is written', () => {
    expect(wantedDaemons({ settings })).toEqual([
      { kind: 'master', interfaceName: 'eth1', syncId: 0 },
      { kind: 'backup', interfaceName: 'eth1', syncId: 0 },
    ]);
    expect(wantedDaemons({ settings: { ...settings, id: 7 } }).map(({ syncId }) => syncId)).toEqual([7, 7]);
  });

  test('with an instance the one of its state, with its virtual_router_id', () => {
    expect(wantedDaemons(bound(true))).toEqual([{ kind: 'master', interfaceName: 'eth1', syncId: 51 }]);
    expect(wantedDaemons(bound(false))).toEqual([{ kind: 'backup', interfaceName: 'eth1', syncId: 51 }]);
  });

  test.each<readonly [Partial<SyncDaemon>, boolean]>([
    [{}, true],
    [{ maxLength: 1472, port: 8848, ttl: 1 }, true],
    [{ syncId: 1 }, false],
    [{ interfaceName: 'eth2' }, false],
    [{ group: ip('224.0.0.99') }, false],
  ])('is what runs when all that is written is so (case %#)', (more, same) => {
    const wanted: SyncDaemon = { kind: 'master', interfaceName: 'eth1', syncId: 7, ttl: 1, group: ip('224.0.0.81') };
    expect(isAsWanted({ ...wanted, port: 8848, maxLength: 1472, ...more }, wanted)).toBe(same);
  });
});

describe('the kernel', () => {
  test('follows the state of the instance, and is left clean', async () => {
    const kernel = kernelWith();
    const keeper = createSyncKeeper(kernel, silent);
    for (const wanted of [bound(false), bound(true), bound(true), bound(false), undefined]) {
      keeper.set(wanted);
      await keeper.idle();
    }
    expect(kernel.did).toEqual([
      'start backup 51',
      'start master 51',
      'stop backup',
      'stop master',
      'start backup 51',
      'stop backup',
    ]);
    expect(kernel.kinds()).toEqual([]);
  });

  test('is not touched when it runs what is wanted, after a crash say', async () => {
    const kernel = kernelWith({ kind: 'master', interfaceName: 'eth1', syncId: 51, maxLength: 1472 });
    const keeper = createSyncKeeper(kernel, silent);
    keeper.set(bound(true));
    await keeper.idle();
    expect(kernel.did).toEqual([]);
  });

  test('keeps what somebody else started while nothing is wanted', async () => {
    const kernel = kernelWith({ kind: 'master', interfaceName: 'eth9', syncId: 3 });
    const keeper = createSyncKeeper(kernel, silent);
    keeper.set(undefined);
    await keeper.idle();
    expect(kernel.kinds()).toEqual(['master']);
  });

  test('gets only the last of changes that come while it is busy', async () => {
    const kernel = kernelWith();
    const keeper = createSyncKeeper(kernel, silent);
    keeper.set(bound(false));
    keeper.set(bound(true));
    await keeper.idle();
    expect(kernel.did).toEqual(['start master 51']);
  });

  test('starts it anew with another id', async () => {
    const kernel = kernelWith();
    const keeper = createSyncKeeper(kernel, silent);
    keeper.set({ settings: { ...settings, id: 1 } });
    await keeper.idle();
    keeper.set({ settings: { ...settings, id: 2 } });
    await keeper.idle();
    expect(kernel.did).toEqual([
      'start master 1',
      'start backup 1',
      'stop master',
      'start master 2',
      'stop backup',
      'start backup 2',
    ]);
  });
});
