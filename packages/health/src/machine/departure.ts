// drain_on_remove: real servers that were taken out of the file stay with weight 0 until their connections have ended. Pure.
import {
  type Destination,
  type DestinationEntry,
  destinationKeyId,
  type LvsTable,
  type ServiceEntry,
  serviceKeyId,
  type TableEntry,
} from '@vipward/netlink';
import type { Millis } from '@vipward/sockets';

/** One that leaves. */
export interface Departure {
  /** serviceKeyId. */
  readonly service: string;
  /** As it stays in the table. */
  readonly destination: Destination;
  /** It goes then, whatever is left of its connections. */
  readonly until: Millis;
}

/** What a configuration says of a service of the table. */
export interface ServiceWords {
  /** destinationKeyIds of its real servers. */
  readonly realServers: ReadonlySet<string>;
  /** drain_on_remove; undefined = off. */
  readonly drain?: Millis | undefined;
}

/** By serviceKeyId. */
export type Written = ReadonlyMap<string, ServiceWords>;

/**
 * Who leaves after a reload: those that left before and still may, and the real servers of `table`, the one before the
 * reload, that are no longer written. UDP has no connections that could end, so its servers go at once; so do those of
 * a service that is gone itself.
 */
export const departuresAfter = (
  leaving: readonly Departure[],
  table: LvsTable,
  before: Written,
  after: Written,
  now: Millis,
): readonly Departure[] => {
  const stay = leaving.filter(({ service, destination }) => {
    const words = after.get(service);
    return words?.drain !== undefined && !words.realServers.has(destinationKeyId(destination.key));
  });
  const known = new Set(stay.map(idOf));
  const begin = table.flatMap(({ service, destinations }): readonly Departure[] => {
    const id = serviceKeyId(service.key);
    const [old, next] = [before.get(id), after.get(id)];
    const drain = next?.drain;
    if (drain === undefined || service.onePacket || isUdp(service.key)) return [];
    return destinations
      .filter(({ key }) => {
        const own = destinationKeyId(key);
        return old?.realServers.has(own) && !next?.realServers.has(own) && !known.has(`${id} ${own}`);
      })
      .map((destination) => ({ service: id, destination: { ...destination, weight: 0 }, until: now + drain }));
  });
  return [...stay, ...begin];
};

/** The table with those that leave in it, with weight 0; what the table has itself counts. */
export const withDepartures = (table: LvsTable, leaving: readonly Departure[]): LvsTable => {
  if (leaving.length === 0) return table;
  const byService = Map.groupBy(leaving, ({ service }) => service);
  return table.map((entry): TableEntry => {
    const own = byService.get(serviceKeyId(entry.service.key));
    if (own === undefined) return entry;
    const present = new Set(entry.destinations.map(({ key }) => destinationKeyId(key)));
    const more = own.map(({ destination }) => destination).filter(({ key }) => !present.has(destinationKeyId(key)));
    return more.length === 0 ? entry : { service: entry.service, destinations: [...entry.destinations, ...more] };
  });
};

export interface Departed extends Departure {
  /** ActiveConn + InActConn that it goes with: 0 unless its time was over. */
  readonly left: number;
}

/** Who goes now, by the kernel's table; a destination that still has its weight has not begun to drain. */
export const departed = (
  leaving: readonly Departure[],
  kernel: LvsTable<ServiceEntry, DestinationEntry> | undefined,
  now: Millis,
): { readonly stay: readonly Departure[]; readonly gone: readonly Departed[] } => {
  const counts = new Map<string, number>();
  for (const { service, destinations } of kernel ?? []) {
    const id = serviceKeyId(service.key);
    for (const { key, weight, activeConnections, inactiveConnections } of destinations) {
      const left = activeConnections + inactiveConnections;
      counts.set(`${id} ${destinationKeyId(key)}`, weight > 0 ? Math.max(1, left) : left);
    }
  }
  const stay: Departure[] = [];
  const gone: Departed[] = [];
  for (const one of leaving) {
    const left = kernel === undefined ? undefined : (counts.get(idOf(one)) ?? 0);
    if (left === 0 || now >= one.until) gone.push({ ...one, left: left ?? 0 });
    else stay.push(one);
  }
  return { stay, gone };
};

export const departureName = ({ service, destination }: Departure): string =>
  `${destinationKeyId(destination.key)} of ${service}`;

const idOf = ({ service, destination }: Departure): string => `${service} ${destinationKeyId(destination.key)}`;

const isUdp = (key: ServiceEntry['key']): boolean => key.kind === 'address' && key.protocol === 17;
