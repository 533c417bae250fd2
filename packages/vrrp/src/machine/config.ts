// New settings for a running virtual router: only what has changed is touched, and nobody stops being master for it.
import type { Millis } from '@vipward/config';
import { difference } from '../addresses.ts';
import type { Effect, Event, MachineConfig, State, StateOf, Step } from './model.ts';
import { effectivePriority, masterDownInterval, masterInterval } from './timing.ts';
import { changedPriority } from './transitions.ts';

export const reconfigure = (
  state: State,
  { config, pending = [] }: Extract<Event, { readonly kind: 'config' }>,
  now: Millis,
): Step => {
  const before = effectivePriority(state);
  const tracked = (keys: Iterable<string>): ReadonlySet<string> =>
    new Set([...keys].filter((key) => config.tracked.some((item) => item.key === key)));
  const next: State = {
    ...state,
    config,
    down: tracked(state.down),
    pending: tracked([...(state.pending ?? []), ...pending]),
    measures: new Map([...(state.measures ?? [])].filter(([key]) => config.tracked.some((item) => item.key === key))),
  };
  const after = effectivePriority(next);
  const said = before === after ? [] : changedPriority(next, before, after);
  switch (next.role) {
    case 'initialize':
    case 'fault':
      return { state: next, effects: said };
    case 'backup':
      return state.role === 'backup' ? reconfigureBackup(state, next, before, said) : { state: next, effects: said };
    case 'master':
      return reconfigureMaster(state.config, next, now, said);
  }
};

// The master was last heard when it was: the deadline moves by what Master_Down_Interval has changed.
const reconfigureBackup = (
  before: StateOf<'backup'>,
  state: StateOf<'backup'>,
  oldPriority: number,
  said: readonly Effect[],
): Step => {
  const old = before.config;
  const change =
    masterDownInterval(state.config, effectivePriority(state), masterInterval(state)) -
    masterDownInterval(old, oldPriority, masterInterval(before));
  const { preemptAt, ...rest } = state;
  const masterDownAt = state.masterDownAt + change;
  return {
    state: {
      ...rest,
      masterDownAt,
      ...(preemptAt === undefined || old.preemptDelay !== state.config.preemptDelay ? {} : { preemptAt }),
    },
    effects: [...said, { kind: 'set-timer', timer: 'master-down', at: masterDownAt }],
  };
};

const reconfigureMaster = (
  old: MachineConfig,
  state: StateOf<'master'>,
  now: Millis,
  said: readonly Effect[],
): Step => {
  const { added, removed } = difference(old.virtualAddresses, state.config.virtualAddresses);
  const nextAdvertAt = Math.min(state.nextAdvertAt, now + state.config.advertInterval);
  return {
    state: { ...state, nextAdvertAt },
    effects: [
      { kind: 'set-timer', timer: 'advert', at: nextAdvertAt },
      ...said,
      ...(removed.length === 0 ? [] : [{ kind: 'remove-addresses', addresses: removed } as const]),
      ...(added.length === 0
        ? []
        : ([
            { kind: 'add-addresses', addresses: added },
            { kind: 'garp', addresses: added, repeat: state.config.garpMasterRepeat },
          ] as const)),
    ],
  };
};
