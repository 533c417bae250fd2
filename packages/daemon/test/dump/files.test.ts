// Where each process writes each dump, by what the configuration says.
import { expect, test } from '@jest/globals';
import type { GlobalDefs } from '@vipward/config';
import { type DumpKind, type DumpWriter, dumpFile } from '../../src/dump/files.ts';

const place = (writer: DumpWriter, kind: DumpKind, words: Partial<GlobalDefs> = {}): string =>
  dumpFile(
    writer,
    kind,
    {
      global: { notificationEmail: [], smtpConnectTimeout: 0, enableScriptSecurity: false, ...words },
      process: {
        namespaceWithIpsets: false,
        usePidDir: false,
        linkbeatUsePolling: false,
        linkbeatInterfaces: [],
        interfaceDelays: [],
        netNamespace: 'blue',
        instance: 'two',
      },
    },
    '/var/tmp',
  );

test('each process has a file of its own beside the others', () => {
  expect(place('vrrp', 'data')).toBe('/var/tmp/keepalived.data');
  expect(place('checker', 'data')).toBe('/var/tmp/keepalived_check.data');
  expect(place('parent', 'data')).toBe('/var/tmp/keepalived_parent.data');
  expect(place('bfd', 'data')).toBe('/var/tmp/keepalived_bfd.data');
  expect(place('vrrp', 'stats')).toBe('/var/tmp/keepalived.stats');
  expect(place('vrrp', 'json')).toBe('/var/tmp/keepalived.json');
});

test('a path of the file is a directory with / at its end, and below TMPDIR without one at its beginning', () => {
  expect(place('vrrp', 'data', { stateDumpFile: '/run/lb/' })).toBe('/run/lb/keepalived.data');
  expect(place('checker', 'data', { stateDumpFile: '/run/lb.x/state' })).toBe('/run/lb.x/state_check');
  expect(place('vrrp', 'stats', { statsDumpFile: 'lb.txt' })).toBe('/var/tmp/lb.txt');
  expect(place('vrrp', 'json', { jsonDumpFile: '/run/lb.json' })).toBe('/run/lb.json');
});

test('data_use_instance adds the namespace and the instance', () => {
  expect(place('checker', 'data', { dataUseInstance: true })).toBe('/var/tmp/keepalived_check.blue_two.data');
});
