// Canonical forms: a desired entry as the kernel will report it, so that comparing the two converges.
import type { Destination, Service } from '@vipward/netlink';

/**
 * The service as the kernel reports it. Without persistence timeout and netmask mean nothing: they become 0 and the full
 * mask, which is what ipvsadm and keepalived send. The netmask of IPv4 becomes an unsigned number.
 */
export const canonicalService = (service: Service): Service => ({
  key: service.key,
  scheduler: service.scheduler,
  persistent: service.persistent,
  onePacket: service.onePacket,
  schedFlags: service.schedFlags & 7,
  timeout: service.persistent ? service.timeout : 0,
  netmask: service.persistent ? service.netmask >>> 0 : fullNetmask(service),
  engine: service.engine,
});

/** The destination as the kernel reports it: a tunnel always has a type (ipip by default), nothing else has one. */
export const canonicalDestination = (destination: Destination): Destination => {
  const { key, forwarding, weight, upperThreshold, lowerThreshold, tunnel } = destination;
  // Nearly always it is one already: an entry of the kernel has counters besides.
  if (forwarding !== 'tunnel' && tunnel === undefined && !('activeConnections' in destination)) return destination;
  const common = { key, forwarding, weight, upperThreshold, lowerThreshold };
  return forwarding === 'tunnel' ? { ...common, tunnel: tunnel ?? { type: 'ipip' } } : common;
};

/** No narrowing of the persistence granularity: /32 or /128. */
export const fullNetmask = (service: Service): number => {
  const family = service.key.kind === 'address' ? service.key.address.family : service.key.family;
  return family === 4 ? 0xffffffff : 128;
};
