// The names of the processes, by the four kinds of keywords.
import { expect, test } from '@jest/globals';
import type { GlobalDefs } from '@vipward/config';
import { supervisorName, workerName } from '../../src/supervisor/process-names.ts';
import { globals } from '../configured.ts';

const base: GlobalDefs = { notificationEmail: [], smtpConnectTimeout: 0, enableScriptSecurity: false };

test('a worker has its own name, that of process_names, that of its parent, or the usual one, in this order', () => {
  const own = { ...base, processNames: true, processName: 'lb', checkerProcessName: 'lb_checks' };
  expect(workerName('checker', 'vipward_healthcheckers', own)).toBe('lb_checks');
  expect(workerName('vrrp', 'vipward_vrrp', own)).toBe('keepalived_vrrp');
  expect(workerName('checker', 'usual', { ...base, processNames: true })).toBe('keepalived_lvs');
  expect(workerName('bfd', 'vipward_bfd', { ...base, processName: 'lb' })).toBe('lb');
  expect(workerName('bfd', 'vipward_bfd', base)).toBe('vipward_bfd');
});

test('process_names leaves the parent its name', () => {
  expect(supervisorName('vipward', { ...base, processNames: true })).toBe('vipward');
  expect(supervisorName('vipward', { ...base, processName: 'lb' })).toBe('lb');
});

test.each(['vrrp', 'checker', 'bfd'] as const)('%s_process_name is of that worker alone', (role) => {
  const global = globals('process_name lb', `${role}_process_name mine`);
  const names = (['vrrp', 'checker', 'bfd'] as const).map((one) => workerName(one, 'usual', global));
  expect(names).toEqual(['vrrp', 'checker', 'bfd'].map((one) => (one === role ? 'mine' : 'lb')));
});
