// Every state with every event, rule by rule; section numbers are those of RFC 3768, and RFC 9568 for version 3.
import { describe, expect, test } from '@jest/globals';
import type { Event, MachineConfig, Role } from '../../src/index.ts';
import { effectivePriority, initialState, step } from '../../src/index.ts';
import { ip } from '../advert/golden.ts';
import { advert, advert3, config, down100, inRole, logs, now, own, said, skew100, start, vip } from './make.ts';

const becomesMaster = [
  'advert 100',
  'cancel master-down',
  'set advert +1000',
  'add 1',
  'garp 5',
  'set garp +5000',
  'notify MASTER',
];
const becomesBackup = ['cancel advert', 'cancel garp', `set master-down +${down100}`, 'remove 1', 'notify BACKUP'];
const handsOver = ['advert 0', 'cancel advert', 'cancel garp', 'cancel master-down', 'remove 1'];
const listens = [`set master-down +${down100}`];

describe('6.4.1 Initialize', () => {
  test('the address owner is master at once', () => {
    const { state, effects } = start({ priority: 255 });
    expect(state).toMatchObject({ role: 'master', nextAdvertAt: now + 1000 });
    expect(said(effects)).toEqual(['advert 255', ...becomesMaster.slice(1)]);
  });

  test.each(['MASTER', 'BACKUP'] as const)('everybody else listens, with state %s too', (configured) => {
    const { state, effects } = start({ state: configured });
    expect(state).toMatchObject({ role: 'backup', masterDownAt: now + down100 });
    expect(said(effects)).toEqual([...listens, 'remove 1', 'notify BACKUP']);
    expect(logs(effects)).toContain('(VI_1) Entering BACKUP STATE (init)');
  });

  test('a link that is down, or no address to send from, is a fault', () => {
    const { state, effects } = start({}, ['interface eth0']);
    expect(state.role).toBe('fault');
    expect(said(effects)).toEqual(['cancel master-down', 'remove 1', 'notify FAULT']);
    expect(logs(effects)).toContain('(VI_1) entering FAULT state (interface eth0 down)');
    const speechless = { ...inRole('initialize'), primaryAddress: undefined };
    expect(step(speechless, { kind: 'start' }, now).state.role).toBe('fault');
  });

  test('a process that was master a moment ago goes on as master and removes nothing', () => {
    const { state, effects } = step(inRole('initialize'), { kind: 'start', resume: { role: 'master' } }, now);
    expect(state.role).toBe('master');
    expect(said(effects)).toEqual([...becomesMaster.slice(0, -1), 'notify MASTER resumed']);
  });

  test('but not when its link is down', () => {
    const state = { ...inRole('initialize'), down: new Set(['interface eth0']) };
    expect(step(state, { kind: 'start', resume: { role: 'master' } }, now).state.role).toBe('fault');
  });
});

interface AdvertRow {
  readonly rule: string;
  readonly role: Role;
  readonly change?: Partial<MachineConfig>;
  readonly event: Event;
  readonly becomes: Role;
  readonly effects: readonly string[];
}

const later = now + 100;
const soon = `set master-down +${skew100}`;
const answers = ['advert 100', 'set advert +1000'];

describe.each<AdvertRow>([
  {
    rule: '6.4.2 priority 0: Master_Down_Timer = Skew_Time',
    role: 'backup',
    event: advert(0),
    becomes: 'backup',
    effects: [soon],
  },
  {
    rule: '6.4.2 priority 0 with nopreempt',
    role: 'backup',
    change: { nopreempt: true },
    event: advert(0),
    becomes: 'backup',
    effects: [soon],
  },
  { rule: '6.4.2 higher: reset', role: 'backup', event: advert(101), becomes: 'backup', effects: listens },
  { rule: '6.4.2 equal: reset', role: 'backup', event: advert(100), becomes: 'backup', effects: listens },
  {
    rule: '6.4.2 equal from a lower address: reset',
    role: 'backup',
    event: advert(100, '10.0.0.1'),
    becomes: 'backup',
    effects: listens,
  },
  { rule: '6.4.2 owner: reset', role: 'backup', event: advert(255), becomes: 'backup', effects: listens },
  { rule: '6.4.2 lower: discard', role: 'backup', event: advert(99), becomes: 'backup', effects: [] },
  {
    rule: '6.4.2 lower with nopreempt: reset',
    role: 'backup',
    change: { nopreempt: true },
    event: advert(99),
    becomes: 'backup',
    effects: listens,
  },
  {
    rule: '6.4.2 lower during preempt_delay: reset',
    role: 'backup',
    change: { preemptDelay: 3000 },
    event: advert(99),
    becomes: 'backup',
    effects: listens,
  },
  {
    rule: '6.4.3 priority 0: send, reset Adver_Timer',
    role: 'master',
    event: advert(0),
    becomes: 'master',
    effects: answers,
  },
  { rule: '6.4.3 higher: yield', role: 'master', event: advert(101), becomes: 'backup', effects: becomesBackup },
  {
    rule: '6.4.3 higher with nopreempt: yield',
    role: 'master',
    change: { nopreempt: true },
    event: advert(101),
    becomes: 'backup',
    effects: becomesBackup,
  },
  { rule: '6.4.3 owner: yield', role: 'master', event: advert(255), becomes: 'backup', effects: becomesBackup },
  {
    rule: '6.4.3 equal, higher address: yield',
    role: 'master',
    event: advert(100, '10.0.0.6'),
    becomes: 'backup',
    effects: becomesBackup,
  },
  {
    rule: '6.4.3 equal, lower address: stay (keepalived answers)',
    role: 'master',
    event: advert(100, '10.0.0.4'),
    becomes: 'master',
    effects: [...answers, 'notify MASTER_RX_LOWER_PRI', 'garp 5', 'set garp +5000'],
  },
  {
    rule: '6.4.3 equal from our own address: only said',
    role: 'master',
    event: advert(100, '10.0.0.5'),
    becomes: 'master',
    effects: [],
  },
  {
    rule: '6.4.3 lower: stay (keepalived answers)',
    role: 'master',
    event: advert(99),
    becomes: 'master',
    effects: [...answers, 'notify MASTER_RX_LOWER_PRI', 'garp 5', 'set garp +5000'],
  },
  {
    rule: '6.4.3 lower without garp_lower_prio_delay: one burst',
    role: 'master',
    change: { garpLowerPrioDelay: 0 },
    event: advert(99),
    becomes: 'master',
    effects: [...answers, 'notify MASTER_RX_LOWER_PRI', 'garp 5'],
  },
  { rule: 'in fault nothing is heard', role: 'fault', event: advert(255), becomes: 'fault', effects: [] },
  {
    rule: 'before the start nothing is heard',
    role: 'initialize',
    event: advert(255),
    becomes: 'initialize',
    effects: [],
  },
])('$rule', ({ role, change, event, becomes, effects }) => {
  test(`${role} becomes ${becomes}`, () => {
    const next = step(inRole(role, change), event, later);
    expect(next.state.role).toBe(becomes);
    expect(said(next.effects, later)).toEqual(effects);
  });
});

describe('6.4.2 Backup', () => {
  test('takes over when the Master_Down_Timer fires: advert first, then addresses, then ARP', () => {
    const { state, effects } = step(inRole('backup'), { kind: 'timer', timer: 'master-down' }, now + down100);
    expect(state.role).toBe('master');
    expect(said(effects, now + down100)).toEqual(becomesMaster);
    expect(effects[0]).toEqual({ kind: 'send-advert', priority: 100 });
    expect(logs(effects)).toContain('(VI_1) Entering MASTER STATE');
  });

  test('ignores a timer that an advert has overtaken, and one that comes early', () => {
    const { state } = step(inRole('backup'), advert(200), now + 3000);
    const { state: same, effects } = step(state, { kind: 'timer', timer: 'master-down' }, now + down100);
    expect(same).toEqual(state);
    expect(said(effects, now)).toEqual([`set master-down +${3000 + down100}`]);
  });

  test('that slept through its deadline listens for an interval before it speaks', () => {
    const at = now + down100 + 1001;
    const { state, effects } = step(inRole('backup'), { kind: 'timer', timer: 'master-down' }, at);
    expect(state.role).toBe('backup');
    expect(said(effects, at)).toEqual([`set master-down +${1000 + skew100}`]);
    expect(step(state, { kind: 'timer', timer: 'master-down' }, at + 1000 + skew100).state.role).toBe('master');
  });

  test('obeys a lower priority until preempt_delay is over, then lets its timer run', () => {
    const first = step(inRole('backup', { preemptDelay: 3000 }), advert(90), now);
    expect(logs(first.effects)).toEqual(['(VI_1) start preempt delay (3.000000)']);
    const second = step(first.state, advert(90), now + 2000);
    expect(said(second.effects, now + 2000)).toEqual(listens);
    expect(logs(second.effects)).toEqual([]);
    const third = step(second.state, advert(90), now + 3000);
    expect(said(third.effects)).toEqual([]);
    expect(logs(third.effects)).toEqual(['(VI_1) received lower priority (90) advert from 10.0.0.9 - discarding']);
    expect(third.state).toMatchObject({ masterDownAt: now + 2000 + down100 });
  });

  test('starts preempt_delay anew after a better master was heard', () => {
    const begun = step(inRole('backup', { preemptDelay: 3000 }), advert(90), now).state;
    const better = step(begun, advert(200), now + 1000);
    expect(logs(better.effects)).toEqual(['(VI_1) stop preempt delay']);
    const again = step(better.state, advert(90), now + 5000);
    expect(logs(again.effects)).toEqual(['(VI_1) start preempt delay (3.000000)']);
  });
});

describe('6.4.3 Master', () => {
  test('sends every interval at absolute deadlines, so a late timer does not shift the rhythm', () => {
    const { state, effects } = step(inRole('master'), { kind: 'timer', timer: 'advert' }, now + 1007);
    expect(said(effects)).toEqual(['advert 100', 'set advert +2000']);
    expect(state).toMatchObject({ role: 'master', lastAdvertAt: now + 1007 });
  });

  test('does not send a bunch of adverts after a short stall', () => {
    const { effects } = step(inRole('master'), { kind: 'timer', timer: 'advert' }, now + 2500);
    expect(said(effects)).toEqual(['advert 100', 'set advert +3500']);
  });

  test('that was silent for longer than Master_Down_Interval listens before it speaks', () => {
    const at = now + down100 + 1;
    const { state, effects } = step(inRole('master'), { kind: 'timer', timer: 'advert' }, at);
    expect(state.role).toBe('backup');
    expect(said(effects, at)).toEqual([
      'cancel advert',
      'cancel garp',
      `set master-down +${1000 + skew100}`,
      'remove 1',
      'notify BACKUP',
    ]);
  });

  test('answers lower priorities once per interval, however many come', () => {
    const first = step(inRole('master'), advert(90), now + 100).state;
    expect(said(step(first, advert(90), now + 200).effects)).toEqual([]);
    expect(said(step(first, advert(90), now + 1100).effects, now)).toContain('advert 100');
  });

  test('sends the second burst of gratuitous ARPs after garp_master_delay', () => {
    const { state } = step(inRole('backup'), { kind: 'timer', timer: 'master-down' }, now + down100);
    const at = now + down100 + 5000;
    const burst = step(state, { kind: 'timer', timer: 'garp' }, at);
    expect(said(burst.effects)).toEqual(['garp 5']);
    expect(said(step(burst.state, { kind: 'timer', timer: 'garp' }, at).effects)).toEqual([]);
    expect(said(step(state, { kind: 'timer', timer: 'garp' }, at - 1).effects, at)).toEqual(['set garp +0']);
  });

  test('puts back an address that someone else removed, and says so', () => {
    const lost = inRole('master').config.virtualAddresses[0];
    if (!lost) throw new Error('no address');
    const { state, effects } = step(inRole('master'), { kind: 'address-lost', address: lost }, now);
    expect(state.role).toBe('master');
    expect(said(effects)).toEqual(['add 1', 'garp 5']);
    expect(logs(effects)).toEqual(['(VI_1) address 10.0.0.100 was removed by someone else, putting it back']);
  });
});

describe('shutdown', () => {
  test('6.4.3 a master says priority 0 and removes its addresses', () => {
    const { state, effects } = step(inRole('master'), { kind: 'shutdown' }, now);
    expect(state.role).toBe('initialize');
    expect(said(effects)).toEqual([...handsOver, 'notify STOP']);
  });

  test('6.4.2 a backup cancels its timer and says nothing on the wire', () => {
    expect(said(step(inRole('backup'), { kind: 'shutdown' }, now).effects)).toEqual([
      'cancel master-down',
      'notify STOP',
    ]);
  });

  test.each(['FAULT', 'DELETED'] as const)('an instance that a reload removes reports %s, as told', (deleted) => {
    const { effects } = step(inRole('master'), { kind: 'shutdown', deleted }, now);
    expect(said(effects)).toEqual([...handsOver, `notify ${deleted}`]);
  });
});

describe('fault', () => {
  const down: Event = { kind: 'track', key: 'interface eth0', up: false };
  const up: Event = { kind: 'track', key: 'interface eth0', up: true };

  test('a master whose link goes down hands over, and listens as at the start when it is back', () => {
    const fault = step(inRole('master'), down, now);
    expect(said(fault.effects)).toEqual([...handsOver, 'notify FAULT']);
    const back = step(fault.state, up, now + 2000);
    expect(back.state).toMatchObject({ role: 'backup', masterDownAt: now + 2000 + down100 });
    expect(said(back.effects, now + 2000)).toEqual([...listens, 'notify BACKUP']);
  });

  test('the same news twice is no news', () => {
    const fault = step(inRole('master'), down, now).state;
    expect(step(fault, down, now).effects).toEqual([]);
    expect(step(inRole('master'), up, now).effects).toEqual([]);
  });

  test('losing the primary address is a fault, another one is not', () => {
    const gone = step(inRole('master'), { kind: 'primary-address', address: undefined }, now);
    expect(said(gone.effects)).toEqual([...handsOver, 'notify FAULT']);
    expect(step(gone.state, { kind: 'primary-address', address: own }, now).state.role).toBe('backup');
    const other = step(inRole('master'), { kind: 'primary-address', address: ip('10.0.0.6') }, now);
    expect(other).toMatchObject({ state: { role: 'master', primaryAddress: ip('10.0.0.6') }, effects: [] });
  });

  test('an owner that comes back is master at once', () => {
    const fault = step(inRole('master', { priority: 255 }), down, now).state;
    expect(step(fault, up, now).state.role).toBe('master');
  });

  test('it lasts until the last cause is gone', () => {
    const tracked = [
      { key: 'interface eth0', weight: 0, reverse: false },
      { key: 'interface eth1', weight: 0, reverse: false },
    ];
    const both = start({ tracked }, ['interface eth0', 'interface eth1']).state;
    const one = step(both, up, now).state;
    expect(one.role).toBe('fault');
    expect(step(one, { kind: 'track', key: 'interface eth1', up: true }, now).state.role).toBe('backup');
  });
});

describe('weights', () => {
  const tracked = [{ key: 'interface eth1', weight: -20, reverse: false }];
  const down: Event = { kind: 'track', key: 'interface eth1', up: false };

  test('a negative weight counts while the thing is down, and a master goes on with less', () => {
    const { state, effects } = step(inRole('master', { tracked }), down, now);
    expect(logs(effects)).toEqual(['(VI_1) Changing effective priority from 100 to 80']);
    expect(said(effects)).toEqual(['notify MASTER_PRIORITY']);
    expect(said(step(state, { kind: 'timer', timer: 'advert' }, now + 1000).effects)[0]).toBe('advert 80');
  });

  // Seen with keepalived 2.2.7, each of them.
  test.each([
    [30, false, 'up', 130],
    [30, false, 'down', 100],
    [-30, false, 'up', 100],
    [-30, false, 'down', 70],
    [30, true, 'up', 70],
    [30, true, 'down', 100],
    [-30, true, 'up', 100],
    [-30, true, 'down', 130],
  ] as const)('a weight of %d (reverse: %s) of what is %s makes priority 100 %d', (weight, reverse, is, priority) => {
    const { state, effects } = start(
      { tracked: [{ key: 'script a', weight, reverse }] },
      is === 'up' ? [] : ['script a'],
    );
    expect(said(step(state, { kind: 'timer', timer: 'master-down' }, now + 4000).effects)[0]).toBe(
      `advert ${priority}`,
    );
    const changed = `(VI_1) Changing effective priority from 100 to ${priority}`;
    expect(logs(effects).filter((line) => line.includes('priority'))).toEqual(priority === 100 ? [] : [changed]);
  });

  test('the sum stays within 1 and 254, and an owner is not changed', () => {
    const sum = (priority: number, weight: number): string | undefined => {
      const { state } = start({ priority, tracked: [{ key: 'script a', weight, reverse: true }] }, ['script a']);
      const timer = { kind: 'timer', timer: state.role === 'master' ? 'advert' : 'master-down' } as const;
      return said(step(state, timer, now + (state.role === 'master' ? 1000 : 3996.1)).effects)[0];
    };
    expect([sum(10, 50), sum(250, -50), sum(255, 50)]).toEqual(['advert 10', 'advert 254', 'advert 255']);
    const low = start({ priority: 10, tracked: [{ key: 'script a', weight: -50, reverse: false }] }, ['script a']);
    expect(said(step(low.state, { kind: 'timer', timer: 'master-down' }, now + 3997).effects)[0]).toBe('advert 1');
  });

  test("a backup's deadline moves by the difference of the skews", () => {
    const { state, effects } = step(inRole('backup', { tracked }), down, now + 500);
    expect(state).toMatchObject({ masterDownAt: now + down100 + (20 / 256) * 1000 });
    expect(said(effects)).toEqual(['notify BACKUP_PRIORITY', `set master-down +${down100 + 78.125}`]);
  });
});

describe('another configuration', () => {
  const reload = (role: Role, change: Partial<MachineConfig>, at = now + 100) =>
    step(inRole(role), { kind: 'config', config: config(change) }, at);

  test('a master changes only the addresses that differ and stays master', () => {
    const { state, effects } = reload('master', { virtualAddresses: [vip('10.0.0.100'), vip('10.0.0.101')] });
    expect(state.role).toBe('master');
    expect(said(effects)).toEqual(['set advert +1000', 'add 1', 'garp 5']);
    const removed = reload('master', { virtualAddresses: [] });
    expect(said(removed.effects)).toEqual(['set advert +1000', 'remove 1']);
  });

  test('the same configuration does nothing but arm the same deadline', () => {
    expect(said(reload('master', {}).effects)).toEqual(['set advert +1000']);
    expect(said(reload('backup', {}).effects)).toEqual(listens);
  });

  test('a shorter interval and another priority hold from the next advert on', () => {
    const { state, effects } = reload('master', { advertInterval: 500, priority: 120 });
    expect(said(effects)).toEqual(['set advert +600', 'notify MASTER_PRIORITY']);
    expect(said(step(state, { kind: 'timer', timer: 'advert' }, now + 600).effects)).toEqual([
      'advert 120',
      'set advert +1100',
    ]);
  });

  test('a backup keeps counting from when it last heard the master', () => {
    const { state } = reload('backup', { advertInterval: 2000, priority: 200 });
    expect(state).toMatchObject({ role: 'backup', masterDownAt: now + 6000 + 218.75 });
  });

  test('tracking something that is down becomes a fault only when it is known to be down', () => {
    const { state } = reload('master', { tracked: [{ key: 'interface eth7', weight: 0, reverse: false }] });
    expect(state.role).toBe('master');
    expect(step(state, { kind: 'track', key: 'interface eth7', up: false }, now).state.role).toBe('fault');
  });

  test('a fault ends when its cause is no longer tracked', () => {
    expect(reload('fault', { tracked: [] }).state.role).toBe('backup');
  });
});

describe('version 3', () => {
  const v3 = { version: 3, advertInterval: 500 } as const;
  /** Three adverts of the master and the skew of priority 100, both from its interval. */
  const down = (interval: number): number => (3 + 156 / 256) * interval;

  test('starts with the down interval of its own adverts, skew included (RFC 9568 section 6.1)', () => {
    expect(said(start(v3).effects)).toContain(`set master-down +${down(500)}`);
  });

  test('a backup learns the interval of the master that it obeys', () => {
    const heard = step(inRole('backup', v3), advert3(150, 200), now);
    expect(said(heard.effects)).toEqual([`set master-down +${down(2000)}`]);
    expect(logs(heard.effects)).toEqual(['(VI_1) advertisement interval updated from 500ms to 2000ms by master']);
    const again = step(heard.state, advert3(150, 200), now);
    expect(logs(again.effects)).toEqual([]);
  });

  test('priority zero leaves the skew of the interval that was learned', () => {
    const heard = step(inRole('backup', v3), advert3(150, 200), now).state;
    expect(said(step(heard, advert3(0, 200), now).effects)).toEqual([`set master-down +${(156 / 256) * 2000}`]);
  });

  test('an advert of lower priority teaches nothing, unless it is obeyed (nopreempt)', () => {
    expect(said(step(inRole('backup', v3), advert3(50, 200), now).effects)).toEqual([]);
    expect(said(step(inRole('backup', { ...v3, nopreempt: true }), advert3(50, 200), now).effects)).toEqual([
      `set master-down +${down(2000)}`,
    ]);
  });

  test('a master that yields takes the interval of whom it yields to', () => {
    const yielded = step(inRole('master', v3), advert3(150, 10), now);
    expect(said(yielded.effects)).toContain(`set master-down +${down(100)}`);
    expect(yielded.state).toMatchObject({ role: 'backup', masterInterval: 100 });
  });

  test('as master it keeps its own interval, whatever it has heard before', () => {
    const heard = step(inRole('backup', v3), advert3(150, 200), now).state;
    const taken = step(heard, { kind: 'timer', timer: 'master-down' }, now + down(2000));
    expect(said(taken.effects, now + down(2000))).toContain('set advert +500');
    expect(logs(taken.effects)).toContain('(VI_1) changing advert interval from 2000ms to locally configured 500ms');
    expect(taken.state).not.toHaveProperty('masterInterval');
  });

  test('another priority moves the deadline by a skew of the learned interval', () => {
    const heard = step(
      inRole('backup', { ...v3, tracked: [{ key: 'script x', weight: -56, reverse: false }] }),
      advert3(150, 200),
      now,
    ).state;
    const slower = step(heard, { kind: 'track', key: 'script x', up: false }, now);
    expect(said(slower.effects)).toEqual([
      'notify BACKUP_PRIORITY',
      `set master-down +${down(2000) + (56 / 256) * 2000}`,
    ]);
  });

  test('a reload changes the skew alone while the interval is the learned one', () => {
    const heard = step(inRole('backup', v3), advert3(150, 200), now).state;
    const reloaded = step(heard, { kind: 'config', config: config({ ...v3, advertInterval: 100, priority: 44 }) }, now);
    expect(said(reloaded.effects)).toEqual([
      'notify BACKUP_PRIORITY',
      `set master-down +${down(2000) + (56 / 256) * 2000}`,
    ]);
  });

  test('IPv6 without a link-local address is a fault that says so', () => {
    const faulty = step(inRole('backup', { ...v3, family: 6 }), { kind: 'primary-address', address: undefined }, now);
    expect(faulty.state.role).toBe('fault');
    expect(logs(faulty.effects)).toContain('(VI_1) fault: no link-local IPv6 address to send from');
  });
});

describe('first results that are still to come', () => {
  const chk = { key: 'script chk', weight: 0, reverse: false };
  const begin = (weight: number, change: Partial<MachineConfig> = {}) =>
    step(
      initialState(config({ tracked: [{ ...chk, weight }], ...change }), own, [], [chk.key]),
      { kind: 'start' },
      now,
    );

  test('of what may be a fault are waited for, with the addresses of a predecessor gone', () => {
    const waiting = begin(0);
    expect(waiting.state.role).toBe('initialize');
    expect(said(waiting.effects)).toEqual(['remove 1']);
    expect(logs(waiting.effects)).toContain('(VI_1) waiting for the first result of script chk');
    const up = step(waiting.state, { kind: 'track', key: chk.key, up: true }, now);
    expect(up.state).toMatchObject({ role: 'backup', masterDownAt: now + down100 });
    expect(logs(up.effects)).toContain('(VI_1) Entering BACKUP STATE');
    expect(said(up.effects)).not.toContain('remove 1');
    const down = step(waiting.state, { kind: 'track', key: chk.key, up: false }, now);
    expect(down.state.role).toBe('fault');
    expect(said(down.effects)).toContain('notify FAULT');
  });

  test('make an owner wait as well', () => {
    const waiting = begin(0, { priority: 255 });
    expect(waiting.state.role).toBe('initialize');
    expect(step(waiting.state, { kind: 'track', key: chk.key, up: true }, now).state.role).toBe('master');
  });

  test('of what has a weight are not, and it counts neither way until then', () => {
    const positive = begin(20);
    expect(positive.state.role).toBe('backup');
    expect(effectivePriority(positive.state)).toBe(100);
    expect(effectivePriority(step(positive.state, { kind: 'track', key: chk.key, up: true }, now).state)).toBe(120);
    expect(effectivePriority(begin(-20).state)).toBe(100);
    const failed = step(begin(-20).state, { kind: 'track', key: chk.key, up: false }, now);
    expect(effectivePriority(failed.state)).toBe(80);
  });

  test('do not interrupt a master that goes on after a restart', () => {
    const state = initialState(config({ tracked: [chk] }), own, [], [chk.key]);
    expect(step(state, { kind: 'start', resume: { role: 'master' } }, now).state.role).toBe('master');
  });

  test('are no longer waited for when a reload drops what they are of', () => {
    const { state } = step(begin(0).state, { kind: 'config', config: config({ tracked: [] }) }, now);
    expect(state.role).toBe('backup');
  });

  test('of something new in a reload are no fault', () => {
    const event = { kind: 'config', config: config({ tracked: [chk] }), pending: [chk.key] } as const;
    const { state } = step(inRole('master'), event, now);
    expect(state.role).toBe('master');
    expect(step(state, { kind: 'track', key: chk.key, up: false }, now).state.role).toBe('fault');
  });

  test('a stop while waiting says nothing', () => {
    expect(said(step(begin(0).state, { kind: 'shutdown' }, now).effects)).toEqual(['cancel master-down']);
  });
});

describe("keepalived's settings of a master", () => {
  test('garp_lower_prio_*: another number of rounds, now and later', () => {
    const heard = step(inRole('master', { garpLowerPrioRepeat: 2, garpLowerPrioDelay: 700 }), advert(50), now);
    expect(said(heard.effects)).toEqual([
      'advert 100',
      'set advert +1000',
      'notify MASTER_RX_LOWER_PRI',
      'garp 2',
      'set garp +700',
    ]);
    expect(said(step(heard.state, { kind: 'timer', timer: 'garp' }, now + 700).effects)).toEqual(['garp 2']);
    const silent = step(inRole('master', { garpLowerPrioRepeat: 0 }), advert(50), now);
    expect(said(silent.effects)).toEqual(['advert 100', 'set advert +1000', 'notify MASTER_RX_LOWER_PRI']);
  });

  test('lower_prio_no_advert: ARP alone answers, and the rhythm stays', () => {
    const heard = step(inRole('master', { lowerPrioNoAdvert: true }), advert(50), now);
    expect(said(heard.effects)).toEqual(['notify MASTER_RX_LOWER_PRI', 'garp 5', 'set garp +5000']);
    expect(logs(heard.effects)).toEqual(['(VI_1) Received advert from 10.0.0.9 with lower priority 50, ours 100']);
  });

  test('higher_prio_send_advert: one more advert before yielding', () => {
    const heard = step(inRole('master', { higherPrioSendAdvert: true }), advert(150), now);
    expect(said(heard.effects)).toEqual(['advert 100', ...becomesBackup]);
  });

  test('garp_master_refresh: announced again with the first advert after the time', () => {
    const { state } = step(inRole('backup', { garpRefresh: 2500, garpRefreshRepeat: 3 }), masterDown, now + down100);
    const spoken = (after: number) =>
      said(step(state, advertTimer, now + down100 + after).effects, now + down100 + after);
    expect(spoken(1000)).toEqual(['advert 100', 'set advert +1000']);
    expect(spoken(2500)).toContain('garp 3');
    const again = step(state, advertTimer, now + down100 + 2500).state;
    expect(again).toMatchObject({ refreshAt: now + down100 + 5000 });
  });

  test('down_timer_adverts: so many adverts may be missing', () => {
    expect(said(start({ downTimerAdverts: 2 }).effects)).toContain(`set master-down +${2000 + skew100}`);
  });
});

const masterDown: Event = { kind: 'timer', timer: 'master-down' };
const advertTimer: Event = { kind: 'timer', timer: 'advert' };
