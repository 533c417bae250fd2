// The vocabulary of a BFD session: what it knows (the variables of RFC 5880 section 6.8.1), what happens, what it wants done.
import type { Millis } from '@vipward/config';
import type { ControlPacket, SessionState } from '../packet/packet.ts';

/** The settings that the protocol rules need; a BfdInstance has them all. */
export interface SessionConfig {
  readonly name: string;
  /** bfd.DesiredMinTxInterval while Up. */
  readonly minTx: Millis;
  /** bfd.RequiredMinRxInterval */
  readonly minRx: Millis;
  /** bfd.DesiredMinTxInterval while not Up; at least a second (section 6.8.3). */
  readonly idleTx: Millis;
  /** bfd.DetectMult */
  readonly multiplier: number;
  /** Says nothing until the neighbour has. */
  readonly passive: boolean;
}

/** What the neighbour said last. */
export interface Remote {
  /** 0 = nothing heard within the detection time. */
  readonly discriminator: number;
  readonly state: SessionState;
  readonly diagnostic: number;
  readonly minTx: Millis;
  /** 0 = it wants no periodic packets. */
  readonly minRx: Millis;
  readonly multiplier: number;
  readonly demand: boolean;
}

export interface Session {
  readonly config: SessionConfig;
  /** bfd.LocalDiscr: random, not 0, of this session alone. */
  readonly discriminator: number;
  readonly state: SessionState;
  /** bfd.LocalDiag */
  readonly diagnostic: number;
  readonly remote: Remote;
  /** `again`: values changed while a Poll Sequence was under way; another one follows it. */
  readonly poll: 'none' | 'active' | 'again';
  /** The values that count until a Poll Sequence ends: a slower rate or a shorter detection only then (section 6.8.3). */
  readonly activeMinTx: Millis;
  readonly activeMinRx: Millis;
  readonly lastTxAt?: Millis;
  readonly nextTxAt?: Millis;
  readonly lastRxAt?: Millis;
  readonly detectAt?: Millis;
}

/** What lets a successor go on with a session that is Up. */
export interface Resume {
  readonly discriminator: number;
  readonly remote: Remote;
}

export type TimerName = 'transmit' | 'detect';

export type Event =
  | { readonly kind: 'start' }
  /** One that the session has been selected for. */
  | { readonly kind: 'packet'; readonly packet: ControlPacket }
  | { readonly kind: 'timer'; readonly timer: TimerName }
  | { readonly kind: 'config'; readonly config: SessionConfig }
  /** The end: AdminDown. */
  | { readonly kind: 'stop' };

export type Effect =
  | { readonly kind: 'send'; readonly packet: ControlPacket }
  | { readonly kind: 'set-timer'; readonly timer: TimerName; readonly at: Millis }
  | { readonly kind: 'cancel-timer'; readonly timer: TimerName }
  /** At the start, when it is Up, and when it is no longer Up unless the neighbour ended it on purpose. */
  | { readonly kind: 'report'; readonly up: boolean }
  /** `detail`: keepalived says it only with -D. */
  | { readonly kind: 'log'; readonly text: string; readonly detail: boolean };

export interface Step {
  readonly session: Session;
  readonly effects: readonly Effect[];
}
