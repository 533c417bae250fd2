// Addresses that a predecessor had and that no instance has any more.
import type { VrrpInstance } from '@vipward/config';
import { formatIp, type IpAddress, parseIp } from '@vipward/config/address';
import type { NewAddress } from '@vipward/netlink';
import { planAddresses } from '../addresses.ts';
import type { Host } from './host.ts';
import { allAddresses } from './instance-settings.ts';
import type { VrrpLog } from './log.ts';
import type { SavedState } from './state-file.ts';

/** Never rejects. Addresses of the instances themselves are theirs to remove or to keep. */
export const removeLeftovers = async (
  host: Host,
  instances: readonly VrrpInstance[],
  saved: SavedState,
  log: VrrpLog,
): Promise<void> => {
  const place = (
    interfaceName: string,
    address: IpAddress | undefined,
    prefixLength: number,
  ): readonly NewAddress[] => {
    const link = host.link(interfaceName);
    return link && address ? [{ ifIndex: link.index, address, prefixLength }] : [];
  };
  const wanted = instances.flatMap((instance) =>
    allAddresses(instance).flatMap((vip) => place(vip.dev ?? instance.interfaceName, vip.address, vip.prefixLength)),
  );
  const left = saved.instances.flatMap(({ addresses }) =>
    addresses.flatMap((a) => place(a.interfaceName, parseIp(a.address), a.prefixLength)),
  );
  for (const address of planAddresses(host.addresses, wanted, left).remove) {
    const text = `${formatIp(address.address)}/${address.prefixLength}`;
    log.info(`removing ${text}, left by an earlier run and no longer configured`);
    await host
      .remove(address)
      .catch((error) => log.error(`removing ${text}: ${error instanceof Error ? error.message : String(error)}`));
  }
};
