// Sessions and packets as the machine's tests want them.
import type { ControlPacket, Effect, Event, Session, SessionConfig, SessionState, Step } from '../../src/index.ts';
import { newSession, step } from '../../src/index.ts';
import { packet } from '../packet/golden.ts';

export const OURS = 0x11111111;
export const THEIRS = 0x22222222;

export const config = (change: Partial<SessionConfig> = {}): SessionConfig => ({
  name: 'B1',
  minTx: 100,
  minRx: 100,
  idleTx: 1000,
  multiplier: 5,
  passive: false,
  ...change,
});

/** The neighbour in a state, at its fast rate when it is Up. */
export const theirs = (state: SessionState, change: Partial<ControlPacket> = {}): Event => ({
  kind: 'packet',
  packet: packet({
    state,
    myDiscriminator: THEIRS,
    yourDiscriminator: state === 'Init' || state === 'Up' ? OURS : 0,
    desiredMinTx: state === 'Up' ? 100_000 : 1_000_000,
    ...change,
  }),
});

/** Runs events one after the other at the same time; the effects are those of the last one. */
export const run = (session: Session, events: readonly Event[], now = 1000, random = 0): Step =>
  events.reduce<Step>((before, event) => step(before.session, event, now, random), { session, effects: [] });

/** A session that has got there by what it heard. */
export const sessionIn = (state: SessionState, change: Partial<SessionConfig> = {}, now = 1000): Session => {
  const paths: Record<SessionState, readonly Event[]> = {
    Down: [{ kind: 'start' }],
    Init: [{ kind: 'start' }, theirs('Down')],
    Up: [{ kind: 'start' }, theirs('Down'), theirs('Up'), theirs('Up', { final: true })],
    AdminDown: [{ kind: 'start' }, { kind: 'stop' }],
  };
  return run(newSession(config(change), OURS), paths[state], now).session;
};

export const sent = (effects: readonly Effect[]): readonly ControlPacket[] =>
  effects.flatMap((effect) => (effect.kind === 'send' ? [effect.packet] : []));

export const reports = (effects: readonly Effect[]): readonly boolean[] =>
  effects.flatMap((effect) => (effect.kind === 'report' ? [effect.up] : []));

export const lines = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => (effect.kind === 'log' ? [effect.text] : []));
