// Routes and rules, desired against actual: the fewest changes, and nothing of others is touched. Pure.
import type { IpRoute, IpRule, RouteChange, RoutePlace } from '@vipward/netlink';
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

export interface Listed {
  readonly routes: Iterable<IpRoute>;
  readonly rules: Iterable<IpRule>;
}

export const NOTHING: Wanted = { routes: [], rules: [] };

/**
 * The changes that take `listed` to `wanted`. Only what `releasable` names is ever taken away, and only while nobody
 * wants it. Rules go before routes, and routes come before rules, so that no rule leads into a table that is half there.
 * Planning again after the changes gives none.
 */
export const planRouting = (listed: Listed, wanted: Wanted, releasable: Wanted = NOTHING): readonly RouteChange[] => {
  const routesThere = byKey(listed.routes, routeKey);
  const rulesThere = new Set([...listed.rules].map(ruleKey));
  const routesWanted = byKey(
    wanted.routes.map(({ route }) => route),
    routeKey,
  );
  const rulesWanted = new Set(wanted.rules.map(ruleKey));
  const find = (among: ReadonlyMap<string, readonly IpRoute[]>, asked: IpRoute): boolean =>
    among.get(routeKey(asked))?.some((other) => isRoute(other, asked)) ?? false;
  const routesAway = uniqueRoutes(releasable.routes.map(({ route }) => route)).filter(
    (route) => find(routesThere, route) && !find(routesWanted, route),
  );
  const rulesAway = uniqueRules(releasable.rules).filter(
    (rule) => rulesThere.has(ruleKey(rule)) && !rulesWanted.has(ruleKey(rule)),
  );
  const places = new Map(wanted.routes.map(({ route, place }) => [route, place]));
  return [
    ...rulesAway.map((rule): RouteChange => ({ kind: 'delete-rule', rule })),
    ...routesAway.map((route): RouteChange => ({ kind: 'delete-route', route })),
    ...uniqueRoutes(wanted.routes.map(({ route }) => route))
      .filter((route) => !find(routesThere, route))
      .map((route): RouteChange => ({ kind: 'add-route', route, place: places.get(route) ?? 'prepend' })),
    ...uniqueRules(wanted.rules)
      .filter((rule) => !rulesThere.has(ruleKey(rule)))
      .map((rule): RouteChange => ({ kind: 'add-rule', rule })),
  ];
};

const byKey = (routes: Iterable<IpRoute>, key: (route: IpRoute) => string): ReadonlyMap<string, readonly IpRoute[]> => {
  const found = new Map<string, IpRoute[]>();
  for (const route of routes) {
    const same = found.get(key(route));
    if (same === undefined) found.set(key(route), [route]);
    else same.push(route);
  }
  return found;
};

const uniqueRoutes = (routes: readonly IpRoute[]): readonly IpRoute[] => {
  const kept = new Map<string, IpRoute[]>();
  return routes.filter((route) => {
    const same = kept.get(routeKey(route)) ?? [];
    if (same.some((other) => isRoute(other, route))) return false;
    kept.set(routeKey(route), [...same, route]);
    return true;
  });
};

const uniqueRules = (rules: readonly IpRule[]): readonly IpRule[] => [
  ...new Map(rules.map((rule) => [ruleKey(rule), rule])).values(),
];
