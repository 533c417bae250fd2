// The LVS table that health wants: who is in it, with which weight, as the kernel will report it.
import type { Forwarding, Protocol, RealServer, SchedulerFlags, SorryServer, VirtualServer } from '@vipward/config';
import { type IpAddress, ipKey } from '@vipward/config/address';
import type {
  Destination,
  ForwardingMethod,
  LvsTable,
  ProtocolNumber,
  Service,
  ServiceKey,
  TableEntry,
  Tunnel,
} from '@vipward/netlink';
import type { Millis } from '@vipward/sockets';
import { type HealthState, serverStates, type VirtualServerHealth } from './health-state.ts';
import { destinationPort, sorryServerPort } from './name.ts';
import { placesOf } from './place.ts';
import { serviceBlocks } from './service-block.ts';
import { isReplaced, startVirtualServer, type VirtualServerState } from './virtual-server.ts';

/** The whole table for a configuration; `state` is one made for that configuration (initialHealth, carryOver). */
export const desiredTable = (virtualServers: readonly VirtualServer[], state: HealthState): LvsTable =>
  mergeEntries(
    serviceBlocks(virtualServers).flatMap(({ virtualServer: vs, members }, i) => {
      const health: VirtualServerHealth = state.virtualServers[i] ?? { key: '', quorum: undefined, realServers: [] };
      return tableEntries(members, startVirtualServer(vs, serverStates(vs, health), health.quorum).state);
    }),
  );

/** All members of a block; those of one port with the same real servers share what they lead to. */
export const tableEntries = (
  members: readonly VirtualServer[],
  state: VirtualServerState,
  now: Millis = 0,
): readonly TableEntry[] => {
  const made: { readonly of: VirtualServer; readonly destinations: readonly Destination[] }[] = [];
  return members.map((vs) => {
    const same = made.find(({ of }) => of.realServers === vs.realServers && portOf(of) === portOf(vs));
    if (same !== undefined) return { service: serviceOf(vs), destinations: same.destinations };
    const entry = tableEntry(vs, state, now);
    made.push({ of: vs, destinations: entry.destinations });
    return entry;
  });
};

const portOf = ({ target }: VirtualServer): number | undefined => (target.kind === 'address' ? target.port : undefined);

/**
 * One virtual server and its destinations. A server that is down is absent, or stays with weight 0 (inhibit_on_failure).
 * Without quorum a sorry server stands alone; where there is none, the servers that are alive go on.
 */
export const tableEntry = (vs: VirtualServer, state: VirtualServerState, now: Millis = 0): TableEntry => {
  const replaced = isReplaced(vs, state);
  const destinations: Destination[] = [];
  const places = placesOf(vs, state, now);
  const last = lastOf(vs);
  vs.realServers.forEach((rs, i) => {
    const weight = places[i];
    if (weight !== undefined) destinations.push(realServerDestination(vs, rs, weight, last, i));
  });
  if (vs.sorryServer !== undefined) {
    const weight = replaced ? 1 : 0;
    if (replaced || vs.sorryServer.inhibit) destinations.push(sorryDestination(vs, vs.sorryServer, weight));
  }
  return { service: serviceOf(vs), destinations: last.meet ? mergeDestinations(destinations) : destinations };
};

/** What was made of a virtual server before: of its hundred real servers one has changed, and the others stay the objects they were. */
interface Last {
  readonly destinations: (Destination | undefined)[];
  /** Whether two of its real servers, or one and the sorry server, are the same to the kernel. */
  readonly meet: boolean;
}

const lasts = new WeakMap<VirtualServer, Last>();

const lastOf = (vs: VirtualServer): Last => {
  const before = lasts.get(vs);
  if (before !== undefined) return before;
  const ids = vs.realServers.map((rs) => placeId(rs.address, destinationPort(vs, rs.forwarding, rs.port)));
  const { sorryServer: sorry } = vs;
  if (sorry !== undefined)
    ids.push(placeId(sorry.address, destinationPort(vs, sorry.forwarding, sorryServerPort(vs, sorry))));
  const last = { destinations: [], meet: new Set(ids).size < ids.length };
  lasts.set(vs, last);
  return last;
};

/** Equal exactly for one address and port; a number for IPv4, since there are ten thousand of them. */
const placeId = (address: IpAddress, port: number): number | string => {
  if (address.family === 6) return `${ipKey(address)} ${port}`;
  const [a = 0, b = 0, c = 0, d = 0] = address.bytes;
  return (((a * 256 + b) * 256 + c) * 256 + d) * 65_536 + port;
};

/** Two virtual servers of one address are one service: the first one's flags, the destinations of both. */
export const mergeEntries = (entries: readonly TableEntry[]): LvsTable => {
  const merged = new Map<string, TableEntry>();
  for (const entry of entries) {
    const id = serviceId(entry.service.key);
    const first = merged.get(id);
    if (first === undefined) merged.set(id, entry);
    else {
      const destinations = mergeDestinations([...first.destinations, ...entry.destinations]);
      merged.set(id, { service: first.service, destinations });
    }
  }
  return [...merged.values()];
};

/** The kernel has an address and port once per service; where the sorry server is one of the real ones, the weight counts. */
const mergeDestinations = (destinations: readonly Destination[]): readonly Destination[] => {
  const merged = new Map<number | string, Destination>();
  for (const destination of destinations) {
    const id = placeId(destination.key.address, destination.key.port);
    const first = merged.get(id);
    if (first === undefined || (first.weight === 0 && destination.weight > 0)) merged.set(id, destination);
  }
  return merged.size === destinations.length ? destinations : [...merged.values()];
};

const serviceId = (key: ServiceKey): string =>
  key.kind === 'fwmark' ? `${key.mark} ${key.family}` : `${key.protocol} ${ipKey(key.address)} ${key.port}`;

const serviceOf = (vs: VirtualServer): Service => ({
  key: serviceKey(vs),
  scheduler: vs.scheduler,
  persistent: vs.persistenceTimeout !== undefined,
  onePacket: vs.onePacket,
  schedFlags: schedFlags(vs.schedulerFlags),
  timeout: vs.persistenceTimeout ?? 0,
  // The kernel reports the full mask where none was given.
  netmask:
    (vs.persistenceTimeout === undefined ? undefined : vs.persistenceMask) ?? (vs.family === 4 ? 0xffffffff : 128),
  engine: vs.persistenceEngine ?? '',
});

/** flag-1 to flag-3 as the kernel counts them: bits 0 to 2. */
const schedFlags = (flags: SchedulerFlags | undefined): number =>
  (flags?.flag1 ? 1 : 0) | (flags?.flag2 ? 2 : 0) | (flags?.flag3 ? 4 : 0);

export const serviceKey = (vs: VirtualServer): ServiceKey =>
  vs.target.kind === 'fwmark'
    ? { kind: 'fwmark', mark: vs.target.mark, family: vs.family }
    : // keepalived takes UDP where no protocol is written.
      {
        kind: 'address',
        protocol: protocolNumbers[vs.protocol ?? 'UDP'],
        address: vs.target.address,
        port: vs.target.port,
      };

const protocolNumbers: Readonly<Record<Protocol, ProtocolNumber>> = { TCP: 6, UDP: 17, SCTP: 132 };

const realServerDestination = (
  vs: VirtualServer,
  rs: RealServer,
  weight: number,
  { destinations }: Last,
  place: number,
): Destination => {
  const before = destinations[place];
  if (before?.weight === weight) return before;
  const made: Destination = {
    key: before?.key ?? { address: rs.address, port: destinationPort(vs, rs.forwarding, rs.port) },
    ...forwardingOf(rs.forwarding),
    weight,
    upperThreshold: rs.upperThreshold,
    lowerThreshold: rs.lowerThreshold,
  };
  destinations[place] = made;
  return made;
};

const sorryDestination = (vs: VirtualServer, sorry: SorryServer, weight: number): Destination => ({
  key: { address: sorry.address, port: destinationPort(vs, sorry.forwarding, sorryServerPort(vs, sorry)) },
  ...forwardingOf(sorry.forwarding),
  weight,
  upperThreshold: 0,
  lowerThreshold: 0,
});

const forwardingOf = (forwarding: Forwarding): { readonly forwarding: ForwardingMethod; readonly tunnel?: Tunnel } => {
  switch (forwarding.kind) {
    case 'NAT':
      return { forwarding: 'masq' };
    case 'DR':
      return { forwarding: 'route' };
    case 'TUN':
      return { forwarding: 'tunnel', tunnel: tunnelOf(forwarding) };
  }
};

const tunnelOf = (forwarding: Extract<Forwarding, { kind: 'TUN' }>): Tunnel => {
  switch (forwarding.tunnel) {
    case 'ipip':
      return { type: 'ipip' };
    case 'gue':
      return { type: 'gue', port: forwarding.port, checksum: forwarding.checksum };
    case 'gre':
      return { type: 'gre', checksum: forwarding.checksum };
  }
};
