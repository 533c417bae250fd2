// The Backup role, RFC 3768 section 6.4.2: listen, and take over when the master is silent.
import type { Millis } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import type { Event, StateOf, Step } from './model.ts';
import { effectivePriority, masterDownInterval, STOP_PRIORITY, skewTime } from './timing.ts';
import { becomeMaster, log } from './transitions.ts';

type Backup = StateOf<'backup'>;
type AdvertEvent = Extract<Event, { readonly kind: 'advert' }>;

export const stepBackup = (state: Backup, event: Event, now: Millis): Step => {
  switch (event.kind) {
    case 'advert':
      return hear(state, event, now);
    case 'timer':
      return event.timer === 'master-down' ? masterDown(state, now) : { state, effects: [] };
    default:
      return { state, effects: [] };
  }
};

const hear = (state: Backup, { advert, from }: AdvertEvent, now: Millis): Step => {
  const own = effectivePriority(state);
  // 6.4.2: priority zero: set the Master_Down_Timer to Skew_Time.
  if (advert.priority === STOP_PRIORITY)
    return restart(state, now + skewTime(own), [log(state, 'Backup received priority 0 advertisement')]);

  // 6.4.2: not to be preempted, or not lower than ours: reset the Master_Down_Timer.
  if (advert.priority >= own) {
    const { preemptAt: _, ...rest } = state;
    return restart(rest, now + masterDownInterval(state.config, own));
  }
  if (state.config.nopreempt) return restart(state, now + masterDownInterval(state.config, own));

  // preempt_delay (keepalived): a lower priority is obeyed until the delay, which its first advert starts, is over.
  if (state.config.preemptDelay > 0) {
    const preemptAt = state.preemptAt ?? now + state.config.preemptDelay;
    if (now < preemptAt) {
      const begun = state.preemptAt === undefined;
      return restart(
        { ...state, preemptAt },
        now + masterDownInterval(state.config, own),
        begun ? [log(state, `start preempt delay (${seconds(state.config.preemptDelay)})`)] : [],
      );
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
  if (now - state.masterDownAt > state.config.advertInterval) {
    const wait = state.config.advertInterval + skewTime(effectivePriority(state));
    return restart(state, now + wait, [
      log(state, `timer expired ${Math.round(now - state.masterDownAt)} ms late, listening before taking over`, {
        level: 'warning',
      }),
    ]);
  }
  const next = becomeMaster(state, now, { resumed: false });
  // The advert comes first: a log line must not delay it.
  const [advert, ...rest] = next.effects;
  const said = log(state, 'Receive advertisement timeout', { detail: true });
  return { state: next.state, effects: advert ? [advert, said, ...rest] : [said, ...rest] };
};

const restart = (state: Backup, masterDownAt: Millis, effects: Step['effects'] = []): Step => ({
  state: { ...state, masterDownAt },
  effects: [{ kind: 'set-timer', timer: 'master-down', at: masterDownAt }, ...effects],
});

const seconds = (ms: Millis): string => (ms / 1000).toFixed(6);
