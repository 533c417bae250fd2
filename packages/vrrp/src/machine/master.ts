// The Master role, RFC 3768 and RFC 9568 section 6.4.3: speak every interval, and yield to who is better.
import type { Millis } from '@vipward/config';
import { formatIp, type IpAddress } from '@vipward/config/address';
import type { Event, StateOf, Step } from './model.ts';
import { effectivePriority, masterDownInterval, OWNER_PRIORITY, STOP_PRIORITY, skewTime, skewUnit } from './timing.ts';
import { becomeBackup, log, notify } from './transitions.ts';

type Master = StateOf<'master'>;
type AdvertEvent = Extract<Event, { readonly kind: 'advert' }>;

export const stepMaster = (state: Master, event: Event, now: Millis): Step => {
  switch (event.kind) {
    case 'advert':
      return hear(state, event, now);
    case 'timer':
      if (event.timer === 'advert') return advertDue(state, now);
      return event.timer === 'garp' ? garpDue(state, now) : { state, effects: [] };
    case 'sync':
      // Its group yields: silently, as to a better master of its own.
      return event.to === 'BACKUP' ? becomeBackup(state, now, 'master') : { state, effects: [] };
    case 'address-lost':
      // keepalived gives up mastership for a moment here; putting the address back interrupts nobody.
      return {
        state,
        effects: [
          { kind: 'add-addresses', addresses: [event.address] },
          { kind: 'garp', addresses: [event.address], repeat: state.config.garpMasterRepeat },
          log(
            state,
            `address ${formatIp(event.address.address)} was removed by ${event.by ?? 'someone else'}, putting it back`,
            { level: 'warning' },
          ),
        ],
      };
    default:
      return { state, effects: [] };
  }
};

// 6.4.3: the Adver_Timer fires: send an advertisement, reset the timer.
const advertDue = (state: Master, now: Millis): Step => {
  if (now < state.nextAdvertAt)
    return { state, effects: [{ kind: 'set-timer', timer: 'advert', at: state.nextAdvertAt }] };
  const silence = now - state.lastAdvertAt;
  const priority = effectivePriority(state);
  // This process slept so long that another has taken over by now: listen for one interval before speaking again.
  const { advertInterval, othersPriority = priority } = state.config;
  if (silence > masterDownInterval(state.config, othersPriority)) {
    const wait = advertInterval + skewTime(priority, skewUnit(state.config, advertInterval));
    const step = becomeBackup(state, now, 'master', { wait });
    const text = `no advert sent for ${Math.round(silence)} ms, listening before speaking`;
    return { state: step.state, effects: [log(state, text, { level: 'warning' }), ...step.effects] };
  }
  // Deadlines are absolute, so a late timer does not shift the rhythm; one that is a whole interval late starts anew.
  const onTime = state.nextAdvertAt + state.config.advertInterval;
  return refresh(speak(state, now, onTime > now ? onTime : now + state.config.advertInterval), now);
};

const garpDue = (state: Master, now: Millis): Step => {
  if (state.garpAt === undefined) return { state, effects: [] };
  if (now < state.garpAt) return { state, effects: [{ kind: 'set-timer', timer: 'garp', at: state.garpAt }] };
  const { garpAt: _, garpRepeat = state.config.garpMasterRepeat, ...rest } = state;
  return { state: rest, effects: [garp(state, garpRepeat)] };
};

// With the adverts, as keepalived does it: a refresh is due by the second and not by the millisecond.
const refresh = ({ state, effects }: Step<Master>, now: Millis): Step => {
  const { garpRefresh, garpRefreshRepeat } = state.config;
  if (garpRefresh === 0 || now < (state.refreshAt ?? now)) return { state, effects };
  return {
    state: { ...state, refreshAt: now + garpRefresh },
    effects: [...effects, garp(state, garpRefreshRepeat)],
  };
};

const hear = (state: Master, { advert, from }: AdvertEvent, now: Millis): Step => {
  const own = effectivePriority(state);
  // 6.4.3 has the owner yield to nobody, whose advert would be an error (RFC 9568 section 6.1): keepalived may ignore it.
  if (state.config.ownerIgnoresAdverts && own === OWNER_PRIORITY) return { state, effects: [] };
  if (compareAddresses(from, state.primaryAddress) === 0)
    return {
      state,
      effects: [
        log(state, 'WARNING - equal priority advert received from remote host with our IP address.', {
          level: 'warning',
        }),
      ],
    };
  // keepalived then gives up its own 255 on both sides, and nobody is master for a while; section 6.4.3 leaves one.
  if (advert.priority === OWNER_PRIORITY && own === OWNER_PRIORITY) {
    const { state: next, effects } = compete(state, advert, from, now);
    return { state: next, effects: [...effects, log(state, twoOwners, { level: 'warning' })] };
  }
  return compete(state, advert, from, now);
};

const twoOwners =
  'CONFIGURATION ERROR: local instance and a remote instance are both configured as address owner, please fix';

const compete = (state: Master, advert: AdvertEvent['advert'], from: IpAddress, now: Millis): Step => {
  const own = effectivePriority(state);
  const sender = formatIp(from);
  // 6.4.3: priority zero: send an advertisement, reset the Adver_Timer.
  if (advert.priority === STOP_PRIORITY) {
    const next = speak(state, now, now + state.config.advertInterval);
    return { ...next, effects: [...next.effects, log(state, 'Master received priority 0 message')] };
  }
  // 6.4.3: higher, or equal from a higher primary address: cancel the Adver_Timer, be a backup.
  if (advert.priority > own)
    return yieldTo(state, now, advert, `from ${sender} with higher priority ${advert.priority}, ours ${own}`);
  if (advert.priority === own && compareAddresses(from, state.primaryAddress) > 0)
    return yieldTo(state, now, advert, `from ${sender} with same priority ${own} but higher IP address than ours`);
  return defend(state, advert.priority, sender, now);
};

// 6.4.3 discards it; keepalived answers at once, so that the other yields and the neighbours find us again.
const defend = (state: Master, theirs: number, sender: string, now: Millis): Step => {
  if (state.answeredAt !== undefined && now - state.answeredAt < state.config.advertInterval)
    return { state, effects: [] };
  const { garpLowerPrioDelay, garpLowerPrioRepeat, lowerPrioNoAdvert } = state.config;
  const answered = { ...state, answeredAt: now };
  const next = lowerPrioNoAdvert
    ? { state: answered, effects: [] }
    : speak(answered, now, now + state.config.advertInterval);
  const own = effectivePriority(state);
  const outcome = lowerPrioNoAdvert ? '' : ', forcing new election';
  const said = log(state, `Received advert from ${sender} with lower priority ${theirs}, ours ${own}${outcome}`);
  const told = [said, notify(state, 'MASTER_RX_LOWER_PRI')];
  if (garpLowerPrioRepeat === 0) return { state: next.state, effects: [...next.effects, ...told] };
  const garpAt = now + garpLowerPrioDelay;
  const later = garpLowerPrioDelay > 0;
  return {
    state: later ? { ...next.state, garpAt, garpRepeat: garpLowerPrioRepeat } : next.state,
    effects: [
      ...next.effects,
      ...told,
      garp(state, garpLowerPrioRepeat),
      ...(later ? [{ kind: 'set-timer', timer: 'garp', at: garpAt } as const] : []),
    ],
  };
};

const yieldTo = (state: Master, now: Millis, to: AdvertEvent['advert'], whom: string): Step => {
  const step = becomeBackup(state, now, 'master', { to });
  // keepalived's higher_prio_send_advert: the better one learns at once that there was another.
  const last = state.config.higherPrioSendAdvert
    ? [{ kind: 'send-advert', priority: effectivePriority(state) } as const]
    : [];
  return { state: step.state, effects: [...last, log(state, `Master received advert ${whom}`), ...step.effects] };
};

const speak = (state: Master, now: Millis, nextAdvertAt: Millis): Step<Master> => ({
  state: { ...state, lastAdvertAt: now, nextAdvertAt },
  effects: [
    { kind: 'send-advert', priority: effectivePriority(state) },
    { kind: 'set-timer', timer: 'advert', at: nextAdvertAt },
  ],
});

const garp = ({ config }: Master, repeat: number) =>
  ({ kind: 'garp', addresses: config.virtualAddresses, repeat }) as const;

// Section 6.4.3: addresses are compared as unsigned integers in network byte order.
const compareAddresses = (a: IpAddress, b: IpAddress | undefined): number => {
  const at = a.bytes.findIndex((byte, i) => byte !== b?.bytes[i]);
  return at < 0 ? 0 : (a.bytes[at] ?? 0) - (b?.bytes[at] ?? 0);
};
