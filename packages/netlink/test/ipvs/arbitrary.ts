// Services and destinations of all kinds, for property tests.
import type { IpAddress } from '@vipward/config/address';
import fc from 'fast-check';
import type { Destination, Service, ServiceKey, Tunnel } from '../../src/ipvs/model.ts';

const port = fc.integer({ min: 0, max: 65_535 });
const word = fc.integer({ min: 0, max: 0xffffffff });
const name = fc.stringMatching(/^[a-z]{1,15}$/);

export const anyAddress: fc.Arbitrary<IpAddress> = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => ({ family: 4 as const, bytes })),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => ({ family: 6 as const, bytes })),
);

export const anyServiceKey: fc.Arbitrary<ServiceKey> = fc.oneof(
  fc.record({
    kind: fc.constant('address' as const),
    protocol: fc.constantFrom(6 as const, 17 as const, 132 as const),
    address: anyAddress,
    port,
  }),
  fc.record({
    kind: fc.constant('fwmark' as const),
    mark: fc.integer({ min: 1, max: 0xffffffff }),
    family: fc.constantFrom(4 as const, 6 as const),
  }),
);

export const anyService: fc.Arbitrary<Service> = fc.record({
  key: anyServiceKey,
  scheduler: name,
  persistent: fc.boolean(),
  onePacket: fc.boolean(),
  schedFlags: fc.integer({ min: 0, max: 7 }),
  timeout: word,
  netmask: word,
  engine: fc.oneof(fc.constant(''), name),
});

const checksum = fc.constantFrom('nocsum' as const, 'csum' as const);
const anyTunnel: fc.Arbitrary<Tunnel> = fc.oneof(
  fc.constant({ type: 'ipip' as const }),
  fc.record({
    type: fc.constant('gue' as const),
    port,
    checksum: fc.oneof(checksum, fc.constant('remcsum' as const)),
  }),
  fc.record({ type: fc.constant('gre' as const), checksum }),
);

const plain = {
  key: fc.record({ address: anyAddress, port }),
  weight: fc.integer({ min: 0, max: 0x7fffffff }),
  upperThreshold: word,
  lowerThreshold: word,
};

export const anyDestination: fc.Arbitrary<Destination> = fc.oneof(
  fc.record({
    ...plain,
    forwarding: fc.constantFrom('masq' as const, 'local' as const, 'route' as const, 'bypass' as const),
  }),
  fc.record({ ...plain, forwarding: fc.constant('tunnel' as const), tunnel: anyTunnel }),
);
