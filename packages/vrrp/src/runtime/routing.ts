// Keeps routes and rules as instances and the static part want them. One plan for all owners, written in one go, beside the
// protocol, which never waits for it.
import {
  describeChange,
  type IpRoute,
  type IpRule,
  type NetlinkError,
  type RouteChange,
  type RouteKernel,
  type RouteRefusal,
  type RoutingEvent,
} from '@vipward/netlink';
import { type Cancel, type Clock, limitLines, type Millis } from '@vipward/sockets';
import { BackOff } from '../owned/backoff.ts';
import { keyOf } from '../owned/keys.ts';
import { Left } from '../owned/left.ts';
import { RoutingMirror } from '../owned/mirror.ts';
import { lookupOf, NOTHING, planRouting, type Wanted } from '../owned/plan.ts';
import { OwnRemovals } from '../owned/removals.ts';
import { Claims, type Loss, type Possessions, PROTOCOL } from './claims.ts';
import { culprit, type ProcessName } from './culprit.ts';
import type { Host } from './host.ts';
import type { VrrpLog } from './log.ts';

export interface RoutingParts {
  readonly kernel: RouteKernel;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly processName: ProcessName;
  /** What is written, or was, has changed. */
  onProgress(): void;
}

/** errno 17: there already. */
const EEXIST = 17;
/** Gone already (ESRCH, ENOENT), or with its interface (ENODEV, EADDRNOTAVAIL). */
const GONE = new Set([3, 2, 19, 99]);
/** The interface is down, or no address leads to the gateway (ENETDOWN, ENETUNREACH). */
const WAITS = new Set([100, 101]);
const retryDelay: Millis = 1000;
const REPEAT_LOG: Millis = 10_000;

export class Routing {
  readonly #claims: Claims;
  readonly #mirror = new RoutingMirror();
  readonly #backOff = new BackOff();
  readonly #left = new Left();
  /** Owners to look at; all of them when `#all`. */
  readonly #changed = new Set<string>();
  #all = true;
  /** Put back later, or never (no_track): keys. */
  readonly #held = new Set<string>();
  readonly #ownRemovals = new OwnRemovals();
  readonly #timers = new Map<string, Cancel>();
  readonly #parts: RoutingParts;
  readonly #sayLimited: (text: string) => void;
  #stopWatching: (() => void) | undefined;
  #watchesAll = false;
  #stale = true;
  #again = false;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(parts: RoutingParts) {
    this.#parts = parts;
    this.#claims = new Claims(parts.host);
    this.#sayLimited = limitLines(parts.clock, (text) => parts.log.error(text), REPEAT_LOG);
  }

  /** What `owner` wants from now on, which a master does. Resolves when the last change has been written. */
  claim(owner: string, wanted: Possessions): Promise<void> {
    const before = this.#claims.get(owner);
    if (before === undefined && wanted.routes.length + wanted.rules.length === 0) return this.idle();
    if (before === undefined) this.#forgetHeld(wanted);
    if (before !== undefined) this.#leave(this.#claims.place(before));
    this.#claims.set(owner, wanted);
    this.#changed.add(owner);
    this.#parts.onProgress();
    return this.#run();
  }

  /** `owner` wants nothing any more. What was `configured` for it is taken away if it is there, whoever left it. */
  release(owner: string, configured?: Possessions): Promise<void> {
    const had = this.#claims.get(owner) ?? configured;
    this.#claims.delete(owner);
    if (had === undefined || had.routes.length + had.rules.length === 0) return this.idle();
    this.#leave(this.#claims.place(had));
    return this.#run();
  }

  /** What a predecessor left: taken away unless somebody wants it. */
  inherit(left: { readonly routes: readonly IpRoute[]; readonly rules: readonly IpRule[] }): void {
    this.#left.add(left);
  }

  /** -V: what is there stays there. */
  abandon(): void {
    this.#claims.clear();
    this.#left.clear();
  }

  /** What is ours now, or still to be taken away: for a successor. */
  get ours(): { readonly routes: readonly IpRoute[]; readonly rules: readonly IpRule[] } {
    const { routes, rules } = this.#claims.wantedBy(this.#claims.owners);
    const left = this.#left.all;
    return { routes: [...routes, ...left.routes].map(({ route }) => route), rules: [...rules, ...left.rules] };
  }

  /**
   * A link or its addresses have changed (without a name: anything): the kernel drops IPv4 routes silently then. Lists are
   * read again only when a route depends on the link, since reading walks all of them, a million maybe.
   */
  recheck(link?: string): void {
    this.#claims.placeAgain();
    if (link === undefined ? this.#claims.size === 0 : !this.#claims.dependsOn(link)) return;
    this.#stale = true;
    void this.sync();
  }

  /** Looks at everything, and writes what differs until nothing does; never rejects. */
  sync(): Promise<void> {
    this.#all = true;
    return this.#run();
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#stopWatching?.();
  }

  #run(): Promise<void> {
    if (this.#closed) return this.idle();
    this.#again = true;
    this.#running ??= this.#loop();
    return this.#running;
  }

  // Ends in the very step in which it finds nothing more to do: who asks afterwards begins another.
  async #loop(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        await this.#pass();
      }
    } finally {
      this.#running = undefined;
    }
  }

  async #pass(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      this.#later('read', retryDelay);
      this.#sayLimited(`reading routes and rules: ${textOf(error)}, trying again`);
      return;
    }
    const owners = this.#all ? [...this.#claims.owners] : [...this.#changed];
    this.#all = false;
    this.#changed.clear();
    const left = this.#left.all;
    const changes = planRouting(
      this.#mirror,
      this.#claims.wantedBy(owners, (key) => !this.#held.has(key)),
      left,
      left === NOTHING ? undefined : lookupOf(this.#claims.wantedBy(this.#claims.owners)),
    );
    this.#left.keepOnly(new Set(changes.map(keyOf)));
    if (changes.length > 0) await this.#write(changes);
  }

  async #write(changes: readonly RouteChange[]): Promise<void> {
    for (const change of changes) if (change.kind.startsWith('delete')) this.#ownRemovals.expect(change);
    let refusals: readonly RouteRefusal[];
    try {
      refusals = await this.#parts.kernel.apply(changes);
    } catch (error) {
      this.#sayLimited(`writing routes and rules: ${textOf(error)}, trying again`);
      this.#stale = true;
      this.#later('write', retryDelay);
      return;
    }
    const refused = new Map(refusals.map(({ change, error }) => [change, error]));
    for (const change of changes) this.#settle(change, refused.get(change));
    this.#parts.onProgress();
  }

  #settle(change: RouteChange, error: NetlinkError | undefined): void {
    switch (change.kind) {
      case 'add-route':
      case 'add-rule':
        if (error !== undefined && error.errno !== EEXIST) {
          if (WAITS.has(error.errno)) this.#parts.log.detail(`${error.message}, waiting`);
          else this.#sayLimited(`${error.message}, trying again`);
          this.#later('write', retryDelay);
          return;
        }
        if (error !== undefined) this.#parts.log.info(`${describeChange(change).slice(4)} is there already, adopted`);
        if (change.kind === 'add-route') this.#mirror.addRoute(change.route);
        else this.#mirror.addRule(change.rule);
        return;
      case 'delete-route':
      case 'delete-rule':
        if (error !== undefined) this.#ownRemovals.withdraw(change);
        if (error !== undefined && !GONE.has(error.errno)) {
          this.#sayLimited(`${error.message}, trying again`);
          this.#later('write', retryDelay);
          return;
        }
        this.#left.delete(keyOf(change));
        if (change.kind === 'delete-route') this.#mirror.removeRoute(change.route);
        else this.#mirror.removeRule(change.rule);
        return;
      case 'add-address':
      case 'delete-address':
      case 'add-link':
      case 'set-link':
      case 'delete-link':
        return;
    }
  }

  #onEvent(event: RoutingEvent): void {
    if (this.#closed) return;
    switch (event.kind) {
      case 'route':
        this.#mirror.addRoute(event.route);
        return;
      case 'rule':
        this.#mirror.addRule(event.rule);
        return;
      case 'route-removed':
      case 'rule-removed':
        this.#removed(event);
        return;
      case 'resync':
        this.recheck();
        return;
    }
  }

  #removed(event: Extract<RoutingEvent, { readonly kind: 'route-removed' | 'rule-removed' }>): void {
    if (this.#ownRemovals.take(event)) return;
    if (event.kind === 'route-removed' ? !this.#mirror.removeRoute(event.route) : !this.#mirror.removeRule(event.rule))
      return;
    const loss = this.#claims.ownerOf(event);
    if (loss !== undefined) this.#lost(loss, event.by);
  }

  // keepalived gives up mastership for a moment here; putting it back interrupts nobody.
  #lost({ owner, key, what, noTrack }: Loss, by: number): void {
    const { clock, log, processName } = this.#parts;
    const who = by === 0 ? 'the kernel, or route(8)' : culprit(by, processName);
    if (noTrack && by !== 0) {
      this.#held.add(key);
      log.info(`(${owner}) ${what} was removed by ${who}, and is not tracked`);
      return;
    }
    const delay = this.#backOff.delay(key, clock.now());
    const when = delay === 0 ? 'putting it back' : `putting it back in ${delay / 1000} s`;
    log.warning(`(${owner}) ${what} was removed by ${who}, ${when}`);
    if (delay === 0) {
      void this.sync();
      return;
    }
    this.#held.add(key);
    this.#later(key, delay, () => this.#held.delete(key));
  }

  #later(name: string, delay: Millis, before = (): unknown => undefined): void {
    const { clock } = this.#parts;
    this.#timers.get(name)?.();
    const fire = (): void => {
      this.#timers.delete(name);
      before();
      void this.sync();
    };
    this.#timers.set(name, clock.at(clock.now() + delay, fire));
  }

  // Watched before it is read, and only once somebody wants something: a director may have a million routes.
  async #read(): Promise<void> {
    const { protocols } = this.#claims;
    const all = protocols.some((protocol) => protocol !== PROTOCOL);
    if (this.#stopWatching === undefined || (all && !this.#watchesAll)) {
      this.#stopWatching?.();
      const { kernel } = this.#parts;
      this.#stopWatching = kernel.watchRouting((event) => this.#onEvent(event), all ? undefined : PROTOCOL);
      this.#watchesAll = all;
      this.#stale = true;
    }
    if (!this.#stale) return;
    this.#stale = false;
    this.#all = true;
    try {
      const { kernel } = this.#parts;
      const lists = await Promise.all(protocols.map((protocol) => kernel.routes(protocol)));
      this.#mirror.replace(lists.flat(), await kernel.rules());
      this.#ownRemovals.clear();
    } catch (error) {
      this.#stale = true;
      throw error;
    }
  }

  #leave({ routes, rules }: Wanted): void {
    this.inherit({ routes: routes.map(({ route }) => route), rules });
  }

  #forgetHeld(wanted: Possessions): void {
    const { routes, rules } = this.#claims.place(wanted);
    for (const { route } of routes) this.#held.delete(keyOf({ route }));
    for (const rule of rules) this.#held.delete(keyOf({ rule }));
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
