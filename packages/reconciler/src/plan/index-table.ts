// A table by ids: what plans compare, and what a table becomes when operations were carried out.
import type { Destination, IpvsOperation, LvsTable, Service, ServiceKey, TableEntry } from '@vipward/netlink';
import { destinationKeyId, serviceKeyId } from '@vipward/netlink';
import { canonicalDestination, canonicalService } from './canonical.ts';

export interface IndexedService {
  readonly service: Service;
  /** By destinationKeyId. */
  readonly destinations: ReadonlyMap<string, Destination>;
}

/** By serviceKeyId; every entry is canonical. */
export type TableIndex = ReadonlyMap<string, IndexedService>;

/**
 * Indexes a table. Of two services or destinations with the same key the first counts; the destinations of both are kept.
 * With the index of the table `before` it, what has not changed costs next to nothing.
 */
export const indexTable = (table: LvsTable, before?: TableIndex): TableIndex => {
  const index = new Map<string, IndexedService>();
  for (const entry of table) {
    const id = serviceKeyId(entry.service.key);
    const [first, next] = [index.get(id), indexEntry(entry, before?.get(id))];
    index.set(id, first === undefined ? next : merge(first, next));
  }
  return index;
};

// Entries are read-only: one that comes again, because nothing of its service has changed, is not indexed again. With
// 100,000 real servers that makes one changed weight a matter of a few milliseconds.
const indexed = new WeakMap<TableEntry, IndexedService>();

const indexEntry = (entry: TableEntry, before: IndexedService | undefined): IndexedService => {
  const same = indexed.get(entry);
  if (same !== undefined) return same;
  const destinations = new Map<string, Destination>();
  const idOf = idsFrom(before);
  for (const destination of entry.destinations) {
    const id = idOf(destination);
    if (!destinations.has(id)) destinations.set(id, canonicalDestination(destination));
  }
  const result = { service: canonicalService(entry.service), destinations };
  indexed.set(entry, result);
  return result;
};

/** How far ahead of the last one found a real server may stand: so many may have gone at once. */
const reach = 8;

/** Finds the ids of real servers that are the objects they were, in the order they had. */
const idsFrom = (before: IndexedService | undefined): ((destination: Destination) => string) => {
  if (before === undefined) return ({ key }) => destinationKeyId(key);
  const known = [...before.destinations];
  let place = 0;
  return (destination) => {
    for (let i = place; i < place + reach; i += 1) {
      const [id, same] = known[i] ?? [];
      if (id === undefined || same !== destination) continue;
      place = i + 1;
      return id;
    }
    return destinationKeyId(destination.key);
  };
};

const merge = (first: IndexedService, second: IndexedService): IndexedService => ({
  service: first.service,
  destinations: new Map([...second.destinations, ...first.destinations]),
});

/**
 * `actual`, in which all of `desired` is by now: services that hold nothing else become the objects that were wanted, so that
 * the next plan and the next look at what is ours pass them by.
 */
export const adopted = (actual: TableIndex, desired: TableIndex): TableIndex => {
  const next = new Map<string, IndexedService>(actual);
  for (const [id, wanted] of desired) {
    if (actual.get(id)?.destinations.size === wanted.destinations.size) next.set(id, wanted);
  }
  return next;
};

/**
 * The table after `operations` have all succeeded; `index` stays as it is. Counters are not part of it, so `zero` changes nothing.
 * Where they are the whole plan for `desired`, a service that was not there becomes the object that was wanted.
 */
export const afterOperations = (
  index: TableIndex,
  operations: readonly IpvsOperation[],
  desired: TableIndex = noTable,
): TableIndex => {
  const next = new Map<string, IndexedService>(index);
  const whole = new Set<string>();
  const copied = new Map<string, Map<string, Destination>>();
  // One copy for each service that changes, not for each of its ten thousand destinations.
  const destinationsOf = (id: string): Map<string, Destination> | undefined => {
    const entry = next.get(id);
    if (entry === undefined) return undefined;
    const own = copied.get(id) ?? new Map(entry.destinations);
    copied.set(id, own);
    next.set(id, { service: entry.service, destinations: own });
    return own;
  };
  const idOf = idOfSame();
  for (const operation of operations) {
    switch (operation.kind) {
      case 'add-service':
      case 'edit-service': {
        const id = serviceKeyId(operation.service.key);
        const present = next.get(id);
        const wanted = present === undefined ? desired.get(id) : undefined;
        if (wanted !== undefined) whole.add(id);
        const destinations = present?.destinations ?? new Map<string, Destination>();
        next.set(id, wanted ?? { service: canonicalService(operation.service), destinations });
        break;
      }
      case 'delete-service': {
        const id = serviceKeyId(operation.service);
        next.delete(id);
        copied.delete(id);
        break;
      }
      case 'add-destination':
      case 'edit-destination': {
        const { service, destination } = operation;
        const id = idOf(service);
        if (whole.has(id)) break;
        destinationsOf(id)?.set(destinationKeyId(destination.key), canonicalDestination(destination));
        break;
      }
      case 'delete-destination':
        destinationsOf(idOf(operation.service))?.delete(destinationKeyId(operation.destination));
        break;
      case 'flush':
        next.clear();
        copied.clear();
        break;
      case 'zero':
        break;
    }
  }
  return next;
};

const noTable: TableIndex = new Map();

/** serviceKeyId, for a key that comes a hundred times in a row. */
const idOfSame = (): ((key: ServiceKey) => string) => {
  let last: ServiceKey | undefined;
  let id = '';
  return (key) => {
    if (key !== last) [last, id] = [key, serviceKeyId(key)];
    return id;
  };
};
