// How late checks began after they were due: the director's own fault, told apart from how long servers took to answer.
import type { Clock, Millis } from '@vipward/sockets';

export interface Lateness {
  /** A check began so long after it was due. */
  add(late: Millis): void;
  /** One that had begun waited so long for a place in the middle. */
  waited(time: Millis): void;
  /** One had its answer after so long. */
  took(time: Millis): void;
  read(): LatenessReport;
}

export interface LatenessReport {
  /** Checks begun since the start. */
  readonly checks: number;
  readonly mean: Millis;
  readonly max: Millis;
  /** How long servers took to answer, the failed ones included. */
  readonly answers: { readonly count: number; readonly mean: Millis; readonly max: Millis };
}

/** Later than this is worth a line: a check is then not where its delay_loop says. */
const worthSaying: Millis = 100;
/** One line in this time, for all that were late. */
const sayEvery: Millis = 60_000;

/** `say` gets a line when checks are late, the first at once. */
export const createLateness = (clock: Pick<Clock, 'now'>, say: (text: string) => void): Lateness => {
  const begun = createMean();
  const answered = createMean();
  let quietUntil = Number.NEGATIVE_INFINITY;
  let unsaid = { count: 0, max: 0 };
  const consider = (late: Millis): void => {
    if (late < worthSaying) return;
    unsaid = { count: unsaid.count + 1, max: Math.max(unsaid.max, late) };
    const now = clock.now();
    if (now < quietUntil) return;
    const { count, max } = unsaid;
    unsaid = { count: 0, max: 0 };
    quietUntil = now + sayEvery;
    const how = `${count} ${count === 1 ? 'check' : 'checks'} began up to ${Math.round(max)} ms late`;
    say(`${how}: this director is busy, which says nothing of the servers`);
  };
  return {
    add(late) {
      begun.add(late);
      consider(late);
    },
    waited(time) {
      if (time === 0) return;
      begun.more(time);
      consider(time);
    },
    took: answered.add,
    read() {
      const { count, mean, max } = begun.read();
      return { checks: count, mean, max, answers: answered.read() };
    },
  };
};

const createMean = () => {
  let count = 0;
  let sum = 0;
  let max = 0;
  return {
    add(value: Millis): void {
      count += 1;
      sum += value;
      max = Math.max(max, value);
    },
    /** Of one that is counted already. */
    more(value: Millis): void {
      sum += value;
      max = Math.max(max, value);
    },
    read: () => ({ count, mean: count === 0 ? 0 : sum / count, max }),
  };
};
