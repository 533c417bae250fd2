// What -x and -A add to a configuration.
import { expect, test } from '@jest/globals';
import { memoryReader, parseConfig } from '@vipward/config';
import { type DaemonOptions, parseDaemonCommand } from '../../src/command/options.ts';
import { withSnmpOptions } from '../../src/command/snmp-options.ts';

const text = 'global_defs {\n  snmp_socket unix:/file\n}\n';
const { config } = parseConfig({ file: '/k.conf', configId: 'lb1', read: memoryReader({ '/k.conf': text }) });

const optionsOf = (...words: readonly string[]): DaemonOptions => {
  const command = parseDaemonCommand(words);
  if (command.kind !== 'run') throw new Error(`${words.join(' ')} is no start`);
  return command.options;
};

test('-x switches every MIB on and no traps, -A names another master than the file', () => {
  const asked = withSnmpOptions(config, optionsOf('-x', '-A', 'localhost:1705'));
  expect(asked.global).toMatchObject({ enableSnmpVrrp: true, enableSnmpChecker: true, enableSnmpRfc: true });
  expect(asked.global).toMatchObject({ snmpSocket: 'localhost:1705' });
  expect(asked.global.enableTraps).toBe(config.global.enableTraps);
});

test('without them the configuration is what the file says', () => {
  expect(withSnmpOptions(config, optionsOf('-n'))).toEqual(config);
  expect(withSnmpOptions(config, optionsOf('--snmp')).global.snmpSocket).toBe('unix:/file');
});
