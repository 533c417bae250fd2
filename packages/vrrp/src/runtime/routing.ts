// Keeps routes and rules as instances and the static part want them. One plan for all owners, written in one go, beside the
// protocol, which never waits for it.
import type { IpRoute, IpRule, RouteKernel, RoutingEvent } from '@vipward/netlink';
import { type Clock, limitLines, type Millis } from '@vipward/sockets';
import { keyOf } from '../owned/keys.ts';
import { Left } from '../owned/left.ts';
import { lookupOf, NOTHING, planRouting, type Wanted } from '../owned/plan.ts';
import { Claims, type Possessions } from './claims.ts';
import { type ProcessName, protocolName } from './culprit.ts';
import type { Host } from './host.ts';
import { Later } from './later.ts';
import type { VrrpLog } from './log.ts';
import { Losses } from './losses.ts';
import { RouteWrites } from './route-writes.ts';
import { RoutingView } from './routing-view.ts';

export interface RoutingParts {
  readonly kernel: RouteKernel;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly processName: ProcessName;
  /** What is written, or was, has changed. */
  onProgress(): void;
}

const retryDelay: Millis = 1000;
const REPEAT_LOG: Millis = 10_000;

export class Routing {
  readonly #claims: Claims;
  readonly #view: RoutingView;
  readonly #left = new Left();
  /** Owners to look at; all of them when `#all`. */
  readonly #changed = new Set<string>();
  #all = true;
  readonly #losses: Losses;
  readonly #writes: RouteWrites;
  readonly #later: Later;
  readonly #parts: RoutingParts;
  readonly #sayLimited: (text: string) => void;
  #again = false;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(parts: RoutingParts) {
    this.#parts = parts;
    this.#claims = new Claims(parts.host);
    this.#sayLimited = limitLines(parts.clock, (text) => parts.log.error(text), REPEAT_LOG);
    this.#later = new Later(parts.clock);
    this.#losses = new Losses({ ...parts, putBack: () => void this.sync() });
    this.#view = new RoutingView(parts.kernel, (event) => this.#onEvent(event));
    const { mirror, ownRemovals } = this.#view;
    this.#writes = new RouteWrites({
      ...{ kernel: parts.kernel, log: parts.log, mirror, ownRemovals, left: this.#left },
      sayLimited: this.#sayLimited,
    });
  }

  /** What `owner` wants from now on, which a master does. Resolves when the last change has been written. */
  claim(owner: string, wanted: Possessions): Promise<void> {
    const before = this.#claims.get(owner);
    if (before === undefined && wanted.routes.length + wanted.rules.length === 0) return this.idle();
    if (before === undefined) this.#losses.forget(this.#claims.place(wanted));
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
    this.#view.doubt();
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
    this.#later.close();
    this.#losses.close();
    this.#view.close();
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
      if (await this.#view.refresh(this.#claims.protocols)) this.#all = true;
    } catch (error) {
      this.#tryAgain('read');
      this.#sayLimited(`reading routes and rules: ${textOf(error)}, trying again`);
      return;
    }
    const owners = this.#all ? [...this.#claims.owners] : [...this.#changed];
    this.#all = false;
    this.#changed.clear();
    const left = this.#left.all;
    const changes = planRouting(
      this.#view.mirror,
      this.#claims.wantedBy(owners, (key) => !this.#losses.isHeld(key)),
      left,
      left === NOTHING ? undefined : lookupOf(this.#claims.wantedBy(this.#claims.owners)),
    );
    this.#left.keepOnly(new Set(changes.map(keyOf)));
    if (changes.length > 0) await this.#write(changes);
  }

  async #write(changes: Parameters<RouteWrites['write']>[0]): Promise<void> {
    const written = await this.#writes.write(changes);
    if (written !== 'done') this.#tryAgain('write');
    if (written === 'unknown') this.#view.doubt();
    else this.#parts.onProgress();
  }

  #onEvent(event: RoutingEvent): void {
    if (this.#closed) return;
    const { mirror } = this.#view;
    switch (event.kind) {
      case 'route':
        mirror.addRoute(event.route);
        return;
      case 'rule':
        mirror.addRule(event.rule);
        return;
      case 'route-removed':
      case 'rule-removed':
        this.#removed(event);
        return;
      case 'route-replaced':
        this.#replaced(event);
        return;
      case 'resync':
        this.recheck();
        return;
    }
  }

  #removed(event: Extract<RoutingEvent, { readonly kind: 'route-removed' | 'rule-removed' }>): void {
    const { mirror, ownRemovals } = this.#view;
    if (ownRemovals.take(event)) return;
    if (event.kind === 'route-removed' ? !mirror.removeRoute(event.route) : !mirror.removeRule(event.rule)) return;
    const loss = this.#claims.ownerOf(event);
    if (loss !== undefined) this.#losses.lost(loss, event.by);
  }

  // Which of several to one destination has gone is not said, so all are read again.
  #replaced({ route, by }: Extract<RoutingEvent, { readonly kind: 'route-replaced' }>): void {
    const { mirror } = this.#view;
    if (!mirror.hasRival(route)) return;
    const loss = this.#claims.rivalOf(route, (rival) => mirror.hasRoute(rival));
    if (loss === undefined) return;
    this.#view.doubt();
    this.#losses.lost(loss, by, protocolName(route.protocol));
  }

  #tryAgain(name: string): void {
    this.#later.in(retryDelay, name, () => void this.sync());
  }

  #leave({ routes, rules }: Wanted): void {
    this.inherit({ routes: routes.map(({ route }) => route), rules });
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
