// The sequence numbers of auth_type AH: one count for what is sent and what is believed, as keepalived has it.

const MAX_SEQUENCE = 0xffff_ffff;

/**
 * A backup follows its master's count, so that it goes on above it as master, and a master that hears a higher count than
 * its own goes on above that. At its end (136 years of one advert a second) it stays there.
 */
export class AhCounter {
  #last = 0;

  /** The last number that was sent or believed; 0 = none. */
  get last(): number {
    return this.#last;
  }

  next(): number {
    this.#last = Math.min(this.#last + 1, MAX_SEQUENCE);
    return this.#last;
  }

  /** An advert was found genuine. `skip`: a lower priority is about to be answered, for which keepalived leaves one out. */
  heard(sequence: number, skip: boolean): void {
    this.#last = Math.min(sequence + (skip ? 1 : 0), MAX_SEQUENCE);
  }

  /** The predecessor of this process had come this far when it was last written down, and may have said a little more. */
  resume(last: number): void {
    this.#last = Math.min(Math.max(this.#last, last + RESUME_MARGIN), MAX_SEQUENCE);
  }
}

/** Adverts that may be sent between two writes of the state file. */
const RESUME_MARGIN = 100;
