// Virtual addresses, desired against actual: which to add, which to remove, which are there already. Pure.
import type { VirtualAddress } from '@vipward/config';
import { ipEqual, ipKey } from '@vipward/config/address';
import type { InterfaceAddress, NewAddress } from '@vipward/netlink';

/** IFA_PROTO of what keepalived and vipward put on an interface (RTPROT_KEEPALIVED). */
export const ADDRESS_PROTOCOL = 18;

/** Two lines of a configuration that mean the same address in the kernel, label and scope included. */
export const sameVirtualAddress = (a: VirtualAddress, b: VirtualAddress): boolean =>
  ipEqual(a.address, b.address) &&
  a.prefixLength === b.prefixLength &&
  a.dev === b.dev &&
  a.label === b.label &&
  (a.scope ?? 0) === (b.scope ?? 0);

/** What a reload adds and removes; a changed line is in both. */
export const difference = (
  before: readonly VirtualAddress[],
  after: readonly VirtualAddress[],
): { readonly added: readonly VirtualAddress[]; readonly removed: readonly VirtualAddress[] } => ({
  added: after.filter((a) => !before.some((b) => sameVirtualAddress(a, b))),
  removed: before.filter((b) => !after.some((a) => sameVirtualAddress(a, b))),
});

/** A virtual address as the kernel takes it, on the interface with index `ifIndex`. */
export const toKernelAddress = (vip: VirtualAddress, ifIndex: number): NewAddress => ({
  ifIndex,
  address: vip.address,
  prefixLength: vip.prefixLength,
  scope: vip.scope ?? 0,
  protocol: ADDRESS_PROTOCOL,
  ...(vip.address.family === 6 ? ipv6Flags(vip) : {}),
  ...(vip.label === undefined ? {} : { label: vip.label }),
});

// Usable at once, and a host address never chosen as a source: what keepalived sets.
const ipv6Flags = ({ prefixLength }: VirtualAddress) => ({
  noDad: true,
  ...(prefixLength === 128 ? { preferredLifetime: 0 } : {}),
});

/** Equal exactly when the kernel would refuse the second with EEXIST: label and scope do not count. */
export const kernelKey = (a: Pick<NewAddress, 'ifIndex' | 'address' | 'prefixLength'>): string =>
  `${a.ifIndex} ${ipKey(a.address)}/${a.prefixLength}`;

export interface AddressPlan {
  readonly add: readonly NewAddress[];
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
  const there = new Set(actual.map(kernelKey));
  const keep = new Set(wanted.map(kernelKey));
  return {
    add: unique(wanted).filter((a) => !there.has(kernelKey(a))),
    remove: unique(releasable).filter((a) => there.has(kernelKey(a)) && !keep.has(kernelKey(a))),
    adopted: actual.filter((a) => keep.has(kernelKey(a))),
  };
};

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
