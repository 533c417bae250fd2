// The sync daemon of an instance: it follows that instance and no other, and costs nothing where none is written.
import { expect, test } from '@jest/globals';
import { memoryReader, parseConfig } from '@vipward/config';
import { NetlinkError, type SyncDaemon } from '@vipward/netlink';
import { createInstanceSync, type SyncEdge } from '../../src/worker/instance-sync.ts';

const configOf = (globals: string, inFirst = '') => {
  const instance = (n: number, more: string): string =>
    `vrrp_instance VI_${n} {\n  interface eth0\n  virtual_router_id ${50 + n}\n  ${more}\n}\n`;
  const text = `global_defs {\n  ${globals}\n}\n${instance(1, inFirst)}${instance(2, '')}`;
  return parseConfig({ file: 'k.conf', read: memoryReader({ 'k.conf': text }), configId: 'test' }).config;
};

const setUp = () => {
  const running = new Map<string, SyncDaemon>();
  const seen = { opened: 0, closed: 0, errors: [] as string[] };
  const kernel: SyncEdge = {
    daemons: async () => [...running.values()],
    startDaemon: async (daemon) => void running.set(daemon.kind, daemon),
    stopDaemon: async (kind) => void running.delete(kind),
    close: () => {
      seen.closed += 1;
    },
  };
  const log = { info: () => {}, error: (text: string): void => void seen.errors.push(text) };
  const sync = createInstanceSync(log, async () => {
    seen.opened += 1;
    return kernel;
  });
  const shown = async (): Promise<readonly string[]> => {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    return [...running.values()].map(({ kind, interfaceName, syncId }) => `${kind} ${interfaceName} ${syncId}`);
  };
  return { sync, shown, seen, log };
};

test('it follows its instance and no other, and ends with the worker', async () => {
  const { sync, shown, seen } = setUp();
  sync.configure(configOf('lvs_sync_daemon eth1 VI_1'));
  expect(await shown()).toEqual(['backup eth1 51']);
  sync.changed({ kind: 'INSTANCE', name: 'VI_2', state: 'MASTER' });
  sync.changed({ kind: 'GROUP', name: 'VI_1', state: 'MASTER' });
  expect(await shown()).toEqual(['backup eth1 51']);
  sync.changed({ kind: 'INSTANCE', name: 'VI_1', state: 'MASTER' });
  expect(await shown()).toEqual(['master eth1 51']);
  sync.changed({ kind: 'INSTANCE', name: 'VI_1', state: 'FAULT' });
  expect(await shown()).toEqual(['backup eth1 51']);
  await sync.stop({ keep: false });
  expect(await shown()).toEqual([]);
  expect(seen).toEqual({ opened: 1, closed: 1, errors: [] });
});

test('an instance that goes on as master has its daemon at once, and -V leaves it running', async () => {
  const { sync, shown } = setUp();
  sync.changed({ kind: 'INSTANCE', name: 'VI_1', state: 'MASTER' });
  sync.configure(configOf('lvs_sync_daemon eth1 VI_1 id 7'));
  expect(await shown()).toEqual(['master eth1 7']);
  await sync.stop({ keep: true });
  expect(await shown()).toEqual(['master eth1 7']);
});

test('a reload moves it to another instance, and takes it away', async () => {
  const { sync, shown } = setUp();
  sync.configure(configOf('lvs_sync_daemon eth1 VI_1'));
  sync.changed({ kind: 'INSTANCE', name: 'VI_2', state: 'MASTER' });
  sync.configure(configOf('lvs_sync_daemon eth1 VI_2'));
  expect(await shown()).toEqual(['master eth1 52']);
  sync.configure(configOf(''));
  expect(await shown()).toEqual([]);
});

test('lvs_sync_daemon_interface of an instance means the same', async () => {
  const { sync, shown } = setUp();
  sync.configure(configOf('', 'lvs_sync_daemon_interface eth3'));
  expect(await shown()).toEqual(['backup eth3 51']);
});

test('where none is written, or none of an instance, IPVS is not even opened', async () => {
  const { sync, seen } = setUp();
  sync.configure(configOf(''));
  sync.configure(configOf('lvs_sync_daemon eth1'));
  sync.changed({ kind: 'INSTANCE', name: 'VI_1', state: 'MASTER' });
  await sync.stop({ keep: false });
  expect(seen.opened).toBe(0);
});

test('a kernel without IPVS is said once, and VRRP goes on', async () => {
  const { shown, seen, log } = setUp();
  const sync = createInstanceSync(log, async () => {
    throw new NetlinkError({ code: 'IPVS_ABSENT', operation: 'open IPVS', message: 'the kernel has no IPVS' });
  });
  sync.configure(configOf('lvs_sync_daemon eth1 VI_1'));
  sync.changed({ kind: 'INSTANCE', name: 'VI_1', state: 'MASTER' });
  await shown();
  expect(seen.errors).toEqual([expect.stringContaining('the kernel has no IPVS')]);
});
