// Two instances of one virtual_router_id and family on one link: they would hear each other's adverts as their own.
import { ipKey } from '../address.ts';
import type { VrrpInstance } from '../model.ts';
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
    const key = `${instance.interfaceName} ${instance.virtualRouterId} ${family} ${peers}`;
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
