// What the kernel refuses of a service or destination by itself, after net/netfilter/ipvs/ip_vs_ctl.c of Linux 6.1.
import type { Destination, Service, ServiceKey } from '@vipward/netlink';
import type { ErrnoName } from './refuse.ts';

/** Scheduler and engine names are NUL-terminated in 16 bytes (IP_VS_SCHEDNAME_MAXLEN, IP_VS_PENAME_MAXLEN). */
const NAME_BYTES = 15;

/** Modules that a kernel with all of IPVS has; "none" is the kernel's word for a service without a scheduler. */
export const SCHEDULERS: readonly string[] = 'none rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh twos'.split(' ');
export const ENGINES: readonly string[] = ['sip'];

/** Why ip_vs_add_service() or ip_vs_edit_service() refuses, or undefined. */
export const serviceRefusal = (
  service: Service,
  known: { readonly schedulers: readonly string[]; readonly engines: readonly string[] },
): ErrnoName | undefined => {
  // The attribute policy comes before everything else.
  if (service.scheduler.length > NAME_BYTES || service.engine.length > NAME_BYTES) return 'EINVAL';
  if (!known.schedulers.includes(service.scheduler)) return 'ENOENT';
  if (service.engine !== '' && !known.engines.includes(service.engine)) return 'ENOENT';
  if (familyOf(service.key) === 6 && (service.netmask < 1 || service.netmask > 128)) return 'EINVAL';
  return undefined;
};

/** Why the kernel refuses these values of a destination, before it looks whether there is one with this key. */
export const destinationRefusal = (service: ServiceKey, destination: Destination): ErrnoName | undefined => {
  // Only a tunnel carries one family in the other.
  if (destination.key.address.family !== familyOf(service) && destination.forwarding !== 'tunnel') return 'EINVAL';
  // The weight is unsigned in the message and signed in the kernel.
  if (destination.weight > 0x7fffffff || destination.weight < 0) return 'ERANGE';
  if (destination.lowerThreshold > destination.upperThreshold) return 'ERANGE';
  if (destination.tunnel?.type === 'gue' && destination.tunnel.port === 0) return 'EINVAL';
  return undefined;
};

/**
 * Whether ip_vs_new_dest() takes the address: unicast or local for IPv4 (inet_addr_type), unicast and not link-local for
 * IPv6 (ipv6_addr_type, to which a mapped IPv4 address is not unicast). Two things are not known here: the broadcast
 * addresses of connected networks, and that a namespace whose lo was never up takes no IPv4 address at all.
 */
export const isUnicast = (bytes: Uint8Array): boolean => {
  const [first = 0, second = 0] = bytes;
  const all = (value: number, from: number, to: number): boolean => bytes.subarray(from, to).every((b) => b === value);
  if (bytes.length === 4) return !all(0, 0, 4) && !all(255, 0, 4) && (first & 0xf0) !== 0xe0;
  const linkLocal = first === 0xfe && (second & 0xc0) === 0x80;
  const mapped = all(0, 0, 10) && all(0xff, 10, 12);
  return !all(0, 0, 16) && first !== 0xff && !linkLocal && !mapped;
};

export const familyOf = (key: ServiceKey): 4 | 6 => (key.kind === 'fwmark' ? key.family : key.address.family);
