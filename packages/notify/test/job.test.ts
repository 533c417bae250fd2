// Which scripts a state change runs, and with which words.
import { expect, test } from '@jest/globals';
import { jobsFor, type StateChange } from '../src/index.ts';

const script = (path: string, ...words: string[]) => ({ argv: [path, ...words] });
const change = (state: StateChange['state'], scripts: StateChange['scripts']): StateChange => ({
  object: 'INSTANCE',
  name: 'VI_1',
  state,
  priority: 100,
  scripts,
});
const all = {
  notifyMaster: script('/m', 'a b'),
  notifyBackup: script('/b'),
  notifyFault: script('/f'),
  notifyStop: script('/s'),
  notify: { argv: ['/n', 'x'], user: { user: 'nobody' } },
};

test.each([
  ['MASTER', ['/m', 'a b']],
  ['BACKUP', ['/b']],
  ['FAULT', ['/f']],
  ['STOP', ['/s']],
] as const)('%s runs its own script as it is, then notify with four more words', (state, argv) => {
  const [own, general, ...more] = jobsFor(change(state, all));
  expect(own?.argv).toEqual(argv);
  expect(general?.argv).toEqual(['/n', 'x', 'INSTANCE', 'VI_1', state, '100']);
  expect(general?.user).toEqual({ user: 'nobody' });
  expect(more).toEqual([]);
});

test('a removed instance runs notify_deleted, and notify hears DELETED', () => {
  const jobs = jobsFor(change('DELETED', { notifyDeleted: { script: script('/del', 'foo') }, notify: script('/n') }));
  expect(jobs.map(({ argv }) => argv)).toEqual([
    ['/del', 'foo'],
    ['/n', 'INSTANCE', 'VI_1', 'DELETED', '100'],
  ]);
});

test('a lower priority heard by a master runs its own script and no other, a change of the own priority none', () => {
  const scripts = { ...all, notifyMasterRxLowerPri: script('/lower', 'bar') };
  expect(jobsFor(change('MASTER_RX_LOWER_PRI', scripts)).map(({ argv }) => argv)).toEqual([['/lower', 'bar']]);
  expect(jobsFor(change('MASTER_PRIORITY', scripts))).toEqual([]);
});

test('a state without scripts runs nothing', () => {
  expect(jobsFor(change('FAULT', { notifyMaster: script('/m') }))).toEqual([]);
});

test('the purpose names keyword and object', () => {
  expect(jobsFor(change('MASTER', all)).map(({ purpose }) => purpose)).toEqual([
    'notify_master of INSTANCE VI_1',
    'notify of INSTANCE VI_1 (MASTER)',
  ]);
});
