// The interfaces of this host, asked of the kernel.
import type { Link } from '@vipward/netlink';
import { openRouteKernel } from '@vipward/netlink/route';
import { namespaceFile } from './namespace.ts';

/** The interfaces of a network namespace, or undefined when the kernel does not say (no addon, no netlink, no such namespace). */
export const hostLinks = async (namespace?: string): Promise<readonly Link[] | undefined> => {
  try {
    const kernel = openRouteKernel({ namespace: namespace === undefined ? undefined : namespaceFile(namespace) });
    try {
      return await kernel.links();
    } finally {
      kernel.close();
    }
  } catch {
    return undefined;
  }
};
