// What can be known to be wrong before anything is touched.
import type { VrrpInstance } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { foundElsewhere, toKernelAddress } from '../addresses.ts';
import { VrrpError } from './errors.ts';
import type { Host } from './host.ts';
import { allAddresses, familyOf, isUnicast, placeOf, routerKey, sourceIp } from './instance-settings.ts';

/**
 * Throws VrrpError for the first thing that makes an instance impossible on this host. `dynamic`: interfaces may come later;
 * `coming`: names of those that will be made here.
 */
export const checkInstances = (
  instances: readonly VrrpInstance[],
  host: Host,
  dynamic = false,
  coming: ReadonlySet<string> = new Set(),
): void => {
  const routers = new Map<string, string>();
  for (const instance of instances) {
    checkInterfaces(instance, host, dynamic, coming);
    const { name, at } = instance;
    const other = routers.get(routerKey(instance));
    if (other !== undefined)
      throw new VrrpError(
        'VRRP_DUPLICATE_VRID',
        name,
        at,
        `virtual_router_id ${instance.virtualRouterId} on ${placeOf(instance)} is already used by ${other} for IPv${familyOf(instance)}`,
      );
    routers.set(routerKey(instance), name);
  }
};

/** What instances name and is not there (yet). */
export const missingInterfaces = (instances: readonly VrrpInstance[], host: Host): readonly string[] => {
  const named = instances.flatMap((instance) => [
    instance.interfaceName,
    ...allAddresses(instance).flatMap(({ dev }) => dev ?? []),
    ...instance.trackInterfaces.map(({ name }) => name),
  ]);
  return [...new Set(named)].filter((name) => name !== '' && host.link(name) === undefined);
};

/** Addresses that will be virtual here and live on another interface of this host already: one line each. */
export const addressesInUse = (instances: readonly VrrpInstance[], host: Host): readonly string[] =>
  instances.flatMap((instance) => {
    const wanted = allAddresses(instance).flatMap((vip) => {
      const link = host.link(vip.dev ?? instance.interfaceName);
      return link ? [toKernelAddress(vip, link.index)] : [];
    });
    return foundElsewhere(host.addresses, wanted).map(
      ({ found, wanted: { ifIndex } }) =>
        `VRRP_ADDRESS_IN_USE (${instance.name}) ${formatIp(found.address)} for ${host.linkAt(ifIndex)?.name ?? ifIndex} ` +
        `is on ${host.linkAt(found.ifIndex)?.name ?? found.ifIndex} of this host already: ` +
        'it answers here whoever is master',
    );
  });

const checkInterfaces = (instance: VrrpInstance, host: Host, dynamic: boolean, coming: ReadonlySet<string>): void => {
  const known = host.linkNames.join(', ');
  const need = (name: string, at = instance.at): void => {
    if (!dynamic && !host.link(name) && !coming.has(name))
      throw new VrrpError(
        'VRRP_INTERFACE_MISSING',
        instance.name,
        at,
        `interface ${name} does not exist; there is ${known}`,
      );
  };
  if (instance.interfaceName !== '') need(instance.interfaceName);
  else checkAlone(instance, need);
  for (const vip of allAddresses(instance)) if (vip.dev !== undefined) need(vip.dev, vip.at);
  for (const { name, at } of instance.trackInterfaces) need(name, at);
  const link = host.link(instance.interfaceName);
  if (link && !link.multicast && !isUnicast(instance))
    throw new VrrpError(
      'VRRP_NO_MULTICAST',
      instance.name,
      instance.at,
      `interface ${link.name} does not support multicast, specify unicast_peer`,
    );
};

// Unicast without an interface: it must know its own address, and its virtual ones their interface.
const checkAlone = (instance: VrrpInstance, need: (name: string, at: VrrpInstance['at']) => void): void => {
  const { name, at, vrf } = instance;
  if (vrf !== undefined) need(vrf, at);
  if (!isUnicast(instance) || sourceIp(instance) === undefined)
    throw new VrrpError(
      'VRRP_INTERFACE_MISSING',
      name,
      at,
      'no interface is named, which only unicast with unicast_src_ip can do without',
    );
  const homeless = allAddresses(instance).find(({ dev }) => dev === undefined);
  if (homeless)
    throw new VrrpError(
      'VRRP_INTERFACE_MISSING',
      name,
      homeless.at,
      `${formatIp(homeless.address)} needs a dev, since the instance has no interface`,
    );
};
