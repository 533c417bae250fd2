// Keeps routes and rules as instances and the static part want them. One plan for all owners, written in one go, beside the
// protocol, which never waits for it.
import type { Route, Rule } from '@vipward/config';
import {
  describeChange,
  describeRoute,
  describeRule,
  type IpRoute,
  type IpRule,
  type NetlinkError,
  type RouteChange,
  type RouteKernel,
  type RouteRefusal,
  type RoutingEvent,
} from '@vipward/netlink';
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import { BackOff } from '../owned/backoff.ts';
import { RoutingMirror } from '../owned/mirror.ts';
import { lookupOf, NOTHING, planRouting, type Wanted } from '../owned/plan.ts';
import { isRoute, routeKey, toKernelRoute } from '../owned/route.ts';
import { ruleKey, toKernelRule } from '../owned/rule.ts';
import { culprit, type ProcessName } from './culprit.ts';
import type { Host } from './host.ts';
import { limitLines, type VrrpLog } from './log.ts';

/** Routes and rules of one owner; `rules` with the priorities that prioritiesOf() gave. */
export interface Possessions {
  readonly routes: readonly Route[];
  readonly rules: readonly (readonly [Rule, number])[];
}

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
const PROTOCOL = 18;

export class Routing {
  readonly #claims = new Map<string, Possessions>();
  /** What claims mean on the links that are there now. */
  #placed = new WeakMap<Possessions, Wanted>();
  readonly #mirror = new RoutingMirror();
  readonly #backOff = new BackOff();
  /** What was ours and is not claimed by the same owner any more: taken away unless somebody else claims it. */
  readonly #left = new Map<string, Item>();
  /** Owners to look at; all of them when `#all`. */
  readonly #changed = new Set<string>();
  #all = true;
  /** Put back later, or never (no_track): keys. */
  readonly #held = new Set<string>();
  /** Removals of ours whose notification is still to come. */
  readonly #ownRemovals = new Map<string, number>();
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
    this.#sayLimited = limitLines(parts.clock, (text) => parts.log.error(text), REPEAT_LOG);
  }

  /** What `owner` wants from now on, which a master does. Resolves when the last change has been written. */
  claim(owner: string, wanted: Possessions): Promise<void> {
    const before = this.#claims.get(owner);
    if (before === undefined && wanted.routes.length + wanted.rules.length === 0) return this.idle();
    if (before === undefined) this.#forgetHeld(wanted);
    if (before !== undefined) this.#leave(this.#place(before));
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
    this.#leave(this.#place(had));
    return this.#run();
  }

  /** What a predecessor left: taken away unless somebody wants it. */
  inherit(left: { readonly routes: readonly IpRoute[]; readonly rules: readonly IpRule[] }): void {
    for (const route of left.routes) this.#left.set(keyOf({ route }), { route });
    for (const rule of left.rules) this.#left.set(keyOf({ rule }), { rule });
  }

  /** -V: what is there stays there. */
  abandon(): void {
    this.#claims.clear();
    this.#left.clear();
  }

  /** What is ours now, or still to be taken away: for a successor. */
  get ours(): { readonly routes: readonly IpRoute[]; readonly rules: readonly IpRule[] } {
    const { routes, rules } = this.#wantedBy(this.#claims.keys());
    const left = this.#releasable();
    return { routes: [...routes, ...left.routes].map(({ route }) => route), rules: [...rules, ...left.rules] };
  }

  /**
   * A link or its addresses have changed (without a name: anything): the kernel drops IPv4 routes silently then. Lists are
   * read again only when a route depends on the link, since reading walks all of them, a million maybe.
   */
  recheck(link?: string): void {
    this.#placed = new WeakMap();
    if (link === undefined ? this.#claims.size === 0 : !this.#dependsOn(link)) return;
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
    const owners = this.#all ? [...this.#claims.keys()] : [...this.#changed];
    this.#all = false;
    this.#changed.clear();
    const left = this.#releasable();
    const changes = planRouting(
      this.#mirror,
      this.#wantedBy(owners, (key) => !this.#held.has(key)),
      left,
      left === NOTHING ? undefined : lookupOf(this.#wantedBy(this.#claims.keys())),
    );
    // What somebody claims, or is not there, is nobody's leftover.
    const away = new Set(changes.map(keyOf));
    for (const key of this.#left.keys()) if (!away.has(key)) this.#left.delete(key);
    if (changes.length > 0) await this.#write(changes);
  }

  async #write(changes: readonly RouteChange[]): Promise<void> {
    // Counted before the request: the notification may come before the answer.
    for (const change of changes) if (change.kind.startsWith('delete')) this.#count(keyOf(change), 1);
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
        if (error !== undefined) this.#count(keyOf(change), -1);
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
    const own = this.#ownKey(event);
    if (own !== undefined) {
      this.#count(own, -1);
      return;
    }
    if (event.kind === 'route-removed' ? !this.#mirror.removeRoute(event.route) : !this.#mirror.removeRule(event.rule))
      return;
    const loss = this.#owner(event);
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
    const protocols = this.#protocols();
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

  // A gateway without interface may lie behind any, and a source address on any.
  #dependsOn(link: string): boolean {
    return [...this.#claims.values()].some(({ routes }) =>
      routes.some(
        ({ dev, vrf, via, source, nextHops }) =>
          source !== undefined ||
          [dev, vrf].includes(link) ||
          (via !== undefined && dev === undefined) ||
          nextHops.some((hop) => hop.dev === link || hop.dev === undefined),
      ),
    );
  }

  #protocols(): readonly number[] {
    const written = [...this.#claims.values()].flatMap(({ routes }) => routes.map(({ protocol }) => protocol));
    return [...new Set([PROTOCOL, ...written])];
  }

  #place(possessions: Possessions): Wanted {
    const known = this.#placed.get(possessions);
    if (known !== undefined) return known;
    const placed = this.#placeAnew(possessions);
    this.#placed.set(possessions, placed);
    return placed;
  }

  #placeAnew({ routes, rules }: Possessions): Wanted {
    const { host } = this.#parts;
    return {
      routes: routes.flatMap((line) => {
        const route = toKernelRoute(line, (name) => host.link(name));
        return route === undefined ? [] : [{ route, place: line.mode }];
      }),
      rules: rules.map(([rule, priority]) => toKernelRule(rule, priority)),
    };
  }

  #wantedBy(owners: Iterable<string>, isWanted: (key: string) => boolean = () => true): Wanted {
    const placed = [...owners].flatMap((owner) => this.#claims.get(owner) ?? []).map((one) => this.#place(one));
    return {
      routes: placed.flatMap(({ routes }) => routes.filter(({ route }) => isWanted(keyOf({ route })))),
      rules: placed.flatMap(({ rules }) => rules.filter((rule) => isWanted(keyOf({ rule })))),
    };
  }

  #releasable(): Wanted {
    const left = [...this.#left.values()];
    if (left.length === 0) return NOTHING;
    return {
      routes: left.flatMap((item) => ('route' in item ? [{ route: item.route, place: 'prepend' }] : [])),
      rules: left.flatMap((item) => ('rule' in item ? [item.rule] : [])),
    };
  }

  #leave({ routes, rules }: Wanted): void {
    this.inherit({ routes: routes.map(({ route }) => route), rules });
  }

  #forgetHeld(wanted: Possessions): void {
    const { routes, rules } = this.#place(wanted);
    for (const { route } of routes) this.#held.delete(keyOf({ route }));
    for (const rule of rules) this.#held.delete(keyOf({ rule }));
  }

  #owner(event: { readonly route: IpRoute } | { readonly rule: IpRule }): Loss | undefined {
    for (const [owner, { routes, rules }] of this.#claims) {
      if ('route' in event) {
        for (const line of routes) {
          const [placed] = this.#place({ routes: [line], rules: [] }).routes;
          if (placed && isRoute(event.route, placed.route)) {
            const { route } = placed;
            return { owner, key: keyOf({ route }), what: `route ${describeRoute(route)}`, noTrack: line.noTrack };
          }
        }
        continue;
      }
      for (const [line, priority] of rules) {
        const rule = toKernelRule(line, priority);
        if (ruleKey(rule) === ruleKey(event.rule))
          return { owner, key: keyOf({ rule }), what: `rule ${describeRule(rule)}`, noTrack: line.noTrack };
      }
    }
    return undefined;
  }

  // A route is notified as it is listed, which says more than what was asked for: the key that both have counts.
  #ownKey(event: { readonly route: IpRoute } | { readonly rule: IpRule }): string | undefined {
    const key = removalKey(keyOf(event));
    return (this.#ownRemovals.get(key) ?? 0) > 0 ? key : undefined;
  }

  #count(key: string, change: number): void {
    const short = removalKey(key);
    const count = (this.#ownRemovals.get(short) ?? 0) + change;
    if (count > 0) this.#ownRemovals.set(short, count);
    else this.#ownRemovals.delete(short);
  }
}

interface Loss {
  readonly owner: string;
  readonly key: string;
  readonly what: string;
  readonly noTrack: boolean;
}

type Item = { readonly route: IpRoute } | { readonly rule: IpRule };

/** Of a route: where it leads to is part of it, so that two to one network stay apart. */
const keyOf = (item: Item | RouteChange): string => {
  if ('route' in item) return keyOfRoute(item.route);
  return 'rule' in item ? `rule ${ruleKey(item.rule)}` : 'address';
};

const keyOfRoute = (route: IpRoute): string => {
  const known = routeKeys.get(route);
  if (known !== undefined) return known;
  const hops = route.hops.map(({ via, ifIndex }) => `${via?.bytes.join('.') ?? ''}%${ifIndex ?? ''}`);
  const key = `${routeKey(route)} | ${route.type} ${hops.join(' ')}`;
  routeKeys.set(route, key);
  return key;
};

const routeKeys = new WeakMap<IpRoute, string>();

const removalKey = (key: string): string => key.split(' | ')[0] ?? key;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
