// MemoryKernel for links, addresses, routes and rules: refuses what the kernel refuses, notifies, and counts writes.
import {
  describeChange,
  type IfIndex,
  type InterfaceAddress,
  type IpRoute,
  type IpRule,
  type Link,
  type LinkSetting,
  type Neighbour,
  NetlinkError,
  type NewAddress,
  type NewLink,
  type RouteChange,
  type RouteEvent,
  type RouteKernel,
  type RouteRefusal,
  type RoutingEvent,
} from '@vipward/netlink';
import { MemoryLinks } from './links.ts';
import { closed, type ErrnoName, refusal } from './refuse.ts';
import { addRefusal, asListed, deletedBy, goesWith } from './route-rules.ts';
import { MemoryRouting } from './routing.ts';
import { Watchers } from './watchers.ts';

export type RouteWrite = RouteChange;

export interface MemoryRouteOptions {
  /** Beside lo, which is always there with index 1; a name alone is an Ethernet link that is up. */
  readonly links?: readonly (string | (Partial<Link> & Pick<Link, 'name'>))[];
  readonly neighbours?: readonly Neighbour[];
  /** Another reason to refuse; asked before the kernel's own. */
  readonly refuse?: (write: RouteWrite) => ErrnoName | undefined;
}

export interface MemoryRoute extends RouteKernel {
  /** Attempts to add or delete anything since the start or clearWrites(). */
  readonly writes: number;
  readonly written: readonly RouteWrite[];
  clearWrites(): void;
  refuseWhen(refuse?: (write: RouteWrite) => ErrnoName | undefined): void;
  /** The link of that name; throws RangeError when there is none. */
  link(name: string): Link;
  /** Changes a link as an administrator or a cable would. A link that goes down loses its IPv6 addresses, as in the kernel. */
  setLink(name: string, change: Partial<Omit<Link, 'index'>>): void;
  addLink(link: Partial<Link> & Pick<Link, 'name'>): Link;
  /** The link goes, and its addresses with it. */
  removeLink(name: string): void;
  setNeighbours(neighbours: readonly Neighbour[]): void;
  /** Someone else takes a route or a rule away; `by` is what watchers are told. Throws RangeError when it is not there. */
  takeAway(what: { readonly route: IpRoute } | { readonly rule: IpRule }, by: number): void;
  /** Someone else puts `route` where the first one to the same destination is, as `ip route replace` does. Throws RangeError when none is. */
  replaceRoute(route: IpRoute, by: number): void;
  /** Tells every watcher that notifications were lost. */
  overrun(): void;
}

/** A namespace with lo and the given links, without addresses. */
export const createMemoryRoute = (options: MemoryRouteOptions = {}): MemoryRoute => new Namespace(options);

class Namespace implements MemoryRoute {
  readonly #links = new MemoryLinks();
  readonly #watchers = new Watchers<RouteEvent>();
  readonly #routingWatchers = new Watchers<RoutingEvent>();
  readonly #routing: MemoryRouting;
  #addresses: readonly InterfaceAddress[] = [];
  #neighbours: readonly Neighbour[];
  #refuse: ((write: RouteWrite) => ErrnoName | undefined) | undefined;
  #written: RouteWrite[] = [];
  #open = true;

  constructor(options: MemoryRouteOptions) {
    const links = this.#links;
    const addresses = (): readonly InterfaceAddress[] => this.#addresses;
    this.#routing = new MemoryRouting({
      link: (index) => links.get(index),
      get addresses() {
        return addresses();
      },
    });
    this.#neighbours = options.neighbours ?? [];
    this.#refuse = options.refuse;
    this.addLink({ name: 'lo', loopback: true, multicast: false, mac: new Uint8Array(6), mtu: 65_536 });
    for (const link of options.links ?? []) this.addLink(typeof link === 'string' ? { name: link } : link);
  }

  get writes(): number {
    return this.#written.length;
  }

  get written(): readonly RouteWrite[] {
    return this.#written;
  }

  clearWrites(): void {
    this.#written = [];
  }

  refuseWhen(refuse?: (write: RouteWrite) => ErrnoName | undefined): void {
    this.#refuse = refuse;
  }

  async links(): Promise<readonly Link[]> {
    this.#mustBeOpen('list links');
    return this.#links.all;
  }

  async addresses(): Promise<readonly InterfaceAddress[]> {
    this.#mustBeOpen('list addresses');
    return [...this.#addresses].sort((a, b) => a.address.family - b.address.family || a.ifIndex - b.ifIndex);
  }

  async neighbours(): Promise<readonly Neighbour[]> {
    this.#mustBeOpen('list neighbours');
    return this.#neighbours;
  }

  async routes(protocol?: number): Promise<readonly IpRoute[]> {
    this.#mustBeOpen('list routes');
    return this.#routing.routes.filter((route) => protocol === undefined || route.protocol === protocol);
  }

  async rules(): Promise<readonly IpRule[]> {
    this.#mustBeOpen('list rules');
    return this.#routing.rules;
  }

  async addAddress(address: NewAddress): Promise<void> {
    this.#change({ kind: 'add-address', address });
  }

  async deleteAddress(address: NewAddress): Promise<void> {
    this.#change({ kind: 'delete-address', address });
  }

  async apply(changes: readonly RouteChange[]): Promise<readonly RouteRefusal[]> {
    return changes.flatMap((change) => {
      try {
        this.#change(change);
        return [];
      } catch (error) {
        if (error instanceof NetlinkError) return [{ change, error }];
        throw error;
      }
    });
  }

  takeAway(what: { readonly route: IpRoute } | { readonly rule: IpRule }, by: number): void {
    const event = 'route' in what ? this.#routing.deleteRoute(what.route) : this.#routing.deleteRule(what.rule);
    if (typeof event === 'string') throw new RangeError(`not there: ${event}`);
    this.#routingWatchers.tell('by' in event ? { ...event, by } : event);
  }

  replaceRoute(route: IpRoute, by: number): void {
    const event = this.#routing.replaceRoute(route);
    if (typeof event === 'string') throw new RangeError(`not replaced: ${event}`);
    this.#routingWatchers.tell({ ...event, by });
  }

  watchRouting(listener: (event: RoutingEvent) => void, protocol?: number): () => void {
    this.#mustBeOpen('watch');
    const wanted = (event: RoutingEvent): void => {
      const isOther = 'route' in event && event.route.protocol !== protocol;
      if (protocol === undefined || !isOther || event.kind === 'route-replaced') listener(event);
    };
    return this.#routingWatchers.add(wanted);
  }

  watch(listener: (event: RouteEvent) => void): () => void {
    this.#mustBeOpen('watch');
    return this.#watchers.add(listener);
  }

  close(): void {
    this.#open = false;
    this.#watchers.clear();
    this.#routingWatchers.clear();
  }

  link(name: string): Link {
    return this.#links.named(name);
  }

  setLink(name: string, change: Partial<Omit<Link, 'index'>>): void {
    const before = this.link(name);
    const link = this.#links.change(before, change);
    this.#watchers.tell({ kind: 'link', link });
    if (before.up && !link.up) this.#routing.dropLink(link.index);
    if (before.up && !link.up) this.#drop(this.#on(link.index).filter(({ address }) => address.family === 6));
  }

  addLink(given: Partial<Link> & Pick<Link, 'name'>): Link {
    const link = this.#links.add(given);
    this.#watchers.tell({ kind: 'link', link });
    return link;
  }

  removeLink(name: string): void {
    const { index } = this.link(name);
    // What lies upon it goes first.
    for (const { parent, name: upper } of this.#links.all) if (parent === index) this.removeLink(upper);
    this.#routing.dropLink(index);
    this.#drop(this.#on(index));
    this.#links.delete(index);
    this.#watchers.tell({ kind: 'link-removed', index, name });
  }

  setNeighbours(neighbours: readonly Neighbour[]): void {
    this.#neighbours = neighbours;
  }

  overrun(): void {
    this.#watchers.tell({ kind: 'resync' });
    this.#routingWatchers.tell({ kind: 'resync' });
  }

  #on(index: IfIndex): readonly InterfaceAddress[] {
    return this.#addresses.filter(({ ifIndex }) => ifIndex === index);
  }

  #drop(gone: readonly InterfaceAddress[]): void {
    this.#addresses = this.#addresses.filter((address) => !gone.includes(address));
    for (const address of gone) this.#routing.dropAddress(address);
    for (const address of gone) this.#watchers.tell({ kind: 'address-removed', address });
  }

  #change(change: RouteChange): void {
    const operation = describeChange(change);
    this.#mustBeOpen(operation);
    this.#written.push(change);
    const refused = this.#refuse?.(change) ?? this.#perform(change);
    if (refused !== undefined) throw refusal(operation, refused);
  }

  #perform(change: RouteChange): ErrnoName | undefined {
    switch (change.kind) {
      case 'add-address':
        return this.#addAddress(change.address);
      case 'delete-address':
        return this.#deleteAddress(change.address);
      case 'add-route':
        return this.#told(this.#routing.addRoute(change.route, change.place));
      case 'delete-route':
        return this.#told(this.#routing.deleteRoute(change.route));
      case 'add-rule':
        return this.#told(this.#routing.addRule(change.rule));
      case 'delete-rule':
        return this.#told(this.#routing.deleteRule(change.rule));
      case 'add-link':
        return this.#addLink(change.link);
      case 'set-link':
        return this.#setLink(change.link);
      case 'delete-link':
        if (!this.#links.has(change.name)) return 'ENODEV';
        this.removeLink(change.name);
        return undefined;
    }
  }

  #setLink({ name, up, master }: LinkSetting): ErrnoName | undefined {
    if (!this.#links.has(name)) return 'ENODEV';
    if (master !== undefined && master !== 0 && this.#links.get(master) === undefined) return 'ENODEV';
    if (master !== undefined) this.setLink(name, { master });
    if (up !== undefined) this.setLink(name, { up, running: up });
    return undefined;
  }

  #addLink({ mac, name, kind, parent, mode }: NewLink): ErrnoName | undefined {
    if (this.#links.has(name)) return 'EEXIST';
    const under = this.#links.get(parent);
    if (under === undefined) return 'ENODEV';
    const own = kind === 'ipvlan' ? { mac: under.mac } : mac === undefined ? {} : { mac };
    this.addLink({ name, kind, parent, mode, mtu: under.mtu, up: false, running: false, ...own });
    return undefined;
  }

  #told(outcome: ErrnoName | RoutingEvent): ErrnoName | undefined {
    if (typeof outcome === 'string') return outcome;
    this.#routingWatchers.tell(outcome);
    return undefined;
  }

  #addAddress(address: NewAddress): ErrnoName | undefined {
    const link = this.#links.get(address.ifIndex);
    const present = this.#on(address.ifIndex);
    const refused = addRefusal(address, link, present);
    if (refused !== undefined || link === undefined) return refused ?? 'ENODEV';
    const listed = asListed(address, link, present);
    this.#addresses = [...this.#addresses, listed];
    this.#watchers.tell({ kind: 'address', address: listed });
    return undefined;
  }

  #deleteAddress(address: NewAddress): ErrnoName | undefined {
    if (this.#links.get(address.ifIndex) === undefined) return 'ENODEV';
    const present = this.#on(address.ifIndex);
    const deleted = deletedBy(address, present);
    if (deleted === undefined) return 'EADDRNOTAVAIL';
    this.#drop(goesWith(deleted, present));
    return undefined;
  }

  #mustBeOpen(operation: string): void {
    if (!this.#open) throw closed(operation);
  }
}
