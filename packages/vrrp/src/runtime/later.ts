// One timer for each name: a later call moves it.
import type { Cancel, Clock, Millis } from '@vipward/sockets';

export class Later {
  readonly #clock: Clock;
  readonly #timers = new Map<string, Cancel>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `delay` ms from now. */
  in(delay: Millis, name: string, fire: () => void): void {
    this.at(this.#clock.now() + delay, name, fire);
  }

  /** `time`: of the clock. */
  at(time: Millis, name: string, fire: () => void): void {
    this.#timers.get(name)?.();
    const due = (): void => {
      this.#timers.delete(name);
      fire();
    };
    this.#timers.set(name, this.#clock.at(time, due));
  }

  cancel(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }
}
