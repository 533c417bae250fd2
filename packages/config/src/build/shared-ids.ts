// Two instances of one virtual_router_id and family on one link: they would hear each other's adverts as their own.
import { formatIp, ipKey } from '../address.ts';
import type { SourceLocation, VrrpInstance } from '../model.ts';
import type { Report } from '../source/report.ts';

/** The instances without the later ones of each pair, both of which are named. */
export const withoutSharedIds = (instances: readonly VrrpInstance[], report: Report): readonly VrrpInstance[] => {
  const owners = new Map<string, VrrpInstance>();
  return instances.filter((instance) => {
    const family = instance.virtualAddresses[0]?.address.family ?? 4;
    const peers = instance.unicastPeers
      .map(({ address }) => ipKey(address))
      .sort()
      .join(' ');
    // Another multicast group is heard by other instances.
    const group = instance.multicastDestinationIp === undefined ? '' : ipKey(instance.multicastDestinationIp);
    const key = `${instance.interfaceName} ${instance.virtualRouterId} ${family} ${group} ${peers}`;
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, instance);
      return true;
    }
    const message = `${instance.name} and ${owner.name} both use virtual_router_id ${instance.virtualRouterId} with IPv${family} on ${instance.interfaceName}; ${instance.name} is dropped`;
    report('error', 'duplicate-vrid', message, instance.at, {
      related: [{ at: owner.at, message: `${owner.name} is here` }],
      hint: 'give one of them another virtual_router_id, on all directors',
    });
    return false;
  });
};

/** Says which virtual addresses stand in two instances: both may be master, on one director or on two. */
export const reportSharedAddresses = (instances: readonly VrrpInstance[], report: Report): void => {
  const owners = new Map<string, { readonly instance: VrrpInstance; readonly at: SourceLocation }>();
  for (const instance of instances)
    for (const { address, dev, at } of [...instance.virtualAddresses, ...(instance.excludedAddresses ?? [])]) {
      const key = `${ipKey(address)} ${dev ?? instance.interfaceName}`;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, { instance, at });
      else if (owner.instance !== instance)
        report(
          'note',
          'address-of-two-instances',
          `${formatIp(address)} is an address of ${owner.instance.name} too`,
          at,
          {
            related: [{ at: owner.at, message: `${owner.instance.name} has it here` }],
            hint: 'when one of the two goes to BACKUP, it takes the address away from the other',
          },
        );
    }
};
