// Virtual addresses, desired against actual: which to add, which to remove, which are there already. Pure.
import type { VirtualAddress } from '@vipward/config';
import { type IpAddress, ipEqual, ipKey } from '@vipward/config/address';
import { addressFlagsOf, type InterfaceAddress, type NewAddress } from '@vipward/netlink';

/** IFA_PROTO of what keepalived and vipward put on an interface (RTPROT_KEEPALIVED). */
export const ADDRESS_PROTOCOL = 18;

/** Two lines of a configuration that mean the same address in the kernel, with all that belongs to it. */
export const sameVirtualAddress = (a: VirtualAddress, b: VirtualAddress): boolean => {
  if (!ipEqual(a.address, b.address) || a.dev !== b.dev) return false;
  const [one, other] = [toKernelAddress(a, 0), toKernelAddress(b, 0)];
  return (
    kernelKey(one) === kernelKey(other) &&
    one.label === other.label &&
    one.scope === other.scope &&
    one.preferredLifetime === other.preferredLifetime &&
    addressFlagsOf(one) === addressFlagsOf(other) &&
    endKey(one.broadcast) === endKey(other.broadcast)
  );
};

/** What a reload adds and removes; a changed line is in both. */
export const difference = (
  before: readonly VirtualAddress[],
  after: readonly VirtualAddress[],
): { readonly added: readonly VirtualAddress[]; readonly removed: readonly VirtualAddress[] } => ({
  added: after.filter((a) => !before.some((b) => sameVirtualAddress(a, b))),
  removed: before.filter((b) => !after.some((a) => sameVirtualAddress(a, b))),
});

/** A virtual address as the kernel takes it, on the interface with index `ifIndex`. */
export const toKernelAddress = (vip: VirtualAddress, ifIndex: number): NewAddress => {
  const { address, peer, label, broadcast, home, mngtmpaddr, noprefixroute, autojoin } = vip;
  const lifetime = lifetimeOf(vip);
  return {
    ifIndex,
    address,
    // The prefix of a point-to-point address is that of the other end.
    prefixLength: peer?.prefixLength ?? vip.prefixLength,
    scope: vip.scope ?? 0,
    protocol: ADDRESS_PROTOCOL,
    // Usable at once, as keepalived has it.
    ...(address.family === 6 && vip.dad !== true ? { noDad: true } : {}),
    ...(lifetime === undefined ? {} : { preferredLifetime: lifetime }),
    ...(label === undefined ? {} : { label }),
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(peer === undefined ? {} : { peer: peer.address }),
    ...(home === true ? { home } : {}),
    ...(mngtmpaddr === true ? { manageTemporary: true } : {}),
    ...(noprefixroute === true ? { noPrefixRoute: true } : {}),
    ...(autojoin === true ? { autoJoin: true } : {}),
  };
};

// A host address of IPv6 is never chosen as a source, unless a lifetime is written: what keepalived sets.
const lifetimeOf = ({ address, prefixLength, preferredLifetime }: VirtualAddress): number | undefined => {
  if (preferredLifetime === 'forever') return undefined;
  if (preferredLifetime !== undefined) return preferredLifetime;
  return address.family === 6 && prefixLength === 128 ? 0 : undefined;
};

/** Equal exactly when the kernel would refuse the second with EEXIST: label and scope do not count. */
export const kernelKey = (a: Pick<NewAddress, 'ifIndex' | 'address' | 'prefixLength' | 'peer'>): string =>
  `${a.ifIndex} ${ipKey(a.address)}/${a.prefixLength}${a.peer && a.address.family === 4 ? ` ${ipKey(a.peer)}` : ''}`;

export interface AddressPlan {
  readonly add: readonly NewAddress[];
  /** To be written first: an address of ours that is to be another in its details is in both. */
  readonly remove: readonly NewAddress[];
  /** Wanted and there already, whoever put it there: adopted, nothing is written. */
  readonly adopted: readonly InterfaceAddress[];
}

/**
 * The fewest writes that take `actual` to `wanted`. Only what is in `releasable` is ever removed: an address that
 * is in neither list belongs to someone else. Planning again after the writes gives nothing to do.
 */
export const planAddresses = (
  actual: readonly InterfaceAddress[],
  wanted: readonly NewAddress[],
  releasable: readonly NewAddress[] = [],
): AddressPlan => {
  const there = new Map(actual.map((a) => [kernelKey(a), a]));
  const keep = new Set(wanted.map(kernelKey));
  const stale = unique(wanted).filter((a) => isStale(there.get(kernelKey(a)), a));
  return {
    add: unique(wanted).filter((a) => !there.has(kernelKey(a)) || stale.includes(a)),
    remove: [...unique(releasable).filter((a) => there.has(kernelKey(a)) && !keep.has(kernelKey(a))), ...stale],
    adopted: actual.filter((a) => keep.has(kernelKey(a)) && !stale.some((b) => kernelKey(a) === kernelKey(b))),
  };
};

// Ours, and other than it should be: an earlier run had another configuration. What others put there stays as it is.
const isStale = (actual: InterfaceAddress | undefined, wanted: NewAddress): boolean => {
  if (actual?.protocol !== ADDRESS_PROTOCOL) return false;
  const { preferredLifetime: left } = actual;
  const { preferredLifetime: asked } = wanted;
  return (
    (wanted.label !== undefined && wanted.address.family === 4 && actual.label !== wanted.label) ||
    (wanted.address.family === 4 && actual.scope !== (wanted.scope ?? 0)) ||
    (wanted.address.family === 4 && endKey(actual.broadcast) !== endKey(wanted.broadcast)) ||
    (actual.flags & OUR_FLAGS) !== (addressFlagsOf(wanted) & OUR_FLAGS) ||
    // What has run out since is as it was asked for.
    (left === undefined) !== (asked === undefined) ||
    (asked === 0 && left !== 0)
  );
};

/** IFA_F_NODAD, HOMEADDRESS, MANAGETEMPADDR, NOPREFIXROUTE, MCAUTOJOIN; the others are states. */
const OUR_FLAGS = 0x02 | 0x10 | 0x100 | 0x200 | 0x400;

const endKey = (address: IpAddress | undefined): string => (address ? ipKey(address) : '');

/** Wanted addresses that some other interface of this host has: they will work, but rarely as meant. */
export const foundElsewhere = (
  actual: readonly InterfaceAddress[],
  wanted: readonly NewAddress[],
): readonly { readonly wanted: NewAddress; readonly found: InterfaceAddress }[] =>
  wanted.flatMap((a) =>
    actual
      .filter((b) => b.ifIndex !== a.ifIndex && ipEqual(a.address, b.address))
      .map((found) => ({ wanted: a, found })),
  );

const unique = (addresses: readonly NewAddress[]): readonly NewAddress[] => [
  ...new Map(addresses.map((a) => [kernelKey(a), a])).values(),
];
