// The canonical form: idempotent, and without what has no effect.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalDestination, canonicalService } from '../../src/ipvs/canonical.ts';
import { anyDestination, anyService } from './arbitrary.ts';

test('the canonical form of a canonical entry is itself', () => {
  fc.assert(
    fc.property(anyService, anyDestination, (service, destination) => {
      const once = canonicalService(service);
      expect(canonicalService(once)).toEqual(once);
      const there = canonicalDestination(destination);
      expect(canonicalDestination(there)).toEqual(there);
    }),
  );
});

test('without persistence there is no timeout and no mask', () => {
  fc.assert(
    fc.property(anyService, (service) => {
      const { timeout, netmask, key } = canonicalService({ ...service, persistent: false });
      const ipv6 = key.kind === 'fwmark' ? key.family === 6 : key.address.family === 6;
      expect([timeout, netmask]).toEqual([0, ipv6 ? 128 : 0xffffffff]);
    }),
  );
});

test('with persistence they stay, save for an IPv6 prefix of 0, which no kernel takes', () => {
  fc.assert(
    fc.property(anyService, (service) => {
      const { timeout, netmask, key } = canonicalService({ ...service, persistent: true });
      const ipv6 = key.kind === 'fwmark' ? key.family === 6 : key.address.family === 6;
      expect([timeout, netmask]).toEqual([service.timeout, ipv6 && service.netmask === 0 ? 128 : service.netmask]);
    }),
  );
});

test('a tunnel is said with forwarding tunnel, and only then', () => {
  fc.assert(
    fc.property(anyDestination, (destination) => {
      const { tunnel: _, ...bare } = destination;
      const canonical = canonicalDestination(bare);
      expect(canonical.tunnel).toEqual(destination.forwarding === 'tunnel' ? { type: 'ipip' } : undefined);
      const odd = canonicalDestination({ ...destination, forwarding: 'masq', tunnel: { type: 'ipip' } });
      expect('tunnel' in odd).toBe(false);
    }),
  );
});

test('a service without a scheduler is called none, as the kernel calls it', () => {
  fc.assert(
    fc.property(anyService, (service) => {
      expect(canonicalService({ ...service, scheduler: '' }).scheduler).toBe('none');
      expect(canonicalService(service).scheduler).toBe(service.scheduler);
    }),
  );
});
