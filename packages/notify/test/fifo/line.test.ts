// The lines of named pipes, as keepalived 2.2.7 wrote them.
import { expect, test } from '@jest/globals';
import { type ServerChange, type StateChange, serverLine, stateLine } from '../../src/index.ts';

test.each<[StateChange['object'], StateChange['state'], number, string]>([
  ['INSTANCE', 'MASTER', 100, 'INSTANCE "VI_1" MASTER 100\n'],
  ['GROUP', 'BACKUP', 0, 'GROUP "VI_1" BACKUP 0\n'],
  ['INSTANCE', 'MASTER_RX_LOWER_PRI', 100, 'INSTANCE "VI_1" MASTER_RX_LOWER_PRI 100\n'],
  ['INSTANCE', 'BACKUP_PRIORITY', 110, 'INSTANCE "VI_1" BACKUP_PRIORITY 110\n'],
])('%s in %s with priority %i', (object, state, priority, line) => {
  expect(stateLine({ object, name: 'VI_1', state, priority })).toBe(line);
});

test.each<[string, ServerChange]>([
  ['VS FWM 5 UP\n', { kind: 'VS', virtualServer: 'FWM 5', up: true }],
  [
    'RS [127.0.0.3]:tcp:8003 [127.0.0.9]:tcp:80 DOWN\n',
    { kind: 'RS', realServer: '[127.0.0.3]:tcp:8003', virtualServer: '[127.0.0.9]:tcp:80', up: false },
  ],
])('%j', (line, change) => {
  expect(serverLine(change)).toBe(line);
});
