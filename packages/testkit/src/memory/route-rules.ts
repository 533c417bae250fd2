// How the kernel treats interface addresses, after net/ipv4/devinet.c and net/ipv6/addrconf.c of Linux 6.1.
import { type IpAddress, ipEqual } from '@vipward/config/address';
import { addressFlagsOf, type InterfaceAddress, type Link, type NewAddress } from '@vipward/netlink';
import type { ErrnoName } from './refuse.ts';

const IFA_F_SECONDARY = 0x01;
const IFA_F_PERMANENT = 0x80;

/** Why the kernel does not take the address on this link, beside those that are there, or undefined. */
export const addRefusal = (
  added: NewAddress,
  link: Link | undefined,
  present: readonly InterfaceAddress[],
): ErrnoName | undefined => {
  const { address, prefixLength } = added;
  if (prefixLength > address.bytes.length * 8) return 'EINVAL';
  if (link === undefined) return 'ENODEV';
  if (address.family === 6) {
    // Neither :: nor a multicast address is one of an interface.
    if (address.bytes[0] === 0xff || address.bytes.every((byte) => byte === 0)) return 'EADDRNOTAVAIL';
    return present.some((other) => ipEqual(other.address, address)) ? 'EEXIST' : undefined;
  }
  const same = present.filter((other) => sameNetwork(other, added));
  if (same.some((other) => ipEqual(other.address, address))) return 'EEXIST';
  return same.some((other) => other.scope !== scopeOf(added)) ? 'EINVAL' : undefined;
};

/** The address as it is listed once it is there; the second of a network is a secondary one. */
export const asListed = (added: NewAddress, link: Link, present: readonly InterfaceAddress[]): InterfaceAddress => {
  const { ifIndex, address, prefixLength, protocol = 0, peer, preferredLifetime } = added;
  const plain = {
    ...{ ifIndex, address, prefixLength, scope: scopeOf(added), protocol },
    ...(peer === undefined ? {} : { peer }),
    ...(preferredLifetime === undefined ? {} : { preferredLifetime }),
  };
  const flags = IFA_F_PERMANENT | addressFlagsOf(added);
  if (address.family === 6) return { ...plain, flags };
  const secondary = present.some((other) => sameNetwork(other, added)) ? IFA_F_SECONDARY : 0;
  const broadcast = added.broadcast === undefined ? {} : { broadcast: added.broadcast };
  return { ...plain, ...broadcast, flags: flags | secondary, label: added.label ?? link.name };
};

/** Which of those present a deletion means: address, prefix length and, when it is given, the label must agree. */
export const deletedBy = (deleted: NewAddress, present: readonly InterfaceAddress[]): InterfaceAddress | undefined =>
  present.find(
    (other) =>
      ipEqual(other.address, deleted.address) &&
      other.prefixLength === deleted.prefixLength &&
      (deleted.label === undefined || deleted.address.family === 6 || other.label === deleted.label),
  );

/** What goes with an address: a primary IPv4 address takes the secondary ones of its network along (promote_secondaries 0). */
export const goesWith = (gone: InterfaceAddress, present: readonly InterfaceAddress[]): readonly InterfaceAddress[] => {
  if (gone.address.family === 6 || (gone.flags & IFA_F_SECONDARY) !== 0) return [gone];
  const secondaries = present.filter((other) => (other.flags & IFA_F_SECONDARY) !== 0 && sameNetwork(other, gone));
  return [...secondaries, gone];
};

// Only the address itself decides about an IPv6 address's scope; the one asked for is ignored.
const scopeOf = ({ address, scope = 0 }: NewAddress): number => {
  const [first = 0, second = 0] = address.bytes;
  if (address.family === 4) return scope;
  if (first === 0xfe && (second & 0xc0) === 0x80) return 253;
  return isLoopback6(address) ? 254 : 0;
};

const isLoopback6 = ({ bytes }: IpAddress): boolean => bytes.every((byte, i) => byte === (i === 15 ? 1 : 0));

const sameNetwork = (
  a: Pick<NewAddress, 'address' | 'prefixLength'>,
  b: Pick<NewAddress, 'address' | 'prefixLength'>,
): boolean =>
  a.address.family === 4 &&
  b.address.family === 4 &&
  a.prefixLength === b.prefixLength &&
  network(a.address, a.prefixLength) === network(b.address, b.prefixLength);

const network = ({ bytes }: IpAddress, prefixLength: number): number => {
  const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  return prefixLength === 0 ? 0 : value >>> (32 - prefixLength);
};
