// Routes and rules that somebody else took away: who did it, and when they are put back, if ever.
import type { Clock } from '@vipward/sockets';
import { BackOff } from '../owned/backoff.ts';
import { keyOf } from '../owned/keys.ts';
import type { Wanted } from '../owned/plan.ts';
import type { Loss } from './claims.ts';
import { culprit, type ProcessName } from './culprit.ts';
import { Later } from './later.ts';
import type { VrrpLog } from './log.ts';

export interface LossesParts {
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly processName: ProcessName;
  /** It is time: what is not held is written. */
  putBack(): void;
}

export class Losses {
  readonly #parts: LossesParts;
  readonly #backOff = new BackOff();
  /** Put back later, or never (no_track): keys. */
  readonly #held = new Set<string>();
  readonly #later: Later;

  constructor(parts: LossesParts) {
    this.#parts = parts;
    this.#later = new Later(parts.clock);
  }

  isHeld(key: string): boolean {
    return this.#held.has(key);
  }

  /** A new mastership: what was away may be there again. */
  forget({ routes, rules }: Wanted): void {
    for (const { route } of routes) this.#held.delete(keyOf({ route }));
    for (const rule of rules) this.#held.delete(keyOf({ rule }));
  }

  /**
   * `by`: netlink port number; `protocol`: of the route that took its place, in words. keepalived gives up mastership for a
   * moment here; putting it back interrupts nobody.
   */
  lost({ owner, key, what, noTrack }: Loss, by: number, protocol?: string): void {
    const { clock, log, processName, putBack } = this.#parts;
    const who = by === 0 ? 'the kernel, or route(8)' : culprit(by, processName);
    const happened = protocol === undefined ? `was removed by ${who}` : `was replaced by ${who}, protocol ${protocol}`;
    if (noTrack && by !== 0) {
      this.#held.add(key);
      log.info(`(${owner}) ${what} ${happened}, and is not tracked`);
      return;
    }
    const delay = this.#backOff.delay(key, clock.now());
    const when = delay === 0 ? 'putting it back' : `putting it back in ${delay / 1000} s`;
    log.warning(`(${owner}) ${what} ${happened}, ${when}`);
    if (delay === 0) {
      putBack();
      return;
    }
    this.#held.add(key);
    this.#later.in(delay, key, () => {
      this.#held.delete(key);
      putBack();
    });
  }

  close(): void {
    this.#later.close();
  }
}
