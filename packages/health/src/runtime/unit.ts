// One running checker: performs what its machine says with the agenda and the check queue.
import type { VirtualServer } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import type { Check, CheckContext } from '../checkers/check.ts';
import {
  type CheckerEffect,
  type CheckerEvent,
  type CheckerState,
  firstCheckDelay,
  stepChecker,
} from '../machine/checker.ts';
import { type AnyCheck, isTold, type Probe, urlsOf } from '../machine/checks.ts';
import { realServerName } from '../machine/name.ts';
import { type CheckResult, failure } from '../machine/result.ts';
import { type Subject, warned } from '../machine/wording.ts';
import type { Agenda, Entry } from './agenda.ts';
import type { Lateness } from './lateness.ts';
import { sizesOf } from './places.ts';
import type { CheckQueue } from './queue.ts';
import { alignedStart, joinAttempt, leave, type Pending, type SharedProbe, type Told } from './shared-probe.ts';
import { createStreamPlace } from './stream-place.ts';

export interface UnitContext {
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly check: Check;
  readonly queue: CheckQueue;
  readonly lateness: Lateness;
}

/** What a check tells its virtual server. */
export type UnitEffect = Exclude<CheckerEffect, { kind: 'set-timer' | 'run' }>;

/** The virtual server that checks belong to; `server` is the place of the real server in it. */
export interface UnitOwner {
  readonly virtualServer: VirtualServer;
  /** As log lines name it. */
  readonly name: string;
  readonly logAllFailures: boolean;
  onEffect(server: number, check: AnyCheck, effect: UnitEffect): void;
}

export interface Unit {
  readonly state: CheckerState;
  /** Why the last attempt failed; undefined when it passed. */
  readonly lastFailure: string | undefined;
  /** Begins, and says whether it did: it may run already. `spread` 0..1 is the share of warmup to wait. */
  start(spread: number): boolean;
  /**
   * The same check under a new configuration: a check under way and the timer go on, the latter no later than delay_loop.
   * False when it cannot be taken over.
   */
  adopt(check: AnyCheck, owner: UnitOwner, server: number): boolean;
  /** No attempts until it is started again, with what is known; says whether there were any to end. */
  suspend(): boolean;
  stop(): void;
  /** The check, of one that is made: what may be shared. */
  readonly checker?: Probe;
  /** From here on attempts are shared with others that have the same probe; undefined = with nobody. */
  share?(probe: SharedProbe | undefined): void;
}

/** One whose attempts may be shared. */
export const isProbeUnit = (unit: Unit): unit is Unit & Required<Pick<Unit, 'checker' | 'share'>> =>
  unit.checker !== undefined && unit.share !== undefined;

export const createUnit = (
  context: UnitContext,
  checker: Probe,
  owner: UnitOwner,
  server: number,
  initial: CheckerState,
): Unit => new ProbeUnit(context, checker, owner, server, initial);

/**
 * A class, for the memory of ten thousand: what only an attempt needs is made for the attempt, names when something is said.
 */
class ProbeUnit implements Unit, Subject, Entry {
  place = -1;
  dueAt: Millis = 0;
  checker: Probe;
  state: CheckerState;
  lastFailure: string | undefined = undefined;
  readonly #context: UnitContext;
  #owner: UnitOwner;
  #server: number;
  #lastFailed: boolean;
  #warned: string | undefined = undefined;
  #progress: 'idle' | 'started' | 'stopped' = 'idle';
  #leave: Cancel | undefined = undefined;
  #shared: SharedProbe | undefined = undefined;

  constructor(context: UnitContext, checker: Probe, owner: UnitOwner, server: number, initial: CheckerState) {
    this.#context = context;
    this.checker = checker;
    this.#owner = owner;
    this.#server = server;
    this.state = initial;
    this.#lastFailed = initial.verdict === 'down';
  }

  get virtualServer(): string {
    return this.#owner.name;
  }

  get realServer(): string {
    const { virtualServer } = this.#owner;
    const rs = virtualServer.realServers[this.#server];
    return rs === undefined ? '' : realServerName(virtualServer, rs);
  }

  get logAllFailures(): boolean {
    return this.#owner.logAllFailures;
  }

  start(spread: number): boolean {
    if (this.#progress !== 'idle') return false;
    this.#progress = 'started';
    const shared = this.#shared;
    const others = shared?.nextAt;
    const now = this.#context.clock.now();
    this.#step({ kind: 'start', spread }, now);
    if (shared !== undefined && this.place >= 0) {
      const { warmup, delayLoop } = this.checker;
      const earliest = now + firstCheckDelay;
      shared.nextAt = alignedStart(others, this.dueAt, earliest, earliest + warmup, delayLoop);
      this.#context.agenda.put(this, shared.nextAt);
    }
    return true;
  }

  share(probe: SharedProbe | undefined): void {
    this.#shared = probe;
    if (probe !== undefined && this.place >= 0) probe.nextAt ??= this.dueAt;
  }

  adopt(check: AnyCheck, owner: UnitOwner, server: number): boolean {
    if (isTold(check)) return false;
    this.checker = check;
    this.#owner = owner;
    this.#server = server;
    const { clock, agenda } = this.#context;
    if (this.place >= 0) agenda.put(this, Math.min(this.dueAt, clock.now() + check.delayLoop));
    return true;
  }

  suspend(): boolean {
    if (this.#progress !== 'started') return false;
    this.#rest('idle');
    this.state = { ...this.state, running: false };
    return true;
  }

  stop(): void {
    this.#rest('stopped');
  }

  #rest(progress: 'idle' | 'stopped'): void {
    this.#progress = progress;
    this.#context.agenda.remove(this);
    this.#leave?.();
    this.#leave = undefined;
  }

  due(now: Millis): void {
    this.#step({ kind: 'timer' }, now);
  }

  #step(event: CheckerEvent, now: Millis): void {
    if (this.#progress === 'stopped') return;
    const next = stepChecker(this, this.state, event, now);
    this.state = next.state;
    for (const effect of next.effects) this.#perform(effect, now);
  }

  #perform(effect: CheckerEffect, now: Millis): void {
    switch (effect.kind) {
      case 'set-timer':
        this.#context.agenda.put(this, effect.at);
        if (this.#shared !== undefined) this.#shared.nextAt = effect.at;
        break;
      case 'run':
        this.#enqueue(effect.url, now);
        break;
      case 'verdict':
      case 'weight':
      case 'log':
        this.#owner.onEffect(this.#server, this.checker, effect);
        break;
    }
  }

  #enqueue(url: number, now: Millis): void {
    const told: Told = (result, at) => {
      this.#leave = undefined;
      this.#take(url, result, at);
    };
    const shared = this.#shared;
    const joined = shared === undefined ? undefined : joinAttempt(shared, url, now, told);
    this.#leave = joined ?? this.#begin(url, told, shared);
  }

  /** An attempt of its own, which others may join; returns how to leave it. */
  #begin(url: number, told: Told, shared: SharedProbe | undefined): Cancel {
    const { clock, queue, lateness } = this.#context;
    const { checker, dueAt } = this;
    const attempt: Pending = { beganAt: undefined, told: new Set([told]), abandon: () => undefined };
    shared?.pending.set(url, attempt);
    const end = (): void => {
      if (shared?.pending.get(url) === attempt) shared.pending.delete(url);
    };
    const job = { group: this.virtualServer, host: formatIp(checker.connectIp), suspect: this.#lastFailed };
    const { first, stream: size } = sizesOf(checker);
    const leaveQueue = queue.add({
      ...job,
      size: first,
      start: async (held) => {
        const began = clock.now();
        const abort = new AbortController();
        attempt.beganAt = began;
        attempt.abandon = () => {
          end();
          abort.abort();
        };
        lateness.add(Math.max(0, began - dueAt - held));
        const { signal } = abort;
        const stream = size === undefined ? undefined : createStreamPlace(queue, clock, { ...job, size }, signal);
        const result = await this.#attempt(checker, url, {
          clock,
          began,
          signal,
          ...(stream !== undefined && { place: stream.take }),
        });
        stream?.free();
        const waited = stream?.waited ?? 0;
        const ended = clock.now();
        lateness.waited(waited);
        lateness.took(ended - began - waited);
        end();
        for (const each of [...attempt.told]) each(result, ended);
      },
    });
    // One that began at once has its own way to end by now.
    if (attempt.beganAt === undefined) {
      attempt.abandon = () => {
        end();
        leaveQueue();
      };
    }
    return () => leave(attempt, told);
  }

  #take(url: number, result: CheckResult, now: Millis): void {
    this.#lastFailed = !result.ok;
    if (!result.ok) this.lastFailure = this.#aboutUrl(url) + result.detail;
    if (result.ok) this.#warn(result.warning);
    this.#step({ kind: 'result', result }, now);
    // Of several urls one may pass while the server is still down for another.
    if (result.ok && this.state.verdict === 'up') this.lastFailure = undefined;
  }

  /** Once, until it is another one. */
  #warn(warning: string | undefined): void {
    const said = this.#warned;
    this.#warned = warning;
    if (warning === undefined || warning === said) return;
    this.#owner.onEffect(this.#server, this.checker, { kind: 'log', text: warned(this, warning) });
  }

  #aboutUrl(url: number): string {
    const path = urlsOf(this.checker)[url]?.path;
    return path === undefined ? '' : `url(${path}) `;
  }

  async #attempt(checker: Probe, url: number, context: CheckContext): Promise<CheckResult> {
    try {
      return await this.#context.check(checker, url, context);
    } catch (error) {
      // A fault of ours must neither stop the checker nor take a server out.
      return failure('local', `unexpected error: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
