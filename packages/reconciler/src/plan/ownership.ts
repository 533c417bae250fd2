// What is ours: the ids of the services and destinations that this process (or the one before it) put in or adopted.
import type { TableIndex } from './index-table.ts';

/** By serviceKeyId the destinationKeyIds of that service. A destination is ours only inside a service that is ours. */
export type Ownership = ReadonlyMap<string, ReadonlySet<string>>;

export const nothingOwned: Ownership = new Map();

/** Everything of a table: what a desired table makes ours once it is in the kernel. */
export const ownershipOf = (index: TableIndex): Ownership =>
  new Map(Array.from(index, ([id, { destinations }]) => [id, new Set(destinations.keys())]));

/** Ours before and what is wanted now: to be recorded before the kernel is touched, so that a crash loses no entry. */
export const claim = (owned: Ownership, desired: TableIndex): Ownership => {
  const next = new Map<string, ReadonlySet<string>>(owned);
  for (const [id, { destinations }] of desired) {
    const before = owned.get(id);
    next.set(id, before === undefined ? namesOf(destinations) : union(before, destinations));
  }
  return next;
};

/** Whether all of `owned` is in `recorded`. */
export const covers = (recorded: Ownership, owned: Ownership): boolean => {
  for (const [id, destinations] of owned) {
    const other = recorded.get(id);
    if (other === undefined || !(other === destinations || every(destinations, (d) => other.has(d)))) return false;
  }
  return true;
};

/** What is in either. */
export const together = (a: Ownership, b: Ownership): Ownership => {
  const next = new Map<string, ReadonlySet<string>>(a);
  for (const [id, destinations] of b) next.set(id, union(a.get(id) ?? destinations, destinations));
  return next;
};

/** Drops what is no longer wanted and no longer in the kernel: to be recorded after an apply. */
export const release = (owned: Ownership, desired: TableIndex, actual: TableIndex): Ownership => {
  const next = new Map<string, ReadonlySet<string>>();
  for (const [id, destinations] of owned) {
    const wanted = desired.get(id);
    const present = actual.get(id);
    if (wanted === undefined && present === undefined) continue;
    if (wanted !== undefined && areNamesOf(destinations, wanted.destinations)) {
      next.set(id, destinations);
      continue;
    }
    const stays = (d: string): boolean => wanted?.destinations.has(d) === true || present?.destinations.has(d) === true;
    next.set(id, every(destinations, stays) ? destinations : new Set([...destinations].filter(stays)));
  }
  return next;
};

export const sameOwnership = (a: Ownership, b: Ownership): boolean => {
  if (a.size !== b.size) return false;
  for (const [id, destinations] of a) {
    const other = b.get(id);
    if (other === undefined || !sameSet(destinations, other)) return false;
  }
  return true;
};

/** Plain JSON, for a file that a restarted process reads. */
export const ownershipToJson = (owned: Ownership): string => {
  const before = texts.get(owned);
  if (before !== undefined) return before;
  const services = Object.fromEntries(Array.from(owned, ([id, set]) => [id, [...set]]));
  const text = JSON.stringify({ version: 1, services });
  texts.set(owned, text);
  return text;
};

// Health changes many times while this stays what it is, and both are in one file.
const texts = new WeakMap<Ownership, string>();

/** Undefined when the text is not what ownershipToJson writes: a cut or foreign file claims nothing. */
export const ownershipFromJson = (text: string): Ownership | undefined => {
  const root = parse(text);
  if (!isRecord(root) || root.version !== 1 || !isRecord(root.services)) return undefined;
  const owned = new Map<string, ReadonlySet<string>>();
  for (const [id, ids] of Object.entries(root.services)) {
    if (!Array.isArray(ids) || !ids.every((each): each is string => typeof each === 'string')) return undefined;
    owned.set(id, new Set(ids));
  }
  return owned;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// Nearly always nothing has changed; then no list of ten thousand names is made to find that out.
const every = (ids: Iterable<string>, test: (id: string) => boolean): boolean => {
  for (const id of ids) if (!test(id)) return false;
  return true;
};

const union = (a: ReadonlySet<string>, b: Names): ReadonlySet<string> =>
  a === b || areNamesOf(a, b) || every(b.keys(), (id) => a.has(id)) ? a : new Set([...a, ...b.keys()]);

/** A set, or a map by names. */
type Names = { readonly size: number; keys(): Iterable<string> };

// One service changes, the other thousand are the objects that they were.
const lastFound = new WeakMap<ReadonlySet<string>, Names>();

const namesOf = (names: Names): ReadonlySet<string> => {
  const ids = new Set(names.keys());
  lastFound.set(ids, names);
  return ids;
};

const areNamesOf = (ids: ReadonlySet<string>, names: Names): boolean => {
  if (lastFound.get(ids) === names) return true;
  if (ids.size !== names.size || !every(names.keys(), (id) => ids.has(id))) return false;
  lastFound.set(ids, names);
  return true;
};

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a === b || (a.size === b.size && every(a, (id) => b.has(id)));
