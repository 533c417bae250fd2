// The addresses of this host, read anew whenever one comes or goes: for checks that rest while a virtual address is elsewhere.
import type { IpAddress } from '@vipward/config/address';
import type { RouteKernel } from '@vipward/netlink';
import type { Logger } from '../log/logger.ts';

export interface HostAddresses {
  /** As this started. */
  readonly first: readonly IpAddress[];
  close(): void;
}

/** Calls `changed` with all addresses after every change; rejects with NetlinkError when they cannot be read at all. */
export const watchAddresses = async (
  kernel: Pick<RouteKernel, 'addresses' | 'watch' | 'close'>,
  log: Pick<Logger, 'error'>,
  changed: (addresses: readonly IpAddress[]) => void,
): Promise<HostAddresses> => {
  let reading = false;
  let again = false;
  let closed = false;
  const read = async (): Promise<readonly IpAddress[]> => (await kernel.addresses()).map(({ address }) => address);
  // A burst of changes is one reading, and one more for what came meanwhile.
  const readAgain = async (): Promise<void> => {
    again = true;
    if (reading) return;
    reading = true;
    try {
      while (again && !closed) {
        again = false;
        const addresses = await read();
        if (!closed) changed(addresses);
      }
    } catch (error) {
      if (!closed) log.error(`Addresses of this host: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      reading = false;
    }
  };
  // Watched before they are read, so that nothing comes in between.
  const unwatch = kernel.watch(({ kind }) => {
    if (kind === 'address' || kind === 'address-removed' || kind === 'resync') void readAgain();
  });
  try {
    return {
      first: await read(),
      close() {
        closed = true;
        unwatch();
        kernel.close();
      },
    };
  } catch (error) {
    unwatch();
    kernel.close();
    throw error;
  }
};
