// The interfaces of this host, asked of the kernel.
import type { Link } from '@vipward/netlink';
import { openRouteKernel } from '@vipward/netlink/route';

/** The interfaces of this namespace, or undefined when the kernel does not say (no addon, no netlink). */
export const hostLinks = async (): Promise<readonly Link[] | undefined> => {
  try {
    const kernel = openRouteKernel();
    try {
      return await kernel.links();
    } finally {
      kernel.close();
    }
  } catch {
    return undefined;
  }
};
