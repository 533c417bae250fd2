// The VRRP virtual router as one pure function: state, event and time in, the next state and what is to be done out.
import type { Millis } from '@vipward/config';
import type { IpAddress } from '@vipward/config/address';
import { stepBackup } from './backup.ts';
import { reconfigure } from './config.ts';
import { stepMaster } from './master.ts';
import { measuredShare, withMeasures } from './measure.ts';
import type { Common, Effect, Event, MachineConfig, Role, State, Step } from './model.ts';
import { awaited, effectivePriority, faults, masterInterval, OWNER_PRIORITY, skewTime, skewUnit } from './timing.ts';
import {
  becomeBackup,
  becomeFault,
  becomeInitialize,
  becomeMaster,
  changedPriority,
  log,
  removeAddresses,
} from './transitions.ts';

/**
 * A virtual router before its `start` event. `down` and `pending` are the keys of what is down already, or not yet known;
 * `measures` are the numbers of tracked files.
 */
export const initialState = (
  config: MachineConfig,
  primaryAddress: IpAddress | undefined,
  down: Iterable<string> = [],
  pending: Iterable<string> = [],
  measures: Iterable<readonly [string, number | undefined]> = [],
): State => {
  const known = { config, primaryAddress, down: new Set(down), pending: new Set(pending) };
  return { role: 'initialize', ...withMeasures<Common>(known, measures) };
};

/** Never throws; an event that means nothing in a role leaves everything as it is. `now` is monotonic milliseconds. */
export const step = (state: State, event: Event, now: Millis): Step => {
  switch (event.kind) {
    case 'shutdown':
      return becomeInitialize(state, state.role, event.deleted);
    case 'config':
      return afterFacts(reconfigure(state, event, now), now);
    case 'track':
      return afterFacts(retrack(state, event.key, event.up), now);
    case 'measure':
      return afterFacts(remeasure(state, event.key, event.value), now);
    case 'primary-address':
      return afterFacts({ state: { ...state, primaryAddress: event.address }, effects: [] }, now);
    case 'start':
    case 'advert':
    case 'timer':
    case 'sync':
    case 'address-lost':
      return stepRole(state, event, now);
  }
};

type RoleEvent = Extract<Event, { readonly kind: 'start' | 'advert' | 'timer' | 'sync' | 'address-lost' }>;

const stepRole = (state: State, event: RoleEvent, now: Millis): Step => {
  switch (state.role) {
    case 'initialize':
      return event.kind === 'start' ? start(state, event.resume !== undefined, now) : { state, effects: [] };
    case 'fault':
      return { state, effects: [] };
    case 'backup':
      return stepBackup(state, event, now);
    case 'master':
      return stepMaster(state, event, now);
  }
};

// RFC 3768 section 6.4.1: the owner becomes master at once, everybody else listens for Master_Down_Interval.
// keepalived's `state MASTER` changes nothing about that.
const start = (state: Common, resume: boolean, now: Millis): Step => {
  // A master that goes on would be interrupted by waiting: what is tracked let it be master until now.
  if (resume) return begin({ ...state, pending: new Set() }, resume, now);
  const [written, is] = [state.config.priority, effectivePriority(state)];
  const said = written === is ? [] : changedPriority({ ...state, role: 'initialize' }, written, is);
  const missing = awaited(state);
  if (missing.length === 0) return after(said, begin(state, resume, now));
  return {
    state: { ...state, role: 'initialize', waiting: true },
    effects: [...said, log(state, `waiting for the first result of ${missing.join(', ')}`), ...removeAddresses(state)],
  };
};

const begin = (state: Common, resume: boolean, now: Millis, waited = false): Step => {
  const reasons = faults(state);
  if (reasons.length > 0) return becomeFault(state, 'initialize', reasons);
  if (resume) return becomeMaster(state, now, { resumed: true });
  return state.config.priority === OWNER_PRIORITY
    ? ownerStarts(state, now, 'initialize')
    : becomeBackup(state, now, 'initialize', { waited });
};

// In a group it must be wanted by all: silence is declared at once.
const ownerStarts = (state: Common, now: Millis, leaving: Role): Step =>
  state.config.synced ? becomeBackup(state, now, leaving, { wait: 0 }) : becomeMaster(state, now, { silence: true });

const retrack = (state: State, key: string, up: boolean): Step => {
  if (up !== state.down.has(key) && state.pending?.has(key) !== true) return { state, effects: [] };
  const down = new Set(state.down);
  if (up) down.delete(key);
  else down.add(key);
  const pending = new Set(state.pending);
  pending.delete(key);
  return reprioritize(state, { ...state, down, pending });
};

// In FAULT the priority stays as it was; what it has become is said on the way out.
const remeasure = (state: State, key: string, value: number | undefined): Step => {
  const item = state.config.tracked.find((tracked) => tracked.key === key);
  if (item === undefined) return { state, effects: [] };
  const next = withMeasures(state, [[key, value]]);
  const [was, is] = [state.down.has(key), next.down.has(key)];
  if (is) return { state: next, effects: was ? [] : [logFact(state, `tracked ${key} now FAULT state`)] };
  if (!was) return reprioritize(state, next);
  const counts = measuredShare(item, next.measures) !== 0;
  const priority = counts ? [log(state, `Setting effective priority to ${effectivePriority(next)}`)] : [];
  return { state: next, effects: [logFact(state, `tracked ${key} leaving FAULT state`), ...priority] };
};

// keepalived has a colon here.
const logFact = ({ config }: Common, text: string): Effect => ({
  kind: 'log',
  level: 'info',
  text: `(${config.name}): ${text}`,
  detail: false,
});

/** Another priority moves a backup's deadline by the difference of the skews, and is said. */
const reprioritize = (before: State, after: State): Step => {
  const [was, is] = [effectivePriority(before), effectivePriority(after)];
  if (was === is) return { state: after, effects: [] };
  const said = changedPriority(after, was, is);
  if (after.role !== 'backup') return { state: after, effects: said };
  const unit = skewUnit(after.config, masterInterval(after));
  const masterDownAt = after.masterDownAt + skewTime(is, unit) - skewTime(was, unit);
  return {
    state: { ...after, masterDownAt },
    effects: [...said, { kind: 'set-timer', timer: 'master-down', at: masterDownAt }],
  };
};

/** Facts have changed: into fault when something essential is missing, out of it when all is there again. */
const afterFacts = ({ state, effects }: Step, now: Millis): Step => {
  if (state.role === 'initialize')
    return state.waiting === true && awaited(state).length === 0
      ? after(effects, begin(state, false, now, true))
      : { state, effects };
  const reasons = faults(state);
  if (state.role !== 'fault' && reasons.length > 0) return after(effects, becomeFault(state, state.role, reasons));
  if (state.role === 'fault' && reasons.length === 0)
    // Back from fault the instance starts as in section 6.4.1.
    return after(
      effects,
      state.config.priority === OWNER_PRIORITY ? ownerStarts(state, now, 'fault') : becomeBackup(state, now, 'fault'),
    );
  return { state, effects };
};

const after = (first: Step['effects'], next: Step): Step => ({
  state: next.state,
  effects: [...first, ...next.effects],
});
