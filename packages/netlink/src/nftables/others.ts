// What others do to our tables: which they have touched, who it was, and when to look at it.
import type { Cancel, Clock } from '@vipward/sockets';
import type { NftTransaction, WatchNft } from './watch.ts';

export interface OthersParts {
  /** Without it nobody notices. */
  readonly watch?: WatchNft | undefined;
  readonly clock: Clock;
  readonly log: { warning(text: string): void };
  readonly code: string;
  readonly isOwn: (pid: number) => boolean;
  /** Our tables that are there, as `ip NAME` and `ip6 NAME`. */
  readonly ours: () => readonly string[];
  /** Some have been touched: take() says which. */
  readonly onTouched: () => void;
}

/** ms between two looks: the first is at once, then twice as long each time while it goes on. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 30_000;
/** ms without a look after which the next one is at once again. */
const CALM = 60_000;

export class Others {
  readonly #parts: OthersParts;
  /** Our tables that others have touched, and who was the last. */
  readonly #touched = new Map<string, string>();
  #unwatch: (() => void) | undefined;
  #cancelLook: Cancel | undefined;
  #wait = 0;
  #lastLook = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(parts: OthersParts) {
    this.#parts = parts;
  }

  /** Watches while there are tables of ours. */
  follow(): void {
    const { watch, log, code, ours } = this.#parts;
    if (this.#closed || ours().length === 0) {
      this.#unwatch?.();
      this.#unwatch = undefined;
      return;
    }
    if (watch === undefined || this.#unwatch !== undefined) return;
    try {
      this.#unwatch = watch((transaction) => this.#hear(transaction));
    } catch (error) {
      this.#unwatch = () => undefined;
      log.warning(`${code} changes that others make to nftables are not noticed: ${String(error)}`);
    }
  }

  /** The tables to look at, and who touched them last. */
  take(): readonly (readonly [table: string, who: string])[] {
    if (this.#touched.size === 0) return [];
    const touched = [...this.#touched];
    this.#touched.clear();
    this.#lastLook = this.#parts.clock.now();
    this.#wait = Math.min(LONGEST_WAIT, Math.max(FIRST_WAIT, this.#wait * 2));
    return touched;
  }

  close(): void {
    this.#closed = true;
    this.#unwatch?.();
    this.#cancelLook?.();
  }

  #hear({ tables, process: id, name }: NftTransaction): void {
    const { clock, isOwn, ours, onTouched } = this.#parts;
    if (this.#closed || isOwn(id)) return;
    const who = id === 0 ? 'someone' : `${name} (process ${id})`;
    for (const table of ours()) if (tables === undefined || tables.has(table)) this.#touched.set(table, who);
    if (this.#touched.size === 0 || this.#cancelLook !== undefined) return;
    if (clock.now() - this.#lastLook > CALM) this.#wait = 0;
    this.#cancelLook = clock.at(clock.now() + this.#wait, () => {
      this.#cancelLook = undefined;
      onTouched();
    });
  }
}
