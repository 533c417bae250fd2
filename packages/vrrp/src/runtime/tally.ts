// What one instance counts beside refused adverts: as keepalived shows it on SIGUSR2.
import type { Millis } from '@vipward/sockets';
import type { Role } from '../machine/model.ts';

export interface Tally {
  readonly sent: number;
  readonly received: number;
  readonly becameMaster: number;
  readonly releasedMaster: number;
  readonly priorityZeroSent: number;
  readonly priorityZeroReceived: number;
}

const zero: Tally = {
  sent: 0,
  received: 0,
  becameMaster: 0,
  releasedMaster: 0,
  priorityZeroSent: 0,
  priorityZeroReceived: 0,
};

export class Tallies {
  #counts = zero;
  /** ms since 1970; undefined until the role has changed once. */
  lastTransition: Millis | undefined;

  get counts(): Tally {
    return this.#counts;
  }

  sent(priority: number): void {
    const { sent, priorityZeroSent } = this.#counts;
    const zeroes = priorityZeroSent + (priority === 0 ? 1 : 0);
    this.#counts = { ...this.#counts, sent: sent + 1, priorityZeroSent: zeroes };
  }

  received(priority: number): void {
    const { received, priorityZeroReceived } = this.#counts;
    const zeroes = priorityZeroReceived + (priority === 0 ? 1 : 0);
    this.#counts = { ...this.#counts, received: received + 1, priorityZeroReceived: zeroes };
  }

  changed(from: Role, to: Role, now: Millis): void {
    this.lastTransition = now;
    const { becameMaster, releasedMaster } = this.#counts;
    if (to === 'master') this.#counts = { ...this.#counts, becameMaster: becameMaster + 1 };
    if (from === 'master') this.#counts = { ...this.#counts, releasedMaster: releasedMaster + 1 };
  }

  /** SIGRTMAX-1: from zero again; when the role changed last is no count. */
  clear(): void {
    this.#counts = zero;
  }
}
