// How long checks waited for a place after they were due: apart from how long servers took to answer.
import type { Millis } from '@vipward/sockets';

export interface Lateness {
  add(late: Millis): void;
  read(): LatenessReport;
}

export interface LatenessReport {
  /** Checks begun since the start. */
  readonly checks: number;
  readonly mean: Millis;
  readonly max: Millis;
}

export const createLateness = (): Lateness => {
  let checks = 0;
  let sum = 0;
  let max = 0;
  return {
    add(late) {
      checks += 1;
      sum += late;
      max = Math.max(max, late);
    },
    read: () => ({ checks, mean: checks === 0 ? 0 : sum / checks, max }),
  };
};
