// Which macvlans and ipvlans instances need, and what then lies on them (use_vmac, use_vmac_addr, use_ipvlan).
import type { GlobalDefs, VirtualAddress, VrrpInstance } from '@vipward/config';
import type { IpAddress, IpFamily } from '@vipward/config/address';
import type { Link, NewLink } from '@vipward/netlink';
import { allAddresses, familyOf, isUnicast, sourceIp } from '../runtime/instance-settings.ts';
import { nameLink } from './names.ts';

export type StackedNames = Pick<GlobalDefs, 'vmacPrefix' | 'vmacAddrPrefix'>;

/** A link of ours upon an interface, and what it is for. */
export interface StackedLink extends Omit<NewLink, 'parent' | 'group'> {
  /** The interface that it lies upon. */
  readonly parent: string;
  readonly group?: string;
  readonly family: IpFamily;
  /** IPv6 stays on: where nothing of it is wanted, it is switched off. */
  readonly six: boolean;
  /** It needs the parent's link-local address: what is sent with its MAC address must come from one. */
  readonly copiesLinkLocal: boolean;
  /** Of use_ipvlan: where adverts come from. */
  readonly address?: { readonly address: IpAddress; readonly prefixLength: number };
  /** Who asks for it. */
  readonly instance: string;
}

export interface Stacked {
  /** With the names of their links filled in, and their addresses on them. */
  readonly instances: readonly VrrpInstance[];
  readonly links: readonly StackedLink[];
  /** Lines for the log. */
  readonly notes: readonly string[];
}

type Add = (link: Omit<StackedLink, 'name'>, written: string | undefined, prefix: string) => string;

/** `present`: the links of this host. What is there just as it should be is taken, whatever its name is, as in keepalived. */
export const stack = (
  instances: readonly VrrpInstance[],
  present: readonly Link[],
  settings: StackedNames = {},
): Stacked => {
  const links: StackedLink[] = [];
  const notes: string[] = [];
  const stacked = instances.map((instance) => {
    const add: Add = (link, written, prefix) => {
      const named = nameLink(link, { written, prefix, vrid: instance.virtualRouterId }, present, links);
      if (named.taken !== undefined)
        notes.push(
          `(${instance.name}) interface ${named.taken} already exists and is not a ${link.mode} ${link.kind} of ours on ` +
            `${link.parent}; ${named.name} is used instead`,
        );
      links.push({ ...link, name: named.name });
      return named.name;
    };
    const prefix = settings.vmacPrefix ?? PREFIX;
    if (instance.interfaceName === '') return instance;
    if (instance.ipvlan) return onIpvlan(instance, instance.ipvlan, prefix, add);
    return onMacvlans(instance, { instance: prefix, address: settings.vmacAddrPrefix ?? prefix }, add);
  });
  return { instances: stacked, links, notes };
};

/** keepalived's. */
const PREFIX = 'vrrp';

/** RFC 9568 section 7.3: 00-00-5E-00-01-{VRID}, with 02 for IPv6. */
const virtualMac = (family: IpFamily, vrid: number): Uint8Array =>
  Uint8Array.of(0, 0, 0x5e, 0, family === 4 ? 1 : 2, vrid);

const ownMac = ({ vmac, virtualRouterId }: VrrpInstance, family: IpFamily): Uint8Array => {
  const { mac } = vmac ?? {};
  if (mac === undefined) return virtualMac(family, virtualRouterId);
  // Five octets: the last one is the VRID.
  return mac.length === 5 ? Uint8Array.of(...mac, virtualRouterId) : mac;
};

// The addresses of an ipvlan's instance stay on its interface: it has the same MAC address.
const onIpvlan = (
  instance: VrrpInstance,
  ipvlan: NonNullable<VrrpInstance['ipvlan']>,
  prefix: string,
  add: Add,
): VrrpInstance => {
  const family = familyOf(instance);
  const { address, prefixLength = address?.family === 6 ? 128 : 32, mode, group } = ipvlan;
  const name = add(
    {
      ...{ kind: 'ipvlan', parent: instance.interfaceName, mode, family, instance: instance.name },
      ...{ six: family === 6, copiesLinkLocal: false },
      ...(address === undefined ? {} : { address: { address, prefixLength } }),
      ...(group === undefined ? {} : { group }),
    },
    ipvlan.name,
    prefix,
  );
  const source = address === undefined || sourceIp(instance) ? {} : { multicastSourceIp: address };
  return { ...instance, ...source, ipvlan: { ...ipvlan, name }, trackInterfaces: tracking(instance, [name]) };
};

const onMacvlans = (
  instance: VrrpInstance,
  prefixes: { readonly instance: string; readonly address: string },
  add: Add,
): VrrpInstance => {
  const { interfaceName, vmac, useVmacAddr = false, name: owner } = instance;
  const family = familyOf(instance);
  const vmacXmitBase = instance.vmacXmitBase === true || isUnicast(instance);
  const common = { kind: 'macvlan', mode: 'private', instance: owner } as const;
  const own =
    vmac &&
    add(
      {
        ...{ ...common, parent: interfaceName, family, mac: ownMac(instance, family) },
        six: family === 6 || allAddresses(instance).some(({ address }) => address.family === 6),
        copiesLinkLocal: family === 6 && !vmacXmitBase,
        ...(vmac.group === undefined ? {} : { group: vmac.group }),
      },
      vmac.name,
      prefixes.instance,
    );
  const extra = new Map<string, string>();
  const placed = (vip: VirtualAddress): VirtualAddress => {
    const parent = vip.dev ?? interfaceName;
    const { family: six } = vip.address;
    if (own !== undefined && parent === interfaceName && six === family) return { ...vip, dev: own };
    if (vip.useVmac !== true && !(useVmacAddr && vmac !== undefined)) return vip;
    const key = `${parent} ${six}`;
    const mac = virtualMac(six, instance.virtualRouterId);
    const wanted = { ...common, parent, family: six, mac, six: six === 6, copiesLinkLocal: six === 6 };
    const dev = extra.get(key) ?? add(wanted, undefined, prefixes.address);
    extra.set(key, dev);
    return { ...vip, dev };
  };
  const { virtualAddresses, excludedAddresses } = instance;
  const addresses = virtualAddresses.map(placed);
  const excluded = excludedAddresses?.map(placed);
  if (own === undefined && extra.size === 0) return instance;
  return {
    ...instance,
    ...(vmac && own !== undefined ? { vmac: { ...vmac, name: own }, vmacXmitBase } : {}),
    virtualAddresses: addresses,
    ...(excluded === undefined ? {} : { excludedAddresses: excluded }),
    trackInterfaces: tracking(instance, own === undefined ? [] : [own]),
  };
};

const tracking = (instance: VrrpInstance, names: readonly string[]): VrrpInstance['trackInterfaces'] =>
  instance.dontTrackPrimary === true
    ? instance.trackInterfaces
    : [...instance.trackInterfaces, ...names.map((name) => ({ name, weight: 0, at: instance.at }))];
