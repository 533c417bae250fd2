// Tables in short: what the tests of plans and of the loop are written with, and generators of any table.
import { type IpAddress, parseIp } from '@vipward/config/address';
import type { Destination, LvsTable, Service, ServiceKey, TableEntry } from '@vipward/netlink';
import fc from 'fast-check';

export const ip = (text: string): IpAddress => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`not an address: ${text}`);
  return address;
};

/** `tcp(1)` is 10.0.0.1:80. */
export const tcp = (last: number): ServiceKey => ({
  kind: 'address',
  protocol: 6,
  address: ip(`10.0.0.${last}`),
  port: 80,
});

export const service = (key: ServiceKey, more: Partial<Service> = {}): Service => ({
  key,
  scheduler: 'rr',
  persistent: false,
  onePacket: false,
  schedFlags: 0,
  timeout: 0,
  netmask: (key.kind === 'address' ? key.address.family : key.family) === 4 ? 0xffffffff : 128,
  engine: '',
  ...more,
});

/** `server(7)` is 192.168.0.7:80 with weight 1 and direct routing. */
export const server = (last: number, weight = 1, more: Partial<Destination> = {}): Destination => ({
  key: { address: ip(`192.168.0.${last}`), port: 80 },
  forwarding: 'route',
  weight,
  upperThreshold: 0,
  lowerThreshold: 0,
  ...more,
});

export const entry = (s: Service, ...destinations: readonly Destination[]): TableEntry => ({
  service: s,
  destinations,
});

// Few keys and few values, so that random tables meet each other often.
const key: fc.Arbitrary<ServiceKey> = fc.oneof(
  fc.integer({ min: 1, max: 3 }).map(tcp),
  fc.integer({ min: 1, max: 2 }).map((mark) => ({ kind: 'fwmark' as const, mark, family: 4 as const })),
  fc.constant<ServiceKey>({ kind: 'address', protocol: 17, address: ip('2001:db8::1'), port: 53 }),
);

const anyService: fc.Arbitrary<Service> = fc.record({
  key,
  scheduler: fc.constantFrom('rr', 'wlc'),
  persistent: fc.boolean(),
  onePacket: fc.boolean(),
  schedFlags: fc.constantFrom(0, 1, 8),
  timeout: fc.constantFrom(0, 60),
  netmask: fc.constantFrom(-1, 0xffffff00, 64),
  engine: fc.constantFrom('', 'sip'),
});

const anyDestination: fc.Arbitrary<Destination> = fc
  .record({
    last: fc.integer({ min: 1, max: 4 }),
    weight: fc.constantFrom(0, 1, 5),
    upperThreshold: fc.constantFrom(0, 10),
    how: fc.constantFrom<Partial<Destination>>(
      { forwarding: 'route' },
      { forwarding: 'masq' },
      { forwarding: 'tunnel' },
      { forwarding: 'tunnel', tunnel: { type: 'ipip' } },
      { forwarding: 'tunnel', tunnel: { type: 'gue', port: 6080, checksum: 'csum' } },
      { forwarding: 'route', tunnel: { type: 'ipip' } },
    ),
  })
  .map(({ last, weight, upperThreshold, how }) => server(last, weight, { upperThreshold, ...how }));

/** Any table, repeated keys and forms that the kernel would report otherwise included. */
export const anyTable: fc.Arbitrary<LvsTable> = fc.array(
  fc.record({ service: anyService, destinations: fc.array(anyDestination, { maxLength: 5 }) }),
  { maxLength: 5 },
);
