// Two links for the route contract: in memory, and as a veth pair in this process's namespace.
import type { RouteKernel } from '@vipward/netlink';
import { createMemoryRoute } from '../memory/route.ts';
import { run } from '../process/run.ts';

export interface RouteWorld {
  readonly kernel: RouteKernel;
  /** Names of two links that are up, have a carrier and no address. */
  readonly links: readonly [string, string];
  setUp(link: string, up: boolean): Promise<void>;
  close(): Promise<void>;
}

export const memoryWorld = async (): Promise<RouteWorld> => {
  const kernel = createMemoryRoute({
    links: [
      { name: 'veth0', kind: 'veth' },
      { name: 'veth1', kind: 'veth' },
    ],
  });
  return {
    kernel,
    links: ['veth0', 'veth1'],
    async setUp(name, up) {
      kernel.setLink(name, { up, running: up });
    },
    close: async () => kernel.close(),
  };
};

/** Needs root. The two ends of one veth pair, with no link-local addresses and no duplicate address detection. */
export const vethWorld = async (openKernel: () => RouteKernel | Promise<RouteKernel>): Promise<RouteWorld> => {
  const links = [`tka${process.pid}`, `tkb${process.pid}`] as const;
  await run('ip', ['link', 'add', links[0], 'type', 'veth', 'peer', 'name', links[1]]);
  try {
    for (const link of links) {
      await run('sh', [
        '-ec',
        `ip link set ${link} addrgenmode none
        echo 0 >/proc/sys/net/ipv4/conf/${link}/promote_secondaries
        echo 0 >/proc/sys/net/ipv6/conf/${link}/accept_dad
        echo 0 >/proc/sys/net/ipv6/conf/${link}/keep_addr_on_down
        ip link set ${link} up`,
      ]);
    }
    const kernel = await openKernel();
    return {
      kernel,
      links,
      async setUp(link, up) {
        await run('ip', ['link', 'set', link, up ? 'up' : 'down']);
      },
      async close() {
        kernel.close();
        await run('ip', ['link', 'del', links[0]]);
      },
    };
  } catch (error) {
    await run('ip', ['link', 'del', links[0]]);
    throw error;
  }
};
