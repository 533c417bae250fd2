// Listings of IPVS that can be relied on: a long one is read until two in a row agree.
import { changedEveryTime, maxDumps } from '../transport/request.ts';
import { isSameDestination, isSameService } from './key.ts';
import type { DestinationKey, ServiceKey } from './model.ts';

/** What came of one dump. */
export interface Reading<T> {
  readonly value: T;
  /** How many datagrams of entries it took. */
  readonly datagrams: number;
  /** The kernel says that the table changed meanwhile. */
  readonly interrupted: boolean;
}

/**
 * IPVS holds its lock for one datagram and goes on by position in the next, and never says that the table changed in between:
 * what is deleted then hides an entry that is still there, and what is added, at the front, makes one come twice. So a reading
 * of several datagrams counts once the next has the same keys in the same order. Rejects with NETLINK_INTERRUPTED, and as
 * `read` does. Of two readings that agree the later one is the result.
 */
export const readSteadily = async <T>(
  operation: () => string,
  read: () => Promise<Reading<T>>,
  agree: (one: T, other: T) => boolean,
): Promise<T> => {
  let before: Reading<T> | undefined;
  for (let attempt = 0; attempt < maxDumps; attempt++) {
    const now = await read();
    const whole = !now.interrupted && (now.datagrams < 2 || (before !== undefined && agree(before.value, now.value)));
    if (whole) return now.value;
    before = now.interrupted ? undefined : now;
  }
  throw changedEveryTime(operation());
};

interface Keyed<K> {
  readonly key: K;
}

export const haveSameServices = (one: readonly Keyed<ServiceKey>[], other: readonly Keyed<ServiceKey>[]): boolean =>
  haveSameKeys(one, other, isSameService);

export const haveSameDestinations = (
  one: readonly Keyed<DestinationKey>[],
  other: readonly Keyed<DestinationKey>[],
): boolean => haveSameKeys(one, other, isSameDestination);

const haveSameKeys = <K>(
  one: readonly Keyed<K>[],
  other: readonly Keyed<K>[],
  same: (a: K, b: K) => boolean,
): boolean =>
  one.length === other.length &&
  one.every(({ key }, i) => {
    const counterpart = other[i];
    return counterpart !== undefined && same(key, counterpart.key);
  });
