// Writes changes of routes and rules, and takes down in the mirror what has become of each.
import { describeChange, type NetlinkError, type RouteChange, type RouteKernel } from '@vipward/netlink';
import { keyOf } from '../owned/keys.ts';
import type { Left } from '../owned/left.ts';
import type { RoutingMirror } from '../owned/mirror.ts';
import type { OwnRemovals } from '../owned/removals.ts';
import type { VrrpLog } from './log.ts';

export interface RouteWritesParts {
  readonly kernel: RouteKernel;
  readonly log: VrrpLog;
  readonly mirror: RoutingMirror;
  readonly left: Left;
  readonly ownRemovals: OwnRemovals;
  /** What is tried again and again is said now and then. */
  readonly sayLimited: (text: string) => void;
}

/** `unknown`: the kernel did not answer, so lists are to be read again; `refused`: something must be tried again. */
export type Written = 'done' | 'refused' | 'unknown';

/** errno 17: there already. */
const EEXIST = 17;
/** Gone already (ESRCH, ENOENT), or with its interface (ENODEV, EADDRNOTAVAIL). */
const GONE = new Set([3, 2, 19, 99]);
/** The interface is down, or no address leads to the gateway (ENETDOWN, ENETUNREACH). */
const WAITS = new Set([100, 101]);

export class RouteWrites {
  readonly #parts: RouteWritesParts;

  constructor(parts: RouteWritesParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async write(changes: readonly RouteChange[]): Promise<Written> {
    const { kernel, ownRemovals, sayLimited } = this.#parts;
    for (const change of changes) if (change.kind.startsWith('delete')) ownRemovals.expect(change);
    try {
      const refusals = await kernel.apply(changes);
      const refused = new Map(refusals.map(({ change, error }) => [change, error]));
      const settled = changes.map((change) => this.#settle(change, refused.get(change)));
      return settled.includes(false) ? 'refused' : 'done';
    } catch (error) {
      sayLimited(`writing routes and rules: ${error instanceof Error ? error.message : String(error)}, trying again`);
      return 'unknown';
    }
  }

  /** Whether nothing remains to be done. */
  #settle(change: RouteChange, error: NetlinkError | undefined): boolean {
    const { mirror, left, ownRemovals, log, sayLimited } = this.#parts;
    switch (change.kind) {
      case 'add-route':
      case 'add-rule':
        if (error !== undefined && error.errno !== EEXIST) {
          if (WAITS.has(error.errno)) log.detail(`${error.message}, waiting`);
          else sayLimited(`${error.message}, trying again`);
          return false;
        }
        if (error !== undefined) log.info(`${describeChange(change).slice(4)} is there already, adopted`);
        if (change.kind === 'add-route') mirror.addRoute(change.route);
        else mirror.addRule(change.rule);
        return true;
      case 'delete-route':
      case 'delete-rule':
        if (error !== undefined) ownRemovals.withdraw(change);
        if (error !== undefined && !GONE.has(error.errno)) {
          sayLimited(`${error.message}, trying again`);
          return false;
        }
        left.delete(keyOf(change));
        if (change.kind === 'delete-route') mirror.removeRoute(change.route);
        else mirror.removeRule(change.rule);
        return true;
      case 'add-address':
      case 'delete-address':
      case 'add-link':
      case 'set-link':
      case 'delete-link':
        return true;
    }
  }
}
