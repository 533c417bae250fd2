// The table before the worker, on a kernel in memory: what is written, what is left for the worker, and what it finds.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Config, memoryReader, parseConfig } from '@vipward/config';
import { NetlinkError } from '@vipward/netlink';
import { createReconciler, indexTable, ownershipOf } from '@vipward/reconciler';
import { createMemoryIpvs, FakeClock, type MemoryIpvs } from '@vipward/testkit';
import { takePidFile } from '../../src/files/pid-file.ts';
import { writeFirstTable } from '../../src/supervisor/first-table.ts';
import { readCheckerState, writeCheckerState } from '../../src/worker/checker-state.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'first-table-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const configOf = (text: string): Config =>
  parseConfig({ file: 'k.conf', read: memoryReader({ 'k.conf': text }), configId: 'main' }).config;

const checks = 'TCP_CHECK {\n}\n';
const siteText = (check: string): string =>
  `virtual_server 10.0.0.1 80 {\nprotocol TCP\nreal_server 10.0.0.11 80 {\n${check}}\n}\n`;
const site = (more = ''): Config => configOf(`global_defs {\n${more}\n}\n${siteText(checks)}`);

const write = async (
  config: Config,
  kernel: MemoryIpvs,
  open = async () => Object.assign(kernel, { close: () => {} }),
) =>
  writeFirstTable(
    config,
    { pidFile: join(folder, 'checkers.pid'), stateFile: join(folder, 'checkers.state') },
    new FakeClock(),
    open,
  );
const state = () => readCheckerState(join(folder, 'checkers.state'));

test('is written, and the worker that adopts it writes nothing', async () => {
  const kernel = createMemoryIpvs();
  expect(await write(site(), kernel)).toBe(true);
  expect(kernel.written.map(({ kind }) => kind)).toEqual(['add-service', 'add-destination']);
  const table = await kernel.table();
  expect(state().owned).toEqual(ownershipOf(indexTable(table)));
  const worker = createReconciler({
    kernel,
    clock: new FakeClock(),
    log: { error: () => {}, warning: () => {}, info: () => {} },
    owned: state().owned,
    onOwnedChange: () => {},
  });
  worker.setDesired(table);
  await worker.idle();
  expect(worker.stats()).toMatchObject({ operationsSent: 0 });
  await worker.stop({ remove: true });
  expect(await kernel.table()).toEqual([]);
});

test('is recorded as ours before the kernel has it', async () => {
  const kernel = createMemoryIpvs();
  const { apply } = kernel;
  let recorded = '';
  kernel.apply = async (operations) => {
    recorded = readFileSync(join(folder, 'checkers.state'), 'utf8');
    return apply.call(kernel, operations);
  };
  await write(site(), kernel);
  expect(recorded).toContain('tcp 10.0.0.1:80');
});

test('keeps what operators have said before an orderly end', async () => {
  const kernel = createMemoryIpvs();
  const health = {
    version: 1,
    virtualServers: [
      {
        key: 'TCP 10.0.0.1 80',
        realServers: [{ key: '10.0.0.11 80', checkers: [], kept: { drain: true, maintenance: false } }],
      },
    ],
  };
  const timeouts = { tcp: 900, tcpFin: 120, udp: 300 };
  writeCheckerState(join(folder, 'checkers.state'), { owned: new Map(), health, timeouts });
  expect(await write(site(), kernel)).toBe(true);
  expect((await kernel.table())[0]?.destinations).toMatchObject([{ weight: 0 }]);
  expect(state()).toMatchObject({ health, timeouts });
});

test('with lvs_flush takes what it finds for ours', async () => {
  const kernel = createMemoryIpvs();
  await write(configOf('virtual_server 10.0.0.2 80 {\nprotocol TCP\nreal_server 10.0.0.11 80 {\n}\n}\n'), kernel);
  rmSync(join(folder, 'checkers.state'));
  expect(await write(site('lvs_flush'), kernel)).toBe(true);
  expect([...indexTable(await kernel.table()).keys()]).toEqual(['tcp 10.0.0.1:80']);
});

const left: readonly [string, Config][] = [
  ['IPVS is in another namespace', configOf(`net_namespace_ipvs blue\n${siteText(checks)}`)],
  [
    'a session of BFD has a say',
    configOf(`bfd_instance a {\nneighbor_ip 10.0.0.11\n}\n${siteText('BFD_CHECK {\nname a\n}\n')}`),
  ],
];
test.each(left)('is left to the worker when %s', async (_, config) => {
  const kernel = createMemoryIpvs();
  expect(await write(config, kernel)).toBe(false);
  expect(kernel.written).toEqual([]);
});

test('is left to the worker when an earlier run has left something, or still has a worker', async () => {
  const kernel = createMemoryIpvs();
  const owned = new Map([['tcp 10.0.0.9:80', new Set<string>()]]);
  writeCheckerState(join(folder, 'checkers.state'), { owned, health: undefined, timeouts: undefined });
  expect(await write(site(), kernel)).toBe(false);
  rmSync(join(folder, 'checkers.state'));
  const held = takePidFile(join(folder, 'checkers.pid'));
  expect(await write(site(), kernel)).toBe(false);
  if (held.held) held.release();
  expect(await write(site(), kernel)).toBe(true);
});

test('is left to the worker when the kernel is out of reach', async () => {
  const kernel = createMemoryIpvs();
  const absent = new NetlinkError({ code: 'IPVS_ABSENT', operation: 'read the IPVS version' });
  expect(await write(site(), kernel, () => Promise.reject(absent))).toBe(false);
  kernel.table = () => Promise.reject(absent);
  expect(await write(site(), kernel)).toBe(false);
  expect(kernel.written).toEqual([]);
});
