// A BFD session as one pure function: session, event, time and a random number in, the next session and what is to be done out.
import type { Millis } from '@vipward/config';
import { ADMINISTRATIVELY_DOWN, type ControlPacket, DETECTION_TIME_EXPIRED, NO_DIAGNOSTIC } from '../packet/packet.ts';
import type { Effect, Event, Remote, Resume, Session, SessionConfig, Step } from './model.ts';
import { detectionTime, transmitInterval, unheard, withJitter } from './timing.ts';
import { also, becomeDown, changeParameters, type Draft, draft, endPoll, hear, packetOf } from './transitions.ts';
import { log, parameterLines } from './wording.ts';

/** A session before its `start` event. `discriminator`: random, not 0, of no other session. */
export const newSession = (config: SessionConfig, discriminator: number): Session => ({
  config,
  discriminator,
  state: 'Down',
  diagnostic: NO_DIAGNOSTIC,
  remote: unheard,
  poll: 'none',
  activeMinTx: config.idleTx,
  activeMinRx: config.minRx,
});

/** One that goes on as Up after a restart: the neighbour has not noticed, or will say so. */
export const resumedSession = (config: SessionConfig, { discriminator, remote }: Resume): Session => ({
  ...newSession(config, discriminator),
  state: 'Up',
  remote,
  // What was agreed on is not known for certain, so the neighbour is asked to confirm.
  poll: 'active',
  activeMinTx: config.minTx,
});

/**
 * `now` is monotonic, in ms; `random`, 0 <= random < 1, is drawn anew for every step and becomes the jitter. Times of packets
 * are microseconds on the wire and milliseconds in the session.
 */
export const step = (session: Session, event: Event, now: Millis, random: number): Step => {
  const { session: next, effects } = react(session, event, now, random);
  return { session: next, effects: [...effects, ...timers(session, next)] };
};

const react = (session: Session, event: Event, now: Millis, random: number): Draft => {
  switch (event.kind) {
    case 'start':
      return start(session, now, random);
    case 'packet':
      return session.state === 'AdminDown' ? draft(session) : receive(session, event.packet, now, random);
    case 'timer':
      return event.timer === 'transmit' ? transmitDue(session, now, random) : detectDue(session, now, random);
    case 'config':
      return reconfigure(session, event.config, now, random);
    case 'stop':
      return stop(session);
  }
};

const start = (session: Session, now: Millis, random: number): Draft => {
  const report: Effect = { kind: 'report', up: session.state === 'Up' };
  // Resumed: the neighbour has the whole detection time to be heard.
  const heard: Session =
    session.state === 'Up' ? { ...session, lastRxAt: now, detectAt: now + detectionTime(session) } : session;
  return transmit(draft(heard, report), now, random);
};

// Section 6.8.6, from where the packet has found its session.
const receive = (before: Session, packet: ControlPacket, now: Millis, random: number): Draft => {
  const told: Session = { ...before, remote: remoteOf(packet), lastRxAt: now };
  const heard = hear(packet.final ? endPoll(told) : told);
  const known: Draft = {
    session: { ...heard.session, detectAt: now + detectionTime(heard.session) },
    effects: [...parameterLines(before, heard.session), ...heard.effects],
  };
  // An answer to a Poll waits for no timer (section 6.5), and it has the news already.
  if (packet.poll) return reschedule(before, also(known, send(known.session, true)), now, random);
  // Section 6.8.7: a change of state SHOULD be said between two periodic packets.
  if (known.session.state !== before.state) return transmit(known, now, random);
  return reschedule(before, known, now, random);
};

const transmitDue = (session: Session, now: Millis, random: number): Draft => {
  if (session.nextTxAt === undefined) return draft(session);
  if (now < session.nextTxAt) return draft(session, { kind: 'set-timer', timer: 'transmit', at: session.nextTxAt });
  return transmit(draft(session), now, random);
};

// Section 6.8.4.
const detectDue = (session: Session, now: Millis, random: number): Draft => {
  if (session.detectAt === undefined) return draft(session);
  if (now < session.detectAt) return draft(session, { kind: 'set-timer', timer: 'detect', at: session.detectAt });
  const overdue = Math.round((now - session.detectAt) * 1000);
  const { detectAt: _, ...rest } = session;
  const silent: Session = { ...rest, remote: { ...unheard, diagnostic: session.remote.diagnostic } };
  if (session.state !== 'Up' && session.state !== 'Init') return reschedule(session, draft(silent), now, random);
  const down = becomeDown(silent, DETECTION_TIME_EXPIRED);
  const expired = log(
    session,
    `Expired after ${Math.round(detectionTime(session))} ms (${overdue} usec overdue)`,
    true,
  );
  return transmit({ session: down.session, effects: [expired, ...down.effects] }, now, random);
};

const reconfigure = (before: Session, config: SessionConfig, now: Millis, random: number): Draft => {
  const changed = changeParameters(before, { ...before, config });
  const { session } = changed;
  const detecting: Session =
    session.detectAt === undefined || session.lastRxAt === undefined
      ? session
      : { ...session, detectAt: session.lastRxAt + detectionTime(session) };
  const next: Draft = { session: detecting, effects: [...changed.effects, ...parameterLines(before, detecting)] };
  const news =
    JSON.stringify(packetOf(before, { final: false })) !== JSON.stringify(packetOf(detecting, { final: false }));
  return news ? transmit(next, now, random) : reschedule(before, next, now, random);
};

// Section 6.8.16. The neighbour takes it as our word; should the packet be lost, its detection time ends the session.
const stop = (session: Session): Draft => {
  if (session.state === 'AdminDown') return draft(session);
  const { nextTxAt: _, detectAt: __, ...rest } = session;
  const down: Session = {
    ...rest,
    state: 'AdminDown',
    diagnostic: ADMINISTRATIVELY_DOWN,
    poll: 'none',
    activeMinTx: session.config.idleTx,
  };
  const silent = session.config.passive && session.remote.discriminator === 0;
  return draft(down, log(session, 'Entering AdminDown state', true), ...(silent ? [] : [send(down, false)]));
};

const send = (session: Session, final: boolean): Effect => ({ kind: 'send', packet: packetOf(session, { final }) });

/** A packet now, if any may be sent at all, and the next one an interval later. */
const transmit = ({ session, effects }: Draft, now: Millis, random: number): Draft => {
  const interval = transmitInterval(session);
  if (interval === undefined) return { session: withoutTransmit(session), effects };
  const due = session.nextTxAt;
  const length = withJitter(interval, session.config.multiplier, random);
  // Counted from when this one was due: a timer that fires late must not make the rate slower.
  const from = due !== undefined && due <= now && now - due < length ? due : now;
  return {
    session: { ...session, lastTxAt: now, nextTxAt: from + length },
    effects: [...effects, send(session, false)],
  };
};

/** When the interval is another than before, the next packet follows the last one by the new interval. */
const reschedule = (before: Session, { session, effects }: Draft, now: Millis, random: number): Draft => {
  const interval = transmitInterval(session);
  if (interval === undefined) return { session: withoutTransmit(session), effects };
  if (interval === transmitInterval(before) && session.nextTxAt !== undefined) return { session, effects };
  const length = withJitter(interval, session.config.multiplier, random);
  return { session: { ...session, nextTxAt: Math.max(now, (session.lastTxAt ?? now - length) + length) }, effects };
};

const withoutTransmit = ({ nextTxAt: _, ...session }: Session): Session => session;

const timers = (before: Session, after: Session): readonly Effect[] => [
  ...timer('transmit', before.nextTxAt, after.nextTxAt),
  ...timer('detect', before.detectAt, after.detectAt),
];

const timer = (name: 'transmit' | 'detect', was: Millis | undefined, is: Millis | undefined): readonly Effect[] => {
  if (was === is) return [];
  return is === undefined ? [{ kind: 'cancel-timer', timer: name }] : [{ kind: 'set-timer', timer: name, at: is }];
};

const remoteOf = (packet: ControlPacket): Remote => ({
  discriminator: packet.myDiscriminator,
  state: packet.state,
  diagnostic: packet.diagnostic,
  minTx: packet.desiredMinTx / 1000,
  minRx: packet.requiredMinRx / 1000,
  multiplier: packet.detectMultiplier,
  demand: packet.demand,
});
