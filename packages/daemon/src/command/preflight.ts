// What the host must have before anything is started; each question is one netlink request.
import type { Link } from '@vipward/netlink';
import { openRouteKernel } from '@vipward/netlink/route';
import { DaemonError, exitStatus } from '../exit.ts';

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

/** Throws a DaemonError that names the module when the kernel has no IPVS, before a virtual address is taken. */
export const requireIpvs = async (): Promise<void> => {
  const { NetlinkError, openIpvsKernel } = await import('@vipward/netlink');
  try {
    const kernel = await openIpvsKernel();
    try {
      await kernel.info();
    } finally {
      kernel.close();
    }
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    throw new DaemonError(error.code, exitStatus.fatal, error.message, error);
  }
};
