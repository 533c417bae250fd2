// Who wants which routes and rules, and what that means on the links that are there now.
import type { Route, Rule } from '@vipward/config';
import { describeRoute, describeRule, type IpRoute } from '@vipward/netlink';
import { type Item, keyOf } from '../owned/keys.ts';
import type { Wanted } from '../owned/plan.ts';
import { isRoute, routeKey, toKernelRoute } from '../owned/route.ts';
import { ruleKey, toKernelRule } from '../owned/rule.ts';
import type { Host } from './host.ts';

/** Routes and rules of one owner; `rules` with the priorities that prioritiesOf() gave. */
export interface Possessions {
  readonly routes: readonly Route[];
  readonly rules: readonly (readonly [Rule, number])[];
}

/** Something of an owner that is there no more. */
export interface Loss {
  readonly owner: string;
  readonly key: string;
  readonly what: string;
  readonly noTrack: boolean;
}

/** rtnetlink's number of keepalived, which `ip route` shows as `keepalived`. */
export const PROTOCOL = 18;

export class Claims {
  readonly #host: Host;
  readonly #claims = new Map<string, Possessions>();
  #placed = new WeakMap<Possessions, Wanted>();

  constructor(host: Host) {
    this.#host = host;
  }

  get size(): number {
    return this.#claims.size;
  }

  get owners(): Iterable<string> {
    return this.#claims.keys();
  }

  get(owner: string): Possessions | undefined {
    return this.#claims.get(owner);
  }

  set(owner: string, wanted: Possessions): void {
    this.#claims.set(owner, wanted);
  }

  delete(owner: string): void {
    this.#claims.delete(owner);
  }

  clear(): void {
    this.#claims.clear();
  }

  /** Links or their addresses have changed: what claims mean may be something else now. */
  placeAgain(): void {
    this.#placed = new WeakMap();
  }

  /** As the kernel takes it; a route whose link is missing is left out. */
  place(possessions: Possessions): Wanted {
    const known = this.#placed.get(possessions);
    if (known !== undefined) return known;
    const placed = this.#placeAnew(possessions);
    this.#placed.set(possessions, placed);
    return placed;
  }

  /** Of some owners; a key that is not wanted is left out. */
  wantedBy(owners: Iterable<string>, isWanted: (key: string) => boolean = () => true): Wanted {
    const placed = [...owners].flatMap((owner) => this.#claims.get(owner) ?? []).map((one) => this.place(one));
    return {
      routes: placed.flatMap(({ routes }) => routes.filter(({ route }) => isWanted(keyOf({ route })))),
      rules: placed.flatMap(({ rules }) => rules.filter((rule) => isWanted(keyOf({ rule })))),
    };
  }

  /** The protocol numbers of all routes, ours always among them. */
  get protocols(): readonly number[] {
    const written = [...this.#claims.values()].flatMap(({ routes }) => routes.map(({ protocol }) => protocol));
    return [...new Set([PROTOCOL, ...written])];
  }

  /** Whether a change of that link may take routes away. A gateway without interface may lie behind any, a source address on any. */
  dependsOn(link: string): boolean {
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

  /** Whose it was, if anybody's. */
  ownerOf(event: Item): Loss | undefined {
    for (const [owner, { routes, rules }] of this.#claims) {
      if ('route' in event) {
        for (const line of routes) {
          const [placed] = this.place({ routes: [line], rules: [] }).routes;
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

  /** What competes with `route` and is something else, as far as it `isThere`. */
  rivalOf(route: IpRoute, isThere: (rival: IpRoute) => boolean): Loss | undefined {
    for (const { routes } of this.#claims.values())
      for (const line of routes) {
        const [placed] = this.place({ routes: [line], rules: [] }).routes;
        if (placed === undefined || routeKey(placed.route) !== routeKey(route)) continue;
        if (!isRoute(route, placed.route) && isThere(placed.route)) return this.ownerOf(placed);
      }
    return undefined;
  }

  #placeAnew({ routes, rules }: Possessions): Wanted {
    return {
      routes: routes.flatMap((line) => {
        const route = toKernelRoute(line, (name) => this.#host.link(name));
        return route === undefined ? [] : [{ route, place: line.mode }];
      }),
      rules: rules.map(([rule, priority]) => toKernelRule(rule, priority)),
    };
  }
}
