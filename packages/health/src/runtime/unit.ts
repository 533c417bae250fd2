// One running checker: performs what its machine says with the agenda and the check queue.
import type { VirtualServer } from '@vipward/config';
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import type { Check } from '../checkers/check.ts';
import { type CheckerEffect, type CheckerEvent, type CheckerState, stepChecker } from '../machine/checker.ts';
import { type AnyCheck, isTold, type Probe, urlsOf } from '../machine/checks.ts';
import { realServerName } from '../machine/name.ts';
import { type CheckResult, failure } from '../machine/result.ts';
import { type Subject, warned } from '../machine/wording.ts';
import type { Agenda, Entry } from './agenda.ts';
import type { Lateness } from './lateness.ts';
import { isLight } from './places.ts';
import type { CheckQueue } from './queue.ts';

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
}

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
  #suspensions = 0;
  #leaveQueue: Cancel | undefined = undefined;
  #abort: AbortController | undefined = undefined;

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
    this.#step({ kind: 'start', spread });
    return true;
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
    this.#suspensions += 1;
    this.state = { ...this.state, running: false };
    return true;
  }

  stop(): void {
    this.#rest('stopped');
  }

  #rest(progress: 'idle' | 'stopped'): void {
    this.#progress = progress;
    this.#context.agenda.remove(this);
    this.#leaveQueue?.();
    this.#abort?.abort();
  }

  due(): void {
    this.#step({ kind: 'timer' });
  }

  #step(event: CheckerEvent): void {
    if (this.#progress === 'stopped') return;
    const next = stepChecker(this, this.state, event, this.#context.clock.now());
    this.state = next.state;
    for (const effect of next.effects) this.#perform(effect);
  }

  #perform(effect: CheckerEffect): void {
    switch (effect.kind) {
      case 'set-timer':
        this.#context.agenda.put(this, effect.at);
        break;
      case 'run':
        this.#enqueue(effect.url);
        break;
      case 'verdict':
      case 'weight':
      case 'log':
        this.#owner.onEffect(this.#server, this.checker, effect);
        break;
    }
  }

  #enqueue(url: number): void {
    const { clock, queue, lateness } = this.#context;
    const wanted = clock.now();
    const suspensions = this.#suspensions;
    this.#leaveQueue = queue.add({
      group: this.virtualServer,
      suspect: this.#lastFailed,
      light: isLight(this.checker),
      start: async () => {
        lateness.add(clock.now() - wanted);
        const result = await this.#attempt(url);
        // What was ended by a suspension says nothing of the server.
        if (suspensions !== this.#suspensions) return;
        this.#leaveQueue = undefined;
        this.#lastFailed = !result.ok;
        if (!result.ok) this.lastFailure = this.#aboutUrl(url) + result.detail;
        if (result.ok) this.#warn(result.warning);
        this.#step({ kind: 'result', result });
        // Of several urls one may pass while the server is still down for another.
        if (result.ok && this.state.verdict === 'up') this.lastFailure = undefined;
      },
    });
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

  async #attempt(url: number): Promise<CheckResult> {
    const abort = new AbortController();
    this.#abort = abort;
    // Stopped while it waited for its place: the attempt ends before it begins.
    if (this.#progress === 'stopped') abort.abort();
    const { clock, check } = this.#context;
    try {
      return await check(this.checker, url, { clock, signal: abort.signal });
    } catch (error) {
      // A fault of ours must neither stop the checker nor take a server out.
      return failure('local', `unexpected error: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#abort = undefined;
    }
  }
}
