// interface_up_down_delays: a link must have been up, or down, for a while before it is believed.
import type { Cancel, Clock, Millis } from '@vipward/sockets';

/** One line of interface_up_down_delays. */
export interface LinkDelay {
  readonly name: string;
  readonly down: Millis;
  readonly up: Millis;
}

interface Watched {
  /** What everybody is told. */
  believed: boolean;
  cancel: Cancel | undefined;
}

export class LinkDelays {
  #delays: ReadonlyMap<string, LinkDelay> = new Map();
  readonly #watched = new Map<string, Watched>();
  readonly #clock: Clock;
  readonly #onSettled: (name: string) => void;

  /** `onSettled`: a link is believed to be otherwise than before. */
  constructor(clock: Clock, onSettled: (name: string) => void) {
    this.#clock = clock;
    this.#onSettled = onSettled;
  }

  /** What is being waited for goes on being waited for, as long as before. */
  set(delays: readonly LinkDelay[]): void {
    this.#delays = new Map(delays.map((delay) => [delay.name, delay]));
  }

  /**
   * What to believe of a link that is `up` now. The first sight of a link is believed at once. A macvlan loses its carrier with its
   * `parent`, whose delays it has where it has none of its own.
   */
  believe(name: string, up: boolean, parent?: string): boolean {
    const delay = this.#delays.get(name) ?? (parent === undefined ? undefined : this.#delays.get(parent));
    const watched = this.#watched.get(name);
    const time = (up ? delay?.up : delay?.down) ?? 0;
    if (watched === undefined || watched.believed === up || time === 0) {
      watched?.cancel?.();
      this.#watched.set(name, { believed: up, cancel: undefined });
      return up;
    }
    watched.cancel ??= this.#clock.at(this.#clock.now() + time, () => {
      this.#watched.set(name, { believed: up, cancel: undefined });
      this.#onSettled(name);
    });
    return watched.believed;
  }

  close(): void {
    for (const { cancel } of this.#watched.values()) cancel?.();
    this.#watched.clear();
  }
}
