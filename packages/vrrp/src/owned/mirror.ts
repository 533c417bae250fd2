// What the kernel has of routes and rules, as far as it was read, notified, or written by us.
import type { IpRoute, IpRule } from '@vipward/netlink';
import { isRoute, routeKey } from './route.ts';
import { ruleKey } from './rule.ts';

export class RoutingMirror {
  readonly #routes = new Map<string, readonly IpRoute[]>();
  readonly #rules = new Map<string, IpRule>();

  replace(routes: readonly IpRoute[], rules: readonly IpRule[]): void {
    this.#routes.clear();
    this.#rules.clear();
    for (const route of routes) this.addRoute(route);
    for (const rule of rules) this.addRule(rule);
  }

  hasRoute(asked: IpRoute): boolean {
    return this.#under(asked).some((other) => isRoute(other, asked));
  }

  /** Whether there is anything that would compete with it. */
  hasRival(route: IpRoute): boolean {
    return this.#under(route).length > 0;
  }

  hasRule(rule: IpRule): boolean {
    return this.#rules.has(ruleKey(rule));
  }

  /** In the form that was asked for, or as it is listed, which says more: one and the same. */
  addRoute(route: IpRoute): void {
    this.#routes.set(routeKey(route), [...this.#others(route), route]);
  }

  addRule(rule: IpRule): void {
    this.#rules.set(ruleKey(rule), rule);
  }

  /** Whether it was there. */
  removeRoute(route: IpRoute): boolean {
    const before = this.#under(route);
    const others = this.#others(route);
    if (others.length > 0) this.#routes.set(routeKey(route), others);
    else this.#routes.delete(routeKey(route));
    return others.length < before.length;
  }

  removeRule(rule: IpRule): boolean {
    return this.#rules.delete(ruleKey(rule));
  }

  #under(route: IpRoute): readonly IpRoute[] {
    return this.#routes.get(routeKey(route)) ?? [];
  }

  #others(route: IpRoute): readonly IpRoute[] {
    return this.#under(route).filter((other) => !isRoute(route, other) && !isRoute(other, route));
  }
}
