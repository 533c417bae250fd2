// Routes and rules, desired against actual: the fewest changes, and nothing of others is touched. Pure.
import type { IpRoute, IpRule, RouteChange, RoutePlace } from '@vipward/netlink';
import { RoutingMirror } from './mirror.ts';
import { isRoute, routeKey } from './route.ts';
import { ruleKey } from './rule.ts';

export interface WantedRoute {
  readonly route: IpRoute;
  readonly place: RoutePlace;
}

/** What somebody wants to be there. */
export interface Wanted {
  readonly routes: readonly WantedRoute[];
  readonly rules: readonly IpRule[];
}

/** Whether there is something of that kind. RoutingMirror is one. */
export interface Lookup {
  hasRoute(asked: IpRoute): boolean;
  hasRule(asked: IpRule): boolean;
}

export const NOTHING: Wanted = { routes: [], rules: [] };

/**
 * The changes that take what is `listed` to what is `wanted`. Only what `releasable` names is ever taken away, and only
 * while nobody `keeps` it. Rules go before routes, and routes come before rules, so that no rule leads into a table that is
 * half there. Planning again after the changes gives none. Costs what `wanted` and `releasable` are long, not what is
 * listed.
 */
export const planRouting = (
  listed: Lookup,
  wanted: Wanted,
  releasable: Wanted = NOTHING,
  keeps: Lookup = lookupOf(wanted),
): readonly RouteChange[] => {
  const rulesAway = uniqueRules(releasable.rules).filter((rule) => listed.hasRule(rule) && !keeps.hasRule(rule));
  const routesAway = uniqueRoutes(releasable.routes).filter(
    ({ route }) => listed.hasRoute(route) && !keeps.hasRoute(route),
  );
  return [
    ...rulesAway.map((rule): RouteChange => ({ kind: 'delete-rule', rule })),
    ...routesAway.map(({ route }): RouteChange => ({ kind: 'delete-route', route })),
    ...uniqueRoutes(wanted.routes)
      .filter(({ route }) => !listed.hasRoute(route))
      .map(({ route, place }): RouteChange => ({ kind: 'add-route', route, place })),
    ...uniqueRules(wanted.rules)
      .filter((rule) => !listed.hasRule(rule))
      .map((rule): RouteChange => ({ kind: 'add-rule', rule })),
  ];
};

/** What is wanted, to look things up in. */
export const lookupOf = ({ routes, rules }: Wanted): Lookup => {
  const mirror = new RoutingMirror();
  mirror.replace(
    routes.map(({ route }) => route),
    rules,
  );
  return mirror;
};

const uniqueRoutes = (routes: readonly WantedRoute[]): readonly WantedRoute[] => {
  const kept = new Map<string, IpRoute[]>();
  return routes.filter(({ route }) => {
    const same = kept.get(routeKey(route));
    if (same?.some((other) => isRoute(other, route))) return false;
    if (same === undefined) kept.set(routeKey(route), [route]);
    else same.push(route);
    return true;
  });
};

const uniqueRules = (rules: readonly IpRule[]): readonly IpRule[] => [
  ...new Map(rules.map((rule) => [ruleKey(rule), rule])).values(),
];
