// Hosts on bridges: every host and all bridges in namespaces of their own, built from a description.
import { createNetns, type Netns } from './netns.ts';

export interface LinkPlan {
  /** The bridge it is plugged into; default "lan". */
  readonly network?: string;
  /** With prefix length: 10.0.0.2/24, fd00::2/64. */
  readonly addresses?: readonly string[];
  readonly mac?: string;
}

export interface HostPlan {
  /** By interface name. */
  readonly links: Readonly<Record<string, LinkPlan>>;
  /** As `ip route add` takes them: "default via 10.0.0.1". */
  readonly routes?: readonly string[];
  /** Under /proc/sys/net: { 'ipv4/ip_forward': '1' }. */
  readonly sysctl?: Readonly<Record<string, string>>;
}

export interface TopologyPlan<Name extends string> {
  /** Begins the names of all namespaces. */
  readonly prefix: string;
  /** A list is short for one link eth0 on "lan" with these addresses. */
  readonly hosts: Readonly<Record<Name, HostPlan | readonly string[]>>;
}

export interface Topology<Name extends string> extends AsyncDisposable {
  readonly hosts: Readonly<Record<Name, Netns>>;
  /** The namespace of all bridges, each named after its network: the place to capture packets. */
  readonly bridges: Netns;
  /** Pulls the host's cable on the bridge's side: the host sees no carrier. */
  unplug(host: Name, link?: string): Promise<void>;
  plug(host: Name, link?: string): Promise<void>;
  delete(): Promise<void>;
}

/** Builds everything up and running; deletes what stands when something fails. */
export const topology = async <Name extends string>(plan: TopologyPlan<Name>): Promise<Topology<Name>> => {
  const made: Netns[] = [];
  const make = async (): Promise<Netns> => {
    const netns = await createNetns(plan.prefix);
    made.push(netns);
    return netns;
  };
  const remove = async (): Promise<void> => {
    for (const netns of made.reverse()) await netns.delete();
    made.length = 0;
  };
  try {
    return await build(plan, make, remove);
  } catch (error) {
    await remove();
    throw error;
  }
};

const build = async <Name extends string>(
  plan: TopologyPlan<Name>,
  make: () => Promise<Netns>,
  remove: () => Promise<void>,
): Promise<Topology<Name>> => {
  const names = Object.keys(plan.hosts) as Name[];
  const plans = new Map(names.map((name) => [name, hostPlan(plan.hosts[name])]));
  const bridges = await make();
  const networks = new Set([...plans.values()].flatMap(({ links }) => Object.values(links).map(networkOf)));
  await bridges.ipBatch([...networks].flatMap(bridgeCommands));

  const ports = new Map<string, string>();
  const hosts: [Name, Netns][] = [];
  for (const [name, { links, routes = [], sysctl }] of plans) {
    const host = await make();
    hosts.push([name, host]);
    if (sysctl !== undefined) await host.sysctl(sysctl);
    const plugs = Object.entries(links).map(([link, { network, mac }]) => {
      const port = `p${ports.size + 1}`;
      ports.set(portKey(name, link), port);
      const hardware = mac === undefined ? '' : ` address ${mac}`;
      return {
        host: `link add ${link}${hardware} type veth peer name ${port} netns ${bridges.name}`,
        bridge: [
          `link set ${port} master ${networkOf({ ...(network !== undefined && { network }) })}`,
          `link set ${port} up`,
        ],
      };
    });
    await host.ipBatch(plugs.map((plug) => plug.host));
    await bridges.ipBatch(plugs.flatMap((plug) => plug.bridge));
    await host.ipBatch([
      ...Object.entries(links).flatMap(([link, { addresses = [] }]) => [
        `link set ${link} up`,
        ...addresses.map((address) => `addr add ${address} dev ${link}`),
      ]),
      ...routes.map((route) => `route add ${route}`),
    ]);
  }

  const setPort = async (host: Name, link: string, state: 'up' | 'down'): Promise<void> => {
    const port = ports.get(portKey(host, link));
    if (port === undefined) throw new RangeError(`${host} has no link ${link}`);
    await bridges.ip(`link set ${port} ${state}`);
  };
  return {
    hosts: Object.fromEntries(hosts) as Record<Name, Netns>,
    bridges,
    unplug: (host, link = 'eth0') => setPort(host, link, 'down'),
    plug: (host, link = 'eth0') => setPort(host, link, 'up'),
    delete: remove,
    [Symbol.asyncDispose]: remove,
  };
};

const hostPlan = (plan: HostPlan | readonly string[]): HostPlan =>
  'links' in plan ? plan : { links: { eth0: { addresses: plan } } };

const networkOf = ({ network = 'lan' }: LinkPlan): string => network;
const portKey = (host: string, link: string): string => `${host}/${link}`;

// No spanning tree and no forward delay: a port forwards as soon as it is up.
const bridgeCommands = (network: string): readonly string[] => [
  `link add ${network} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
  `link set ${network} up`,
];
