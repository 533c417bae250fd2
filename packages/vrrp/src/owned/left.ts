// What was ours and is not claimed by the same owner any more: taken away unless somebody else claims it.
import type { IpRoute, IpRule } from '@vipward/netlink';
import { type Item, keyOf } from './keys.ts';
import { NOTHING, type Wanted } from './plan.ts';

export class Left {
  readonly #items = new Map<string, Item>();

  add(left: { readonly routes: readonly IpRoute[]; readonly rules: readonly IpRule[] }): void {
    for (const route of left.routes) this.#items.set(keyOf({ route }), { route });
    for (const rule of left.rules) this.#items.set(keyOf({ rule }), { rule });
  }

  /** NOTHING itself when there is nothing. */
  get all(): Wanted {
    const left = [...this.#items.values()];
    if (left.length === 0) return NOTHING;
    return {
      routes: left.flatMap((item) => ('route' in item ? [{ route: item.route, place: 'prepend' }] : [])),
      rules: left.flatMap((item) => ('rule' in item ? [item.rule] : [])),
    };
  }

  /** What somebody claims, or is not there, is nobody's leftover. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of this.#items.keys()) if (!keys.has(key)) this.#items.delete(key);
  }

  delete(key: string): void {
    this.#items.delete(key);
  }

  clear(): void {
    this.#items.clear();
  }
}
