// One becomeX per transition of the VRRP machine: what is left behind, what begins, and what the outside is told.
import type { Millis } from '@vipward/config';
import { type Advert, advertInterval } from '../advert/advert.ts';
import type { Common, Effect, NotifyState, Role, State, StateOf, Step } from './model.ts';
import { effectivePriority, masterDownInterval, STOP_PRIORITY } from './timing.ts';

/**
 * RFC 3768 section 6.4.2 (Master_Down_Timer fired) and 6.4.1 (the owner at start, of whom keepalived says the same). `silence`: that
 * this is why has not been said yet.
 */
export const becomeMaster = (
  from: Common & { readonly masterInterval?: Millis },
  now: Millis,
  { resumed = false, silence = false }: { readonly resumed?: boolean; readonly silence?: boolean },
): Step<StateOf<'master'>> => {
  const { config, masterInterval: learned = config.advertInterval } = from;
  const own = `changing advert interval from ${learned}ms to locally configured ${config.advertInterval}ms`;
  const garpAt =
    config.garpMasterDelay > 0 ? { garpAt: now + config.garpMasterDelay, garpRepeat: config.garpMasterRepeat } : {};
  return {
    state: {
      ...common(from),
      role: 'master',
      nextAdvertAt: now + config.advertInterval,
      lastAdvertAt: now,
      ...garpAt,
      ...(config.garpRefresh > 0 ? { refreshAt: now + config.garpRefresh } : {}),
    },
    effects: [
      // The advert comes first: a log line must not delay it.
      { kind: 'send-advert', priority: effectivePriority(from) },
      ...(silence ? [log(from, 'Receive advertisement timeout', { detail: true })] : []),
      { kind: 'cancel-timer', timer: 'master-down' },
      { kind: 'set-timer', timer: 'advert', at: now + config.advertInterval },
      log(from, resumed ? 'Entering MASTER STATE (resumed after a restart)' : 'Entering MASTER STATE'),
      ...(learned === config.advertInterval ? [] : [log(from, own)]),
      ...(resumed ? [] : [log(from, 'setting VIPs.', { detail: true })]),
      { kind: 'add-addresses', addresses: config.virtualAddresses },
      { kind: 'garp', addresses: config.virtualAddresses, repeat: config.garpMasterRepeat },
      ...(garpAt.garpAt === undefined ? [] : [{ kind: 'set-timer', timer: 'garp', at: garpAt.garpAt } as const]),
      notify(from, 'MASTER', resumed),
    ],
  };
};

/** What a backup remembers of its master's advert: its interval, which version 3 does not demand to be ours. */
export const learnedInterval = (advert: Advert): { readonly masterInterval?: Millis } =>
  advert.version === 3 ? { masterInterval: advertInterval(advert) } : {};

/**
 * Into Backup from anywhere. `wait` is the Master_Down_Timer's first run; `leaving` tells which duties end; `to` is the
 * advert of who is better; `waited`: for first results, with the addresses gone already. A master that leaves for it says nothing on the wire (RFC 3768 section 6.4.3).
 */
export const becomeBackup = (
  from: Common,
  now: Millis,
  leaving: Role,
  { to, wait, waited = false }: { readonly to?: Advert; readonly wait?: Millis; readonly waited?: boolean } = {},
): Step<StateOf<'backup'>> => {
  const learned = to ? learnedInterval(to) : {};
  const starts = leaving === 'initialize' && !waited;
  const masterDownAt = now + (wait ?? masterDownInterval(from.config, effectivePriority(from), learned.masterInterval));
  return {
    state: { ...common(from), ...learned, role: 'backup', masterDownAt },
    effects: [
      ...(leaving === 'master' ? leaveMaster() : []),
      { kind: 'set-timer', timer: 'master-down', at: masterDownAt },
      ...(starts ? removeAddresses(from) : []),
      log(from, starts ? 'Entering BACKUP STATE (init)' : 'Entering BACKUP STATE'),
      ...(leaving === 'master' ? removeAddresses(from) : []),
      notify(from, 'BACKUP'),
    ],
  };
};

/** Not in the RFC: keepalived's state for a link or a tracked thing that is down. A master hands over with priority 0. */
export const becomeFault = (from: Common, leaving: Role, reasons: readonly string[]): Step<StateOf<'fault'>> => ({
  state: { ...common(from), role: 'fault' },
  effects: [
    ...handOver(leaving),
    { kind: 'cancel-timer', timer: 'master-down' },
    ...reasons.map((reason) =>
      log(from, leaving === 'initialize' ? `entering FAULT state (${reason})` : `fault: ${reason}`),
    ),
    log(from, leaving === 'initialize' ? 'entering FAULT state' : 'Entering FAULT STATE'),
    ...handedOver(from, leaving),
    ...(leaving === 'master' || leaving === 'initialize' ? removeAddresses(from) : []),
    notify(from, 'FAULT'),
  ],
});

/** Shutdown, RFC 3768 sections 6.4.2 and 6.4.3. */
export const becomeInitialize = (
  from: Common,
  leaving: Role,
  deleted: 'FAULT' | 'DELETED' | undefined,
): Step<StateOf<'initialize'>> => ({
  state: { ...common(from), role: 'initialize' },
  effects: [
    ...handOver(leaving),
    ...handedOver(from, leaving),
    { kind: 'cancel-timer', timer: 'master-down' },
    ...(leaving === 'master' ? removeAddresses(from) : []),
    ...(leaving === 'initialize' ? [] : [notify(from, deleted ?? 'STOP')]),
  ],
});

export const log = (
  { config }: Pick<Common, 'config'>,
  text: string,
  { level = 'info', detail = false }: { level?: 'info' | 'warning'; detail?: boolean } = {},
): Effect => ({ kind: 'log', level, text: `(${config.name}) ${text}`, detail });

// Section 6.4.3: on shutdown, cancel the Adver_Timer and send an advertisement with priority 0.
const handOver = (leaving: Role): readonly Effect[] =>
  leaving === 'master' ? [{ kind: 'send-advert', priority: STOP_PRIORITY }, ...leaveMaster()] : [];

const handedOver = (from: Common, leaving: Role): readonly Effect[] =>
  leaving === 'master' ? [log(from, 'sent 0 priority', { detail: true })] : [];

const leaveMaster = (): readonly Effect[] => [
  { kind: 'cancel-timer', timer: 'advert' },
  { kind: 'cancel-timer', timer: 'garp' },
];

export const removeAddresses = (from: Common): readonly Effect[] => [
  log(from, 'removing VIPs.', { detail: true }),
  { kind: 'remove-addresses', addresses: from.config.virtualAddresses },
];

/** Another effective priority: a line in the log, and word of it for those who asked for notify_priority_changes. */
export const changedPriority = (state: State, from: number, to: number): readonly Effect[] => [
  log(state, `Changing effective priority from ${from} to ${to}`),
  // To keepalived whoever is not master is backup here, also in FAULT and before the start.
  notify(state, state.role === 'master' ? 'MASTER_PRIORITY' : 'BACKUP_PRIORITY'),
];

export const notify = (from: Common, state: NotifyState, resumed = false): Effect => ({
  kind: 'notify',
  state,
  priority: effectivePriority(from),
  resumed,
});

const common = ({ config, primaryAddress, down, pending, measures }: Common): Common => ({
  config,
  primaryAddress,
  down,
  ...(pending === undefined ? {} : { pending }),
  ...(measures === undefined ? {} : { measures }),
});
