// What a predecessor had and nobody has any more: addresses, routes, rules.
import type { VirtualAddress, VrrpInstance } from '@vipward/config';
import { formatIp, ipKey, parseIp } from '@vipward/config/address';
import { decodeRouteBytes, decodeRuleBytes, type IpRoute, type IpRule, type NewAddress } from '@vipward/netlink';
import { planAddresses, toKernelAddress } from '../addresses.ts';
import type { Host } from './host.ts';
import { allAddresses } from './instance-settings.ts';
import type { VrrpLog } from './log.ts';
import type { SavedAddress, SavedState } from './state-file.ts';

/** Never rejects. Addresses of the instances themselves, and `others`, are theirs to remove or to keep. */
export const removeLeftovers = async (
  host: Host,
  instances: readonly VrrpInstance[],
  saved: SavedState,
  log: VrrpLog,
  others: readonly (readonly [VirtualAddress, interfaceName: string])[] = [],
): Promise<void> => {
  const place = (vip: VirtualAddress, interfaceName: string): readonly NewAddress[] => {
    const link = host.link(vip.dev ?? interfaceName);
    return link ? [toKernelAddress(vip, link.index)] : [];
  };
  const wanted = [
    ...instances.flatMap((instance) => allAddresses(instance).flatMap((vip) => place(vip, instance.interfaceName))),
    ...others.flatMap(([vip, interfaceName]) => place(vip, interfaceName)),
  ];
  const left = [...saved.instances.flatMap(({ addresses }) => addresses), ...(saved.addresses ?? [])].flatMap(
    (address) => savedAddress(host, address),
  );
  for (const address of planAddresses(host.addresses, wanted, left).remove.filter((one) => left.includes(one))) {
    const text = `${formatIp(address.address)}/${address.prefixLength}`;
    log.info(`removing ${text}, left by an earlier run and no longer configured`);
    await host
      .remove(address)
      .catch((error) => log.error(`removing ${text}: ${error instanceof Error ? error.message : String(error)}`));
  }
};

/** `wanted` for the state file; `interfaceName` is that of addresses that name none. A list is looked through once, for it is asked every second. */
export const savableAll = (wanted: readonly VirtualAddress[], interfaceName: string): readonly SavedAddress[] => {
  const known = savedLists.get(wanted);
  if (known?.interfaceName === interfaceName) return known.addresses;
  const addresses = wanted.map((vip) => savable(vip, interfaceName));
  savedLists.set(wanted, { interfaceName, addresses });
  return addresses;
};

const savedLists = new WeakMap<
  readonly VirtualAddress[],
  { readonly interfaceName: string; readonly addresses: readonly SavedAddress[] }
>();

/** For the state file; `interfaceName` is that of addresses that name none. */
export const savable = (vip: VirtualAddress, interfaceName: string): SavedAddress => {
  const { address, prefixLength, peer } = toKernelAddress(vip, 0);
  const rest = peer === undefined ? {} : { peer: ipKey(peer) };
  return { interfaceName: vip.dev ?? interfaceName, address: ipKey(address), prefixLength, ...rest };
};

/** The routes and rules of a state file, as far as they can be read. */
export const savedRouting = ({
  routes = [],
  rules = [],
}: Pick<SavedState, 'routes' | 'rules'>): {
  readonly routes: readonly IpRoute[];
  readonly rules: readonly IpRule[];
} => ({
  routes: routes.flatMap((hex) => decodeRouteBytes(Buffer.from(hex, 'hex')) ?? []),
  rules: rules.flatMap((hex) => decodeRuleBytes(Buffer.from(hex, 'hex')) ?? []),
});

const savedAddress = (host: Host, { interfaceName, prefixLength, ...saved }: SavedAddress): readonly NewAddress[] => {
  const link = host.link(interfaceName);
  const address = parseIp(saved.address);
  const peer = saved.peer === undefined ? undefined : parseIp(saved.peer);
  if (!link || !address) return [];
  return [{ ifIndex: link.index, address, prefixLength, ...(peer === undefined ? {} : { peer }) }];
};
