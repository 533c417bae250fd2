// The changes of state of a session, what they mean for its timing, and the packet that says so.
import type { Millis } from '@vipward/config';
import type { ControlPacket } from '../packet/packet.ts';
import { NEIGHBOR_SIGNALED_DOWN, NO_DIAGNOSTIC } from '../packet/packet.ts';
import type { Effect, Session } from './model.ts';
import { desiredMinTx } from './timing.ts';
import { enteringDown, log } from './wording.ts';

/** A session with effects so far: what the parts of a step hand to each other. */
export interface Draft {
  readonly session: Session;
  readonly effects: readonly Effect[];
}

export const draft = (session: Session, ...effects: readonly Effect[]): Draft => ({ session, effects });

export const also = ({ session, effects }: Draft, ...more: readonly Effect[]): Draft => ({
  session,
  effects: [...effects, ...more],
});

export const becomeInit = (session: Session): Draft =>
  draft(settle({ ...session, state: 'Init', diagnostic: NO_DIAGNOSTIC }), log(session, 'Entering Init state', true));

/** From here on the configured rate is wanted, which the neighbour hears of in a Poll Sequence. */
export const becomeUp = (session: Session): Draft => {
  const up = changeParameters(session, { ...session, state: 'Up', diagnostic: NO_DIAGNOSTIC });
  return draft(up.session, log(session, 'Entering Up state', false), ...up.effects, { kind: 'report', up: true });
};

/**
 * A neighbour that ends the session on purpose (AdminDown) says nothing about the path: as in keepalived, nobody is told
 * (RFC 5882 section 3.2).
 */
export const becomeDown = (session: Session, diagnostic: number): Draft => {
  const deliberate = session.remote.state === 'AdminDown';
  const down = settle({ ...session, state: 'Down', diagnostic });
  return draft(
    down,
    log(session, enteringDown(down), false),
    ...(session.state === 'Up' && !deliberate ? [{ kind: 'report', up: false } as const] : []),
  );
};

/** Section 6.8.6: the state machine of section 6.2 fed with what the neighbour says it is in. */
export const hear = (session: Session): Draft => {
  const { state, remote } = session;
  if (remote.state === 'AdminDown')
    return state === 'Down' ? draft(session) : becomeDown(session, NEIGHBOR_SIGNALED_DOWN);
  switch (state) {
    case 'Down':
      if (remote.state === 'Down') return becomeInit(session);
      return remote.state === 'Init' ? becomeUp(session) : draft(session);
    case 'Init':
      return remote.state === 'Init' || remote.state === 'Up' ? becomeUp(session) : draft(session);
    case 'Up':
      return remote.state === 'Down' ? becomeDown(session, NEIGHBOR_SIGNALED_DOWN) : draft(session);
    case 'AdminDown':
      return draft(session);
  }
};

/**
 * After what we advertise may have changed. While Up a Poll Sequence makes sure that the neighbour knows it, and until its
 * end a slower rate and a shorter detection time do not count yet (section 6.8.3).
 */
export const changeParameters = (before: Session, after: Session): Draft => {
  if (after.state !== 'Up') return draft(settle(after));
  const same = desiredMinTx(before) === desiredMinTx(after) && before.config.minRx === after.config.minRx;
  if (same) return draft(after);
  return draft(
    {
      ...after,
      poll: before.poll === 'none' ? 'active' : 'again',
      activeMinTx: Math.min(before.activeMinTx, desiredMinTx(after)),
      activeMinRx: Math.max(before.activeMinRx, after.config.minRx),
    },
    ...(before.poll === 'none' ? [log(after, 'Starting poll sequence', true)] : []),
  );
};

/** The Final bit has come. */
export const endPoll = (session: Session): Session => {
  switch (session.poll) {
    case 'none':
      return session;
    case 'active':
      return settle(session);
    case 'again':
      return { ...session, poll: 'active' };
  }
};

/** As it is said now; a packet has the Poll or the Final bit, never both (section 6.5). */
export const packetOf = (session: Session, { final }: { readonly final: boolean }): ControlPacket => ({
  diagnostic: session.diagnostic,
  state: session.state,
  poll: session.poll !== 'none' && !final,
  final,
  controlPlaneIndependent: false,
  demand: false,
  detectMultiplier: session.config.multiplier,
  myDiscriminator: session.discriminator,
  yourDiscriminator: session.remote.discriminator,
  desiredMinTx: microseconds(desiredMinTx(session)),
  requiredMinRx: microseconds(session.config.minRx),
  // Echo packets are not answered.
  requiredMinEchoRx: 0,
});

// What is advertised counts. While not Up there is no agreement to change, and so nothing to poll for.
const settle = (session: Session): Session => ({
  ...session,
  poll: 'none',
  activeMinTx: desiredMinTx(session),
  activeMinRx: session.config.minRx,
});

const microseconds = (time: Millis): number => Math.round(time * 1000);
