// Which notifications of removed routes and rules are the echo of what was asked for here.
import type { RouteChange } from '@vipward/netlink';
import { type Item, keyOf, removalKey } from './keys.ts';

export class OwnRemovals {
  readonly #counts = new Map<string, number>();

  /** Before it is asked for: the notification may come before the answer. */
  expect(item: Item | RouteChange): void {
    this.#count(keyOf(item), 1);
  }

  /** The kernel has refused it. */
  withdraw(item: Item | RouteChange): void {
    this.#count(keyOf(item), -1);
  }

  /** Whether a removal that is notified was expected; it is not any more. */
  take(item: Item): boolean {
    const key = keyOf(item);
    if (!this.#counts.has(removalKey(key))) return false;
    this.#count(key, -1);
    return true;
  }

  /** Everything has been read again. */
  clear(): void {
    this.#counts.clear();
  }

  #count(key: string, change: number): void {
    const short = removalKey(key);
    const count = (this.#counts.get(short) ?? 0) + change;
    if (count > 0) this.#counts.set(short, count);
    else this.#counts.delete(short);
  }
}
