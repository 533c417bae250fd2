// Routes and rules of the memory kernel: added, found and refused as fib_semantics.c and fib_rules.c do it.
import { type IpAddress, ipKey } from '@vipward/config/address';
import {
  encodeRouteBytes,
  encodeRuleBytes,
  type IfIndex,
  type InterfaceAddress,
  type IpRoute,
  type IpRule,
  type Link,
  type RoutePlace,
  type RoutingEvent,
} from '@vipward/netlink';
import type { ErrnoName } from './refuse.ts';

export interface RoutingWorld {
  link(index: IfIndex): Link | undefined;
  readonly addresses: readonly InterfaceAddress[];
}

export class MemoryRouting {
  routes: readonly IpRoute[] = [];
  rules: readonly IpRule[] = [];
  readonly #world: RoutingWorld;

  constructor(world: RoutingWorld) {
    this.#world = world;
  }

  addRoute(asked: IpRoute, place: RoutePlace): ErrnoName | RoutingEvent {
    const route = this.#completed(asked);
    if (typeof route === 'string') return route;
    const same = this.routes.filter((other) => routeKey(other) === routeKey(route));
    if (same.some((other) => equal(other, route)) || (place === 'add' && same.length > 0)) return 'EEXIST';
    this.routes = place === 'append' ? [...this.routes, route] : [route, ...this.routes];
    return { kind: 'route', route };
  }

  deleteRoute(asked: IpRoute): ErrnoName | RoutingEvent {
    const completed = this.#completed(asked);
    const route = typeof completed === 'string' ? asked : completed;
    const found = this.routes.find((other) => equal(other, route));
    if (found === undefined) return 'ESRCH';
    this.routes = this.routes.filter((other) => other !== found);
    return { kind: 'route-removed', route: found, by: 0 };
  }

  replaceRoute(asked: IpRoute): ErrnoName | Extract<RoutingEvent, { readonly kind: 'route-replaced' }> {
    const route = this.#completed(asked);
    if (typeof route === 'string') return route;
    const replaced = this.routes.find((other) => routeKey(other) === routeKey(route));
    if (replaced === undefined) return 'ENOENT';
    this.routes = this.routes.map((other) => (other === replaced ? route : other));
    return { kind: 'route-replaced', route, by: 0 };
  }

  addRule(rule: IpRule): ErrnoName | RoutingEvent {
    if (this.rules.some((other) => sameRule(other, rule))) return 'EEXIST';
    this.rules = [...this.rules, rule].sort((a, b) => a.family - b.family || a.priority - b.priority);
    return { kind: 'rule', rule };
  }

  deleteRule(rule: IpRule): ErrnoName | RoutingEvent {
    const found = this.rules.find((other) => sameRule(other, rule));
    if (found === undefined) return 'ENOENT';
    this.rules = this.rules.filter((other) => other !== found);
    return { kind: 'rule-removed', rule: found, by: 0 };
  }

  /** What goes with a link that is down or gone. The kernel tells of none of them. */
  dropLink(index: IfIndex): void {
    this.routes = this.routes.filter(({ hops }) => !hops.some(({ ifIndex }) => ifIndex === index));
  }

  /** What goes with an address: routes that prefer it as their source, silently. */
  dropAddress({ address }: InterfaceAddress): void {
    this.routes = this.routes.filter(({ source }) => !source || ipKey(source) !== ipKey(address));
  }

  // A gateway decides the interface when none is given, and must be reachable.
  #completed(route: IpRoute): IpRoute | ErrnoName {
    const { source } = route;
    if (source && !this.#world.addresses.some(({ address }) => ipKey(address) === ipKey(source))) return 'EINVAL';
    const hops = route.hops.map((hop) => {
      const ifIndex = hop.ifIndex ?? (hop.via && this.#towards(hop.via));
      return ifIndex === undefined ? hop : { ...hop, ifIndex };
    });
    for (const { ifIndex } of hops) {
      if (ifIndex === undefined) return 'ENETUNREACH';
      const link = this.#world.link(ifIndex);
      if (link === undefined) return 'ENODEV';
      if (!link.up) return 'ENETDOWN';
    }
    const priority = route.family === 6 ? { priority: route.priority || IP6_RT_PRIO_USER } : {};
    const preference = route.family === 6 ? { preference: route.preference ?? 0 } : {};
    return { ...route, hops, ...priority, ...preference };
  }

  #towards(via: IpAddress): IfIndex | undefined {
    return this.#world.addresses.find(({ address, prefixLength }) => inNetwork(via, address, prefixLength))?.ifIndex;
  }
}

const IP6_RT_PRIO_USER = 1024;

const equal = (a: IpRoute, b: IpRoute): boolean =>
  Buffer.from(encodeRouteBytes(a)).equals(Buffer.from(encodeRouteBytes(b)));
const sameRule = (a: IpRule, b: IpRule): boolean =>
  Buffer.from(encodeRuleBytes(a)).equals(Buffer.from(encodeRuleBytes(b)));

const routeKey = ({ destination, from, table, tos, priority }: IpRoute): string =>
  `${ipKey(destination.address)}/${destination.prefixLength} ${from ? `${ipKey(from.address)}/${from.prefixLength}` : ''} ${table} ${tos} ${priority ?? 0}`;

const inNetwork = (a: IpAddress, b: IpAddress, prefixLength: number): boolean =>
  a.family === b.family &&
  a.bytes.every((byte, i) => {
    const mask = (0xff00 >> Math.min(8, Math.max(0, prefixLength - 8 * i))) & 0xff;
    return (byte & mask) === ((b.bytes[i] ?? 0) & mask);
  });
