// The Backup role, RFC 3768 and RFC 9568 section 6.4.2: listen, and take over when the master is silent.
import type { Millis } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import type { Event, StateOf, Step } from './model.ts';
import { effectivePriority, masterDownInterval, masterInterval, STOP_PRIORITY, skewTime, skewUnit } from './timing.ts';
import { becomeMaster, learnedInterval, log } from './transitions.ts';

type Backup = StateOf<'backup'>;
type AdvertEvent = Extract<Event, { readonly kind: 'advert' }>;

export const stepBackup = (state: Backup, event: Event, now: Millis): Step => {
  switch (event.kind) {
    case 'advert':
      return hear(state, event, now);
    case 'timer':
      return event.timer === 'master-down' ? masterDown(state, now) : { state, effects: [] };
    case 'sync':
      return event.to === 'MASTER' ? takeOver(state, now) : { state, effects: [] };
    default:
      return { state, effects: [] };
  }
};

const hear = (state: Backup, { advert, from }: AdvertEvent, now: Millis): Step => {
  const own = effectivePriority(state);
  // 6.4.2: priority zero: set the Master_Down_Timer to Skew_Time.
  if (advert.priority === STOP_PRIORITY)
    return restart(state, now + skew(state), [log(state, 'Backup received priority 0 advertisement')]);

  // 6.4.2: not to be preempted, or not lower than ours: reset the Master_Down_Timer.
  if (advert.priority >= own) {
    const { preemptAt, ...rest } = state;
    const ended = preemptAt !== undefined && now < preemptAt;
    return obey(rest, advert, now, ended ? [log(state, 'stop preempt delay')] : []);
  }
  if (state.config.nopreempt) return obey(state, advert, now);

  // preempt_delay (keepalived): a lower priority is obeyed until the delay, which its first advert starts, is over.
  if (state.config.preemptDelay > 0) {
    const preemptAt = state.preemptAt ?? now + state.config.preemptDelay;
    if (now < preemptAt) {
      const begun = state.preemptAt === undefined;
      const said = begun ? [log(state, `start preempt delay (${seconds(state.config.preemptDelay)})`)] : [];
      return obey({ ...state, preemptAt }, advert, now, said);
    }
  }

  // 6.4.2: else discard; the timer runs on, and then we are master.
  return {
    state,
    effects: [log(state, `received lower priority (${advert.priority}) advert from ${formatIp(from)} - discarding`)],
  };
};

const masterDown = (state: Backup, now: Millis): Step => {
  // Woken early, or an advert has moved the deadline meanwhile.
  if (now < state.masterDownAt) return restart(state, state.masterDownAt);
  // This process slept through its deadline by more than an advert: what came meanwhile is still in the socket, so
  // listen for one more interval before speaking.
  if (now - state.masterDownAt > masterInterval(state)) {
    const wait = masterInterval(state) + skew(state);
    return restart(state, now + wait, [
      log(state, `timer expired ${Math.round(now - state.masterDownAt)} ms late, listening before taking over`, {
        level: 'warning',
      }),
    ]);
  }
  if (!state.config.synced) return takeOver(state, now);
  // keepalived gives the other members of the group this long to want the same, again and again.
  const wait = masterInterval(state) + skew(state);
  const said = state.wantsMaster ? [] : [log(state, 'Receive advertisement timeout', { detail: true })];
  return restart({ ...state, wantsMaster: true }, now + wait, said);
};

const takeOver = (state: Backup, now: Millis): Step => becomeMaster(state, now, { silence: !state.config.synced });

/** The master's interval is learned from it (RFC 9568 section 6.4.2), and it has so long again. */
const obey = (state: Backup, advert: AdvertEvent['advert'], now: Millis, effects: Step['effects'] = []): Step => {
  const { wantsMaster: _, ...rest } = state;
  const next = { ...rest, ...learnedInterval(advert) };
  const [was, is] = [masterInterval(state), masterInterval(next)];
  const changed = was === is ? [] : [log(next, `advertisement interval updated from ${was}ms to ${is}ms by master`)];
  return restart(next, now + masterDownInterval(next.config, effectivePriority(next), is), [...changed, ...effects]);
};

const skew = (state: Backup): Millis =>
  skewTime(effectivePriority(state), skewUnit(state.config, masterInterval(state)));

const restart = (state: Backup, masterDownAt: Millis, effects: Step['effects'] = []): Step => ({
  state: { ...state, masterDownAt },
  effects: [{ kind: 'set-timer', timer: 'master-down', at: masterDownAt }, ...effects],
});

const seconds = (ms: Millis): string => (ms / 1000).toFixed(6);
