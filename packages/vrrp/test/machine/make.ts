// Machines for tests: a configuration, the states it can be in, and what a step said in short words.
import type { VirtualAddress } from '@vipward/config';
import type { Effect, Event, MachineConfig, Role, State, Step } from '../../src/index.ts';
import { initialState, step } from '../../src/index.ts';
import { ip } from '../advert/golden.ts';

export const now = 1_000_000;
export const own = ip('10.0.0.5');

export const vip = (text: string): VirtualAddress => ({
  address: ip(text),
  prefixLength: 32,
  at: { file: 'k.conf', line: 1, column: 1 },
});

export const config = (change: Partial<MachineConfig> = {}): MachineConfig => ({
  name: 'VI_1',
  version: 2,
  family: 4,
  state: 'BACKUP',
  priority: 100,
  advertInterval: 1000,
  nopreempt: false,
  preemptDelay: 0,
  garpMasterDelay: 5000,
  garpMasterRepeat: 5,
  garpLowerPrioDelay: 5000,
  garpLowerPrioRepeat: 5,
  garpRefresh: 0,
  garpRefreshRepeat: 1,
  lowerPrioNoAdvert: false,
  higherPrioSendAdvert: false,
  downTimerAdverts: 3,
  virtualAddresses: [vip('10.0.0.100')],
  tracked: [{ key: 'interface eth0', weight: 0, reverse: false }],
  synced: false,
  ...change,
});

/** Skew of priority 100 is 609.375 ms, so Master_Down_Interval is this. */
export const down100 = 3609.375;
export const skew100 = 609.375;

export const start = (change: Partial<MachineConfig> = {}, down: readonly string[] = [], at = now): Step =>
  step(initialState(config(change), own, down), { kind: 'start' }, at);

export const inRole = (role: Role, change: Partial<MachineConfig> = {}): State => {
  switch (role) {
    case 'initialize':
      return initialState(config(change), own);
    case 'fault':
      return start(change, ['interface eth0']).state;
    case 'backup':
      return start(change).state;
    case 'master': {
      const backup = start(change, [], now - 10_000).state;
      if (backup.role !== 'backup') return backup;
      const at = backup.masterDownAt;
      const master = step(backup, { kind: 'timer', timer: 'master-down' }, at).state;
      // Spoken just now, second burst done.
      return master.role === 'master'
        ? { ...withoutGarp(master), lastAdvertAt: now, nextAdvertAt: now + 1000 }
        : master;
    }
  }
};

export const advert = (priority: number, from = '10.0.0.9'): Event => ({
  kind: 'advert',
  from: ip(from),
  advert: {
    version: 2,
    priority,
    vrid: 51,
    authType: 0,
    intervalSeconds: 1,
    addresses: [],
    authData: new Uint8Array(8),
  },
});

/** The same of version 3, from a master that keeps an interval of its own. */
export const advert3 = (priority: number, intervalCentis: number, from = '10.0.0.9'): Event => ({
  kind: 'advert',
  from: ip(from),
  advert: { version: 3, priority, vrid: 51, intervalCentis, addresses: [] },
});

/** The effects in short: `advert 100`, `set master-down +3609.375`, `add 1`, `garp 5`, `notify MASTER`; logs are left out. */
export const said = (effects: readonly Effect[], at = now): readonly string[] =>
  effects.filter((effect) => effect.kind !== 'log').map((effect) => short(effect, at));

const short = (effect: Exclude<Effect, { readonly kind: 'log' }>, at: number): string => {
  switch (effect.kind) {
    case 'send-advert':
      return `advert ${effect.priority}`;
    case 'set-timer':
      return `set ${effect.timer} +${effect.at - at}`;
    case 'cancel-timer':
      return `cancel ${effect.timer}`;
    case 'add-addresses':
      return `add ${effect.addresses.length}`;
    case 'remove-addresses':
      return `remove ${effect.addresses.length}`;
    case 'garp':
      return `garp ${effect.repeat}`;
    case 'notify':
      return `notify ${effect.state}${effect.resumed ? ' resumed' : ''}`;
  }
};

export const logs = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => (effect.kind === 'log' ? [effect.text] : []));

const withoutGarp = <S extends { readonly garpAt?: number; readonly garpRepeat?: number }>({
  garpAt: _,
  garpRepeat: __,
  ...rest
}: S): Omit<S, 'garpAt' | 'garpRepeat'> => rest;
