// The form of a wanted entry in which the kernel will report it: a reconciler compares these, or it never comes to rest.
import type { Destination, Service } from './model.ts';
import { familyOf } from './service.ts';

/**
 * The kernel stores scheduler, flags, timeout and mask as they are given, also where they mean nothing. So what means
 * nothing gets one fixed form: without persistence no timeout and no mask. The kernel's own bit, HASHED, is not in a Service.
 */
export const canonicalService = (service: Service): Service => ({
  key: service.key,
  // The kernel's word for a service that has no scheduler; it reports it, and takes it, but not an empty name.
  scheduler: service.scheduler === '' ? 'none' : service.scheduler,
  persistent: service.persistent,
  onePacket: service.onePacket,
  schedFlags: service.schedFlags & 7,
  timeout: service.persistent ? service.timeout : 0,
  netmask: canonicalNetmask(service),
  engine: service.engine,
});

/**
 * A tunnel is said always with forwarding 'tunnel' and never without. The port stays: that only NAT can change it is a rule
 * of ipvsadm, not of the kernel, for which it is part of the destination's key.
 */
export const canonicalDestination = (destination: Destination): Destination => {
  const { key, forwarding, weight, upperThreshold, lowerThreshold, tunnel } = destination;
  const plain = { key, forwarding, weight, upperThreshold, lowerThreshold };
  return forwarding === 'tunnel' ? { ...plain, tunnel: tunnel ?? { type: 'ipip' } } : plain;
};

const canonicalNetmask = (service: Service): number => {
  const ipv6 = familyOf(service.key) === 6;
  const none = ipv6 ? 128 : 0xffffffff;
  if (!service.persistent) return none;
  // A prefix length of 0 is refused for IPv6; as a mask, 0.0.0.0 puts all clients together.
  return ipv6 && service.netmask === 0 ? none : service.netmask >>> 0;
};
