// The order of listings: ipvsadm's comparison, which wraps around, and a sort that gives its result where that has no order.
import type { IpAddress } from '@vipward/config/address';
import type { Destination, Service, ServiceKey } from '@vipward/netlink';
import { serviceFamily } from './draft.ts';
import type { ServerRows } from './row-lines.ts';

/** In the order in which ipvsadm lists and saves them. */
export const sortServices = <S extends Service>(services: readonly S[]): readonly S[] =>
  mergeSort(services, (a, b) => compareServices(a.key, b.key));

/** By address, then port. The family of the first of a pair decides how much of both is compared, so mixed ones may cycle. */
export const sortDestinations = <D extends Destination>(destinations: readonly D[]): readonly D[] =>
  mergeSort(destinations, ({ key: a }, { key: b }) => compareAddresses(a.address, b.address) || a.port - b.port);

/** The numbers of the rows in the same order; valid until the next call. */
export const sortRows = (rows: ServerRows): ArrayLike<number> => {
  const { address, port, count } = rows;
  const at = (column: Uint32Array | Uint16Array, row: number): number => column[row] ?? 0;
  const compare = (a: number, b: number): number =>
    wrapped(at(address, a), at(address, b)) || at(port, a) - at(port, b);
  // The kernel puts new ones first, so the list is nearly always sorted the other way round; then nothing is to be sorted.
  if (falling.length < count) falling = new Uint32Array(2 * count);
  const reversed = falling.subarray(0, count);
  for (let i = 0; i < count; i++) reversed[i] = count - 1 - i;
  if (isRising(rows, reversed)) return reversed;
  return mergeSort(Array.from(reversed).reverse(), compare);
};

let falling = new Uint32Array(128);

// Within half the range of addresses ipvsadm's comparison is that of the numbers.
const isRising = ({ address, port }: ServerRows, order: Uint32Array): boolean => {
  for (let i = 1; i < order.length; i++) {
    const a = order[i - 1] ?? 0;
    const b = order[i] ?? 0;
    const difference = (address[b] ?? 0) - (address[a] ?? 0) || (port[b] ?? 0) - (port[a] ?? 0);
    if (difference <= 0) return false;
  }
  return (address[order.at(-1) ?? 0] ?? 0) - (address[order[0] ?? 0] ?? 0) < 0x80000000;
};

// Marks first (0 for address services), then family, protocol, address, port.
const compareServices = (a: ServiceKey, b: ServiceKey): number => {
  const family = serviceFamily(a);
  return (
    wrapped(markOf(a), markOf(b)) ||
    family - serviceFamily(b) ||
    (a.kind === 'address' && b.kind === 'address'
      ? a.protocol - b.protocol || compareAddresses(a.address, b.address) || a.port - b.port
      : 0)
  );
};

const markOf = (key: ServiceKey): number => (key.kind === 'fwmark' ? key.mark : 0);

const compareAddresses = (a: IpAddress, b: IpAddress): number => {
  const words = a.family === 4 ? 1 : 4;
  for (let word = 0; word < words; word++) {
    const difference = wrapped(wordOf(a, word), wordOf(b, word));
    if (difference !== 0) return difference;
  }
  return 0;
};

const wordOf = ({ bytes }: IpAddress, word: number): number => {
  const at = 4 * word;
  return at < bytes.length
    ? (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>>
        0
    : 0;
};

// A 32-bit subtraction taken as signed: 200.0.0.1 comes before 9.0.0.1.
const wrapped = (a: number, b: number): number => (a - b) | 0;

/**
 * Merge sort, top down, the lower half being the smaller one. With a comparison that is no order the result depends on
 * which pairs are compared; these are the pairs that glibc's qsort(3) compares, so that the result is ipvsadm's.
 */
export const mergeSort = <T>(items: readonly T[], compare: (a: T, b: T) => number): readonly T[] => {
  if (items.length < 2) return items;
  const middle = items.length >> 1;
  const low = mergeSort(items.slice(0, middle), compare);
  const high = mergeSort(items.slice(middle), compare);
  const merged: T[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const a = low[i];
    const b = high[j];
    if (a === undefined) return merged.concat(high.slice(j));
    if (b === undefined) return merged.concat(low.slice(i));
    const takeLow = compare(a, b) <= 0;
    merged.push(takeLow ? a : b);
    if (takeLow) i += 1;
    else j += 1;
  }
};
