// Every cell of the machine: role x event x kind of preemption, in both versions, each with its section of the RFC.
import { describe, expect, test } from '@jest/globals';
import type { Event, MachineConfig, Role } from '../../src/index.ts';
import { step } from '../../src/index.ts';
import { advert, advert3, down100, inRole, now, own, said, skew100, vip } from './make.ts';

type Preempt = 'preempt' | 'nopreempt' | 'preempt_delay';
const PREEMPT: Readonly<Record<Preempt, Partial<MachineConfig>>> = {
  preempt: {},
  nopreempt: { nopreempt: true },
  preempt_delay: { preemptDelay: 60_000 },
};

/** Our priority is 100, our address 10.0.0.5. */
const heard = (version: 2 | 3, priority: number, from = '10.0.0.9'): Event =>
  version === 3 ? advert3(priority, 100, from) : advert(priority, from);

const EVENTS = {
  'priority 0': (version) => heard(version, 0),
  'priority 1': (version) => heard(version, 1),
  'priority 99': (version) => heard(version, 99),
  'priority 100 from a lower address': (version) => heard(version, 100, '10.0.0.4'),
  'priority 100 from a higher address': (version) => heard(version, 100, '10.0.0.6'),
  'priority 100 from our own address': (version) => heard(version, 100, '10.0.0.5'),
  'priority 101': (version) => heard(version, 101),
  'priority 255': (version) => heard(version, 255),
  'master-down timer': () => ({ kind: 'timer', timer: 'master-down' }),
  'advert timer': () => ({ kind: 'timer', timer: 'advert' }),
  start: () => ({ kind: 'start' }),
  'the link goes down': () => ({ kind: 'track', key: 'interface eth0', up: false }),
  'the link comes up': () => ({ kind: 'track', key: 'interface eth0', up: true }),
  'the address to send from goes': () => ({ kind: 'primary-address', address: undefined }),
  'the group becomes master': () => ({ kind: 'sync', to: 'MASTER' }),
  'the group becomes backup': () => ({ kind: 'sync', to: 'BACKUP' }),
  'an address is taken away': () => ({ kind: 'address-lost', address: vip('10.0.0.100') }),
  shutdown: () => ({ kind: 'shutdown' }),
} satisfies Readonly<Record<string, (version: 2 | 3) => Event>>;

type EventName = keyof typeof EVENTS;
const names = Object.keys(EVENTS) as readonly EventName[];
const adverts = names.filter((name) => name.startsWith('priority'));

// What happens, in the words of make.ts.
const nothing: readonly string[] = [];
const listen = [`set master-down +${down100}`];
const skew = [`set master-down +${skew100}`];
const becomeMaster = [
  ...['advert 100', 'cancel master-down', 'set advert +1000', 'add 1', 'garp 5', 'set garp +5000', 'notify MASTER'],
];
const speak = ['advert 100', 'set advert +1000'];
const defend = [...speak, 'notify MASTER_RX_LOWER_PRI', 'garp 5', 'set garp +5000'];
const yieldTo = ['cancel advert', 'cancel garp', ...listen, 'remove 1', 'notify BACKUP'];
const beginBackup = [...listen, 'remove 1', 'notify BACKUP'];
const handOver = (state: 'FAULT' | 'STOP') => [
  ...['advert 0', 'cancel advert', 'cancel garp', 'cancel master-down', 'remove 1', `notify ${state}`],
];
const leave = (state: 'FAULT' | 'STOP') => ['cancel master-down', `notify ${state}`];

type Cell = readonly [section: string, to: Role, effects: readonly string[]];
/** By role and event; a cell of its own for a kind of preemption that differs. */
type Table = Readonly<Record<EventName, Cell | Readonly<Record<Preempt, Cell>>>>;

// Sections are those of RFC 9568; RFC 3768 has the same rules under the same numbers.
const ignored = (role: Role, events: readonly EventName[]): Partial<Table> =>
  Object.fromEntries(events.map((event) => [event, ['not a word about it', role, nothing] as const]));

const TABLE: Readonly<Record<Role, Partial<Table>>> = {
  initialize: {
    // 6.4.1: only a startup event leads out of Initialize.
    ...ignored('initialize', [...adverts, 'master-down timer', 'advert timer']),
    ...ignored('initialize', ['the link goes down', 'the link comes up', 'the address to send from goes']),
    ...ignored('initialize', ['the group becomes master', 'the group becomes backup', 'an address is taken away']),
    start: ['6.4.1: not the owner', 'backup', beginBackup],
    shutdown: ['6.4.1', 'initialize', ['cancel master-down']],
  },
  backup: {
    'priority 0': ['6.4.2: set the timer to Skew_Time', 'backup', skew],
    'priority 1': {
      preempt: ['6.4.2: Preempt_Mode, lower: discard', 'backup', nothing],
      nopreempt: ['6.4.2: Preempt_Mode is false: reset the timer', 'backup', listen],
      preempt_delay: ["keepalived's preempt_delay: obeyed until it is over", 'backup', listen],
    },
    'priority 99': {
      preempt: ['6.4.2: Preempt_Mode, lower: discard', 'backup', nothing],
      nopreempt: ['6.4.2: Preempt_Mode is false: reset the timer', 'backup', listen],
      preempt_delay: ["keepalived's preempt_delay: obeyed until it is over", 'backup', listen],
    },
    'priority 100 from a lower address': ['6.4.2: not lower: reset the timer', 'backup', listen],
    'priority 100 from a higher address': ['6.4.2: not lower: reset the timer', 'backup', listen],
    'priority 100 from our own address': ['6.4.2: not lower: reset the timer', 'backup', listen],
    'priority 101': ['6.4.2: not lower: reset the timer', 'backup', listen],
    'priority 255': ['6.4.2: not lower: reset the timer', 'backup', listen],
    'master-down timer': ['6.4.2: the timer fires: be master', 'master', becomeMaster],
    ...ignored('backup', ['advert timer', 'start', 'the link comes up', 'the group becomes backup']),
    ...ignored('backup', ['an address is taken away']),
    'the link goes down': ["keepalived's FAULT", 'fault', leave('FAULT')],
    'the address to send from goes': ["keepalived's FAULT", 'fault', leave('FAULT')],
    'the group becomes master': ["keepalived's sync group", 'master', becomeMaster],
    shutdown: ['6.4.2: cancel the timer, Initialize', 'initialize', leave('STOP')],
  },
  master: {
    'priority 0': ['6.4.3: send an advert, reset the timer', 'master', speak],
    'priority 1': ['6.4.3: discard; RFC 9568 and keepalived answer at once', 'master', defend],
    'priority 99': ['6.4.3: discard; RFC 9568 and keepalived answer at once', 'master', defend],
    'priority 100 from a lower address': ['6.4.3: equal, our address is greater: answer', 'master', defend],
    'priority 100 from a higher address': ['6.4.3: equal, the sender is greater: be backup', 'backup', yieldTo],
    'priority 100 from our own address': ['keepalived: only said, since nobody can win', 'master', nothing],
    'priority 101': ['6.4.3: higher: be backup', 'backup', yieldTo],
    'priority 255': ['6.4.3: higher: be backup', 'backup', yieldTo],
    'advert timer': ['6.4.3: the timer fires: send an advert, reset it', 'master', speak],
    ...ignored('master', ['master-down timer', 'start', 'the link comes up', 'the group becomes master']),
    'the link goes down': ["keepalived's FAULT", 'fault', handOver('FAULT')],
    'the address to send from goes': ["keepalived's FAULT", 'fault', handOver('FAULT')],
    'the group becomes backup': ["keepalived's sync group", 'backup', yieldTo],
    'an address is taken away': ['6.4.3: MUST answer for the addresses: put back', 'master', ['add 1', 'garp 5']],
    shutdown: ['6.4.3: send priority 0, Initialize', 'initialize', handOver('STOP')],
  },
  fault: {
    // Not a state of the RFC: nothing is heard or said in it.
    ...ignored('fault', [...adverts, 'master-down timer', 'advert timer', 'start', 'the link goes down']),
    ...ignored('fault', ['the address to send from goes', 'the group becomes master', 'the group becomes backup']),
    ...ignored('fault', ['an address is taken away']),
    'the link comes up': ['6.4.1: begins anew', 'backup', [...listen, 'notify BACKUP']],
    shutdown: ['6.4.2', 'initialize', leave('STOP')],
  },
};

const roles = Object.keys(TABLE) as readonly Role[];
const kinds = Object.keys(PREEMPT) as readonly Preempt[];

const cellOf = (role: Role, name: EventName, kind: Preempt): Cell => {
  const cell = TABLE[role][name];
  if (cell === undefined) throw new Error(`no cell for ${role}, ${name}`);
  return 'preempt' in cell ? cell[kind] : cell;
};

const cells = ([2, 3] as const).flatMap((version) =>
  roles.flatMap((role) =>
    names.flatMap((name) =>
      kinds.map((kind) => {
        const [section, to, effects] = cellOf(role, name, kind);
        return { version, role, name, kind, section, to, effects };
      }),
    ),
  ),
);

/** When the timers of a role are due, and otherwise now. */
const moment = (role: Role, name: EventName): number => {
  if (role === 'backup' && name === 'master-down timer') return now + down100;
  return role === 'master' && name === 'advert timer' ? now + 1000 : now;
};

describe('every cell', () => {
  test.each(cells)('$version, $role, $kind, $name -> $to ($section)', ({ version, role, name, kind, to, effects }) => {
    const at = moment(role, name);
    const next = step(inRole(role, { version, ...PREEMPT[kind] }), EVENTS[name](version), at);
    expect({ to: next.state.role, effects: said(next.effects, at) }).toEqual({ to, effects });
  });
});

describe('the owner (priority 255)', () => {
  const owner = { priority: 255 };
  const ownerDown = 3000 + 1000 / 256;

  test.each<[string, Partial<MachineConfig>, number, string, Role]>([
    ['6.4.3: lower than ours', {}, 254, '10.0.0.9', 'master'],
    ['6.4.3: equal, our address is greater', {}, 255, '10.0.0.4', 'master'],
    ['6.4.3: equal, the sender is greater', {}, 255, '10.0.0.9', 'backup'],
    ['owner_ignore_adverts', { ownerIgnoresAdverts: true }, 255, '10.0.0.9', 'master'],
  ])('%s: an advert is heard and it is %s', (_, change, priority, from, to) => {
    for (const version of [2, 3] as const) {
      const master = inRole('initialize', { ...owner, ...change, version });
      const begun = step(master, { kind: 'start' }, now);
      // 6.4.1: the owner is master at once.
      expect(begun.state.role).toBe('master');
      const next = step(begun.state, heard(version, priority, from), now + 1500);
      expect(next.state.role).toBe(to);
      if (to === 'backup') expect(said(next.effects, now + 1500)).toContain(`set master-down +${ownerDown}`);
      if (change.ownerIgnoresAdverts) expect(next.effects).toEqual([]);
    }
  });

  test.each(['10.0.0.4', '10.0.0.9'])('another owner (%s) is an error of the configuration, and is said', (from) => {
    const begun = step(inRole('initialize', owner), { kind: 'start' }, now);
    const { effects } = step(begun.state, heard(2, 255, from), now + 1500);
    expect(effects).toContainEqual({
      ...{ kind: 'log', level: 'warning', detail: false },
      text: expect.stringContaining('CONFIGURATION ERROR: local instance and a remote instance are both'),
    });
  });

  test('6.1: no weight moves it', () => {
    const tracked = [{ key: 'script s', weight: -200, reverse: false }];
    const state = step(inRole('initialize', { ...owner, tracked }), { kind: 'start' }, now).state;
    const next = step(state, { kind: 'track', key: 'script s', up: false }, now);
    expect(next.effects).toEqual([]);
  });
});

describe('a stall', () => {
  const late = (role: Role, change: Partial<MachineConfig>, silence: number) => {
    const state = inRole(role, change);
    const timer = role === 'master' ? 'advert' : 'master-down';
    return step(state, { kind: 'timer', timer }, now + silence);
  };

  test.each([2, 3] as const)(
    'version %s: a master held up longer than the down time listens before it speaks',
    (version) => {
      expect(late('master', { version }, down100 - 1).state.role).toBe('master');
      const next = late('master', { version }, down100 + 1);
      expect(next.state.role).toBe('backup');
      expect(said(next.effects, now)).not.toContain('advert 100');
    },
  );

  test('timer_expired_backup: the others may have a higher priority, and so be faster', () => {
    // Of priority 254: 3 s and 2/256 s.
    expect(late('master', { nopreempt: true }, 3100).state.role).toBe('master');
    expect(late('master', { nopreempt: true, othersPriority: 254 }, 3100).state.role).toBe('backup');
    expect(late('master', { nopreempt: true, othersPriority: 254 }, 3000).state.role).toBe('master');
  });

  test.each([2, 3] as const)('version %s: a backup that wakes more than an advert late listens on', (version) => {
    const next = late('backup', { version }, down100 + 1001);
    expect(next.state.role).toBe('backup');
    expect(late('backup', { version }, down100 + 999).state.role).toBe('master');
  });
});

test('who has our address is no better than we are, whatever its priority', () => {
  for (const priority of [1, 100, 255]) {
    const next = step(inRole('master'), advert(priority, own.bytes.join('.')), now);
    expect(next.state.role).toBe('master');
  }
});
