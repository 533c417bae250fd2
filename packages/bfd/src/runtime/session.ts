// One running session: hands events to its machine and performs the effects.
import type { BfdInstance } from '@vipward/config';
import { formatIp, type IpAddress } from '@vipward/config/address';
import { type Cancel, type Clock, limitLines, type Millis } from '@vipward/sockets';
import type { Effect, Event, Session, TimerName } from '../machine/model.ts';
import { step } from '../machine/step.ts';
import { encodePacket } from '../packet/codec.ts';
import type { ControlPacket } from '../packet/packet.ts';
import type { Target } from '../packet/select.ts';
import type { BfdLog } from './log.ts';
import type { Mouth } from './wire.ts';

export interface SessionParts {
  readonly mouth: Mouth;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: BfdLog;
  /** Runs `fn` once what has already come in on the sockets has been read. */
  readonly afterInput: (fn: () => void) => void;
  onReport(up: boolean): void;
}

/** What cannot be sent is said again after this long. */
const REPEAT_ERROR: Millis = 10_000;

export class RunningSession implements Target {
  instance: BfdInstance;
  sent = 0;
  received = 0;
  #session: Session;
  readonly #parts: SessionParts;
  readonly #timers = new Map<TimerName, { readonly at: Millis; readonly cancel: Cancel }>();
  readonly #sayError: (text: string) => void;

  constructor(instance: BfdInstance, session: Session, parts: SessionParts) {
    this.instance = instance;
    this.#session = session;
    this.#parts = parts;
    this.#sayError = limitLines(parts.clock, (text) => parts.log.error(text), REPEAT_ERROR);
  }

  get session(): Session {
    return this.#session;
  }

  get port(): number {
    return this.#parts.mouth.port;
  }

  get discriminator(): number {
    return this.#session.discriminator;
  }

  get neighbor(): IpAddress {
    return this.instance.neighbor;
  }

  get source(): IpAddress | undefined {
    return this.instance.source;
  }

  get multihop(): boolean {
    return this.instance.multihop;
  }

  get ttl(): number {
    return this.instance.ttl;
  }

  get maxHops(): number {
    return this.instance.maxHops;
  }

  receive(packet: ControlPacket): void {
    this.received++;
    this.handle({ kind: 'packet', packet });
  }

  handle(event: Event): void {
    const { clock, random } = this.#parts;
    const { session, effects } = step(this.#session, event, clock.now(), random());
    this.#session = session;
    for (const effect of effects) this.#perform(effect);
  }

  reconfigure(instance: BfdInstance): void {
    this.instance = instance;
    this.handle({ kind: 'config', config: instance });
  }

  /** Ends it without a word. */
  close(): void {
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#parts.mouth.close();
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        this.#send(effect.packet);
        return;
      case 'set-timer':
        this.#arm(effect.timer, effect.at);
        return;
      case 'cancel-timer':
        this.#timers.get(effect.timer)?.cancel();
        this.#timers.delete(effect.timer);
        return;
      case 'report':
        this.#parts.onReport(effect.up);
        return;
      case 'log':
        if (effect.detail) this.#parts.log.detail(effect.text);
        else this.#parts.log.info(effect.text);
        return;
    }
  }

  #send(packet: ControlPacket): void {
    try {
      this.#parts.mouth.send(encodePacket(packet));
      this.sent++;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#sayError(`(${this.instance.name}) sending to ${formatIp(this.instance.neighbor)}: ${text}`);
    }
  }

  #arm(timer: TimerName, at: Millis): void {
    const armed = this.#timers.get(timer);
    // Every packet moves the detection time on: the timer that runs finds that out when it fires, and goes on.
    if (timer === 'detect' && armed !== undefined && armed.at <= at) return;
    armed?.cancel();
    const fire = (): void => {
      this.#timers.delete(timer);
      this.handle({ kind: 'timer', timer });
    };
    // A packet that lies in the socket already must be heard before silence is declared.
    const due = timer === 'detect' ? () => this.#parts.afterInput(() => this.#expire(cancelled, fire)) : fire;
    let over = false;
    const cancelled = (): boolean => over;
    const cancelTimer = this.#parts.clock.at(at, due);
    const cancel = (): void => {
      over = true;
      cancelTimer();
    };
    this.#timers.set(timer, { at, cancel });
  }

  #expire(cancelled: () => boolean, fire: () => void): void {
    if (!cancelled()) fire();
  }
}
