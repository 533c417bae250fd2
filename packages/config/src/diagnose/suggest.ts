// Did you mean: the known word that is nearest to an unknown one.

/** The nearest of `names`, if it is near enough to be what was meant: one mistake in three letters, and at most three. */
export const suggest = (word: string, names: Iterable<string>): string | undefined => {
  const known = [...names];
  const lower = word.toLowerCase();
  const limit = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  let best: string | undefined;
  let distance = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= distance) continue;
    const found = editDistance(lower, candidate.toLowerCase(), distance - 1);
    if (found < distance) {
      best = candidate;
      distance = found;
    }
  }
  return best ?? longer(word, known);
};

/** A hint for a name that nothing has: the nearest of `names`, or `otherwise`. Looks only when it is called. */
export const nearHint =
  (word: string, names: Iterable<string>, otherwise: string): (() => string) =>
  () => {
    const near = suggest(word, names);
    return near === undefined ? otherwise : `did you mean ${near}?`;
  };

const LEAST_PREFIX = 8;

// What goes on where a known word ends, or stops before it does: garp_master_refresh_delay.
const longer = (word: string, known: readonly string[]): string | undefined => {
  let best: string | undefined;
  for (const candidate of known) {
    const [short, long] = candidate.length < word.length ? [candidate, word] : [word, candidate];
    if (short.length < LEAST_PREFIX || !long.startsWith(`${short}_`)) continue;
    if (best === undefined || Math.abs(best.length - word.length) > Math.abs(candidate.length - word.length))
      best = candidate;
  }
  return best;
};

/** Insertions, deletions, exchanges and swaps of neighbours that make one word the other; beyond `limit`, Infinity. */
export const editDistance = (a: string, b: string, limit = Number.POSITIVE_INFINITY): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    // A swap goes back two rows, but for one more at the least.
    if (least > limit && Math.min(...last) >= limit) return Number.POSITIVE_INFINITY;
    beforeLast = last;
    last = row;
  }
  const distance = at(last, b.length);
  return distance > limit ? Number.POSITIVE_INFINITY : distance;
};

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;
