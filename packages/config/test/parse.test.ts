// parseConfig as a whole: files, exit status, order of findings.
import { expect, test } from '@jest/globals';
import { memoryReader, parseConfig } from '../src/index.ts';
import { findings, parse } from './support.ts';

test('an empty file is a configuration without objects', () => {
  const { config, diagnostics, status } = parse('');
  expect(config).toMatchObject({ vrrpScripts: [], vrrpInstances: [], virtualServers: [] });
  expect([diagnostics, status]).toEqual([[], 0]);
});

test('a file that is not there is an error, though keepalived -t ends with 0', () => {
  const { diagnostics, status, files } = parseConfig({ file: '/no.conf', read: memoryReader({}), configId: 'a' });
  expect(diagnostics).toMatchObject([{ severity: 'error', code: 'file-missing', at: { file: '/no.conf', line: 1 } }]);
  expect([status, files]).toEqual([0, []]);
});

test('a file that must not be read says why', () => {
  const read = { text: () => ({ kind: 'refused', reason: 'it is a directory' }) as const, glob: () => [] };
  const { diagnostics } = parseConfig({ file: '/etc', read, configId: 'a' });
  expect(diagnostics[0]?.message).toBe('cannot read the configuration file /etc: it is a directory');
});

test('a pattern reads all its files in order', () => {
  const read = memoryReader({
    '/d/2.conf': 'global_defs {\nrouter_id two\n}',
    '/d/1.conf': 'global_defs {\nrouter_id one\n}',
  });
  const { config, files, status } = parseConfig({ file: '/d/*.conf', read, configId: 'a' });
  expect(config.global.routerId).toBe('two');
  expect([files, status]).toEqual([['/d/1.conf', '/d/2.conf'], 5]);
});

test('findings come in the order of files and lines, with the line they are about', () => {
  const result = parse('include b.conf\nbogus1\n  bogus2 # x', { files: { '/etc/keepalived/b.conf': '\nbogus0' } });
  expect(findings(result)).toEqual([
    'warning unknown-keyword 2:1',
    'warning unknown-keyword 3:3',
    'warning unknown-keyword 2:1',
  ]);
  expect(result.diagnostics.map(({ at, lineText }) => [at.file, lineText])).toEqual([
    ['/etc/keepalived/keepalived.conf', 'bogus1'],
    ['/etc/keepalived/keepalived.conf', '  bogus2 # x'],
    ['/etc/keepalived/b.conf', 'bogus0'],
  ]);
});

test('lines for vipward alone count whatever the config id is', () => {
  expect(parse('global_defs {\n@vipward router_id own\n}', { configId: 'node7' }).config.global.routerId).toBe('own');
});
