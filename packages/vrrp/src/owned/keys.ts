// Under which name a route or rule is kept. Pure.
import type { IpRoute, IpRule, RouteChange } from '@vipward/netlink';
import { routeKey } from './route.ts';
import { ruleKey } from './rule.ts';

/** One of either kind. */
export type Item = { readonly route: IpRoute } | { readonly rule: IpRule };

/** Of a route: where it leads to is part of it, so that two to one network stay apart. */
export const keyOf = (item: Item | RouteChange): string => {
  if ('route' in item) return keyOfRoute(item.route);
  return 'rule' in item ? `rule ${ruleKey(item.rule)}` : 'address';
};

/** What the key of an item has in common with that of its removal: a route is notified as it is listed, which says more. */
export const removalKey = (key: string): string => key.split(' | ')[0] ?? key;

const keyOfRoute = (route: IpRoute): string => {
  const known = routeKeys.get(route);
  if (known !== undefined) return known;
  const hops = route.hops.map(({ via, ifIndex }) => `${via?.bytes.join('.') ?? ''}%${ifIndex ?? ''}`);
  const key = `${routeKey(route)} | ${route.type} ${hops.join(' ')}`;
  routeKeys.set(route, key);
  return key;
};

const routeKeys = new WeakMap<IpRoute, string>();
