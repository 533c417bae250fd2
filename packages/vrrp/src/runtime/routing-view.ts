// What the kernel has of routes and rules, as seen from here: watched, and read where what is known may be wrong.
import type { RouteKernel, RoutingEvent } from '@vipward/netlink';
import { RoutingMirror } from '../owned/mirror.ts';
import { OwnRemovals } from '../owned/removals.ts';
import { PROTOCOL } from './claims.ts';

export class RoutingView {
  readonly mirror = new RoutingMirror();
  readonly ownRemovals = new OwnRemovals();
  readonly #kernel: RouteKernel;
  readonly #onEvent: (event: RoutingEvent) => void;
  #stopWatching: (() => void) | undefined;
  #watchesAll = false;
  #stale = true;

  constructor(kernel: RouteKernel, onEvent: (event: RoutingEvent) => void) {
    this.#kernel = kernel;
    this.#onEvent = onEvent;
  }

  /** Something may have changed of which nobody told. */
  doubt(): void {
    this.#stale = true;
  }

  /**
   * Reads what there is of these `protocols`, if that is in doubt: true when it was. Watched before it is read, and only once
   * somebody wants something: a director may have a million routes. Throws NetlinkError, and it stays in doubt.
   */
  async refresh(protocols: readonly number[]): Promise<boolean> {
    const kernel = this.#kernel;
    const all = protocols.some((protocol) => protocol !== PROTOCOL);
    if (this.#stopWatching === undefined || (all && !this.#watchesAll)) {
      this.#stopWatching?.();
      this.#stopWatching = kernel.watchRouting(this.#onEvent, all ? undefined : PROTOCOL);
      this.#watchesAll = all;
      this.#stale = true;
    }
    if (!this.#stale) return false;
    this.#stale = false;
    try {
      const lists = await Promise.all(protocols.map((protocol) => kernel.routes(protocol)));
      this.mirror.replace(lists.flat(), await kernel.rules());
      this.ownRemovals.clear();
      return true;
    } catch (error) {
      this.#stale = true;
      throw error;
    }
  }

  close(): void {
    this.#stopWatching?.();
  }
}
