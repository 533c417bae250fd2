// Back-off of refused operations: which of a plan are sent now, and when the others are tried again. Pure.
import type { IpvsOperation, OperationFailure } from '@vipward/netlink';
import type { Millis } from '@vipward/sockets';
import { entryId, serviceIdOf } from '../plan/drift.ts';

/** An operation that was refused: how often in a row, when it may be sent again, and why. */
export interface Hold {
  readonly attempts: number;
  readonly until: Millis;
  readonly reason: string;
}

/** By operation. */
export type Holds = ReadonlyMap<string, Hold>;

export interface Selection {
  readonly due: readonly IpvsOperation[];
  /** When the earliest of the others may be sent; undefined when all are due. */
  readonly nextAt?: Millis;
  /** Some wait only for their service, which is tried in `due`: plan again at once when it succeeded. */
  readonly waiting: boolean;
}

/**
 * Picks the operations that may be sent at `now`. The destinations of a service that could not be added wait for it, so
 * that a refused service costs one message per try and not ten thousand.
 */
export const selectDue = (planned: readonly IpvsOperation[], holds: Holds, now: Millis): Selection => {
  if (holds.size === 0) return { due: planned, waiting: false };
  const refused = new Set<string | undefined>();
  for (const operation of planned) {
    if (operation.kind === 'add-service' && holds.has(holdId(operation))) refused.add(serviceIdOf(operation));
  }
  let nextAt: Millis | undefined;
  let waiting = false;
  const due = planned.filter((operation) => {
    if (operation.kind !== 'add-service' && refused.has(serviceIdOf(operation))) {
      waiting = true;
      return false;
    }
    const until = holds.get(holdId(operation))?.until ?? now;
    if (until <= now) return true;
    nextAt = Math.min(nextAt ?? until, until);
    return false;
  });
  return { due, waiting, ...(nextAt === undefined ? {} : { nextAt }) };
};

/** The holds after `sent` came back with `failures`. Holds of operations that are no longer planned are dropped. */
export const holdFailures = (
  holds: Holds,
  planned: readonly IpvsOperation[],
  sent: readonly IpvsOperation[],
  failures: readonly OperationFailure[],
  now: Millis,
): Holds => {
  if (holds.size === 0 && failures.length === 0) return holds;
  const next = new Map<string, Hold>();
  const wanted = new Set(planned.map(holdId));
  for (const [id, hold] of holds) if (wanted.has(id)) next.set(id, hold);
  for (const operation of sent) next.delete(holdId(operation));
  for (const { operation, error } of failures) {
    const id = holdId(operation);
    const attempts = (holds.get(id)?.attempts ?? 0) + 1;
    next.set(id, { attempts, until: now + backOff(attempts), reason: reasonOf(error) });
  }
  return next;
};

/** Failures that say something: not those of a destination whose service was refused in the same batch. */
export const ownFailures = (failures: readonly OperationFailure[]): readonly OperationFailure[] => {
  const refused = new Set<string | undefined>();
  for (const { operation } of failures) if (operation.kind === 'add-service') refused.add(serviceIdOf(operation));
  if (refused.size === 0) return failures;
  return failures.filter(({ operation }) => operation.kind === 'add-service' || !refused.has(serviceIdOf(operation)));
};

/**
 * Milliseconds until the next try: at once after the first failure (the table was read again: it may have been a race with
 * another program), then 1 s, doubling up to 60 s.
 */
export const backOff = (attempts: number): Millis => (attempts <= 1 ? 0 : Math.min(60_000, 1000 * 2 ** (attempts - 2)));

export const holdId = (operation: IpvsOperation): string => `${operation.kind} ${entryId(operation)}`;

/** `ENOENT`, with the kernel's own words when it gave some. */
export const reasonOf = (
  error: Error & { readonly errnoName: string; readonly kernelMessage?: string | undefined },
): string => [error.errnoName || error.message, error.kernelMessage].filter(Boolean).join(': ');
