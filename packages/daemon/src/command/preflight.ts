// What the host must have before anything is started.
import { DaemonError, exitStatus } from '../exit.ts';

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
