// How soon something is put back that someone else keeps taking away: at once, and then ever later. Pure.
import type { Millis } from '@vipward/config';

const FIRST_DELAY: Millis = 1000;
const LONGEST_DELAY: Millis = 30_000;
/** After this long in peace the next loss counts as the first. */
const PEACE: Millis = 60_000;

interface Losses {
  readonly count: number;
  readonly at: Millis;
}

export class BackOff {
  readonly #losses = new Map<string, Losses>();

  /** 0 for the first loss of `key`, then 1 s, doubled up to 30 s, until it stays for a minute. */
  delay(key: string, now: Millis): Millis {
    const before = this.#losses.get(key);
    const count = before !== undefined && now - before.at < PEACE ? before.count + 1 : 0;
    this.#losses.set(key, { count, at: now });
    return count === 0 ? 0 : Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(count - 1, 10));
  }

  forget(key: string): void {
    this.#losses.delete(key);
  }
}
