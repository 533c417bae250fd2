// What the kernel takes and what it refuses, measured on Linux 6.1: one row a case.
import type { Destination, IpvsOperation, Service, ServiceKey } from '@vipward/netlink';
import {
  addDestination,
  addService,
  deleteDestination,
  deleteService,
  destination,
  editDestination,
  editService,
  markKey,
  service,
  serviceKey,
} from './ipvs-values.ts';

const web = serviceKey('10.0.0.1:80');
const web6 = serviceKey('[fd00::1]:80');
const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'sh', 'sed', 'nq', 'fo', 'ovf', 'mh', 'none'];

export const acceptedServices: readonly { readonly what: string; readonly service: Service }[] = [
  ...schedulers.map((scheduler) => ({ what: `scheduled by ${scheduler}`, service: service(web, { scheduler }) })),
  { what: 'of UDP, one packet', service: service(serviceKey('10.0.0.1:53', 17), { onePacket: true }) },
  { what: 'of TCP, one packet (only ipvsadm refuses that)', service: service(web, { onePacket: true }) },
  { what: 'of SCTP', service: service(serviceKey('10.0.0.1:80', 132)) },
  { what: 'of IPv6', service: service(web6) },
  { what: 'of a mark', service: service(markKey(0xffffffff)) },
  { what: 'of a mark in IPv6', service: service(markKey(1, 6)) },
  { what: 'of port 0', service: service('10.0.0.1:0', { persistent: true, timeout: 300 }) },
  { what: 'of a multicast address', service: service('224.0.0.1:80') },
  { what: 'of no address', service: service('0.0.0.0:80') },
  { what: 'with persistence', service: service(web, { persistent: true, timeout: 300, netmask: 0xffffff00 }) },
  { what: 'with persistence in IPv6', service: service(web6, { persistent: true, timeout: 7200, netmask: 64 }) },
  { what: 'with a timeout but no persistence', service: service(web, { timeout: 300 }) },
  { what: 'with an empty netmask', service: service(web, { netmask: 0 }) },
  { what: 'with a persistence engine', service: service(web, { persistent: true, timeout: 60, engine: 'sip' }) },
  { what: 'with scheduler flags', service: service(web, { scheduler: 'sh', schedFlags: 3 }) },
  { what: 'with a third scheduler flag', service: service(web, { scheduler: 'mh', schedFlags: 7 }) },
];

export const acceptedDestinations: readonly {
  readonly what: string;
  readonly of: ServiceKey;
  readonly destination: Destination;
}[] = [
  { what: 'behind NAT', of: web, destination: destination('10.1.0.1:8080') },
  { what: 'reached directly', of: web, destination: destination('10.1.0.1:80', { forwarding: 'route' }) },
  { what: 'that is local', of: web, destination: destination('127.0.0.1:80', { forwarding: 'local' }) },
  { what: 'that bypasses', of: web, destination: destination('10.1.0.1:80', { forwarding: 'bypass' }) },
  {
    what: 'in an IPIP tunnel',
    of: web,
    destination: destination('10.1.0.1:80', { forwarding: 'tunnel', tunnel: { type: 'ipip' } }),
  },
  ...(['nocsum', 'csum', 'remcsum'] as const).map((checksum) => ({
    what: `in a GUE tunnel, ${checksum}`,
    of: web,
    destination: destination('10.1.0.1:80', { forwarding: 'tunnel', tunnel: { type: 'gue', port: 6080, checksum } }),
  })),
  ...(['nocsum', 'csum'] as const).map((checksum) => ({
    what: `in a GRE tunnel, ${checksum}`,
    of: web,
    destination: destination('10.1.0.1:80', { forwarding: 'tunnel', tunnel: { type: 'gre', checksum } }),
  })),
  {
    what: 'of IPv6 in a tunnel for IPv4',
    of: web,
    destination: destination('[fd00::2]:80', { forwarding: 'tunnel', tunnel: { type: 'ipip' } }),
  },
  { what: 'of IPv6', of: web6, destination: destination('[fd00::2]:80') },
  { what: 'of a mark', of: markKey(3), destination: destination('10.1.0.1:0', { forwarding: 'route' }) },
  { what: 'of a mark in IPv6', of: markKey(3, 6), destination: destination('[fd00::2]:443') },
  { what: 'of weight 0', of: web, destination: destination('10.1.0.1:80', { weight: 0 }) },
  { what: 'of the largest weight', of: web, destination: destination('10.1.0.1:80', { weight: 0x7fffffff }) },
  {
    what: 'with thresholds',
    of: web,
    destination: destination('10.1.0.1:80', { upperThreshold: 500, lowerThreshold: 400 }),
  },
  { what: 'in 0.0.0.0/8', of: web, destination: destination('0.1.2.3:80') },
  { what: 'in 240.0.0.0/4', of: web, destination: destination('240.0.0.1:80') },
  { what: 'of loopback', of: web6, destination: destination('[::1]:80') },
];

interface Refused {
  readonly what: string;
  readonly given: readonly IpvsOperation[];
  readonly operation: IpvsOperation;
  readonly errno: string;
}

const add = destination('10.1.0.1:80');
const given = [addService(service(web))];
const given6 = [addService(service(web6))];
const both = [...given, addDestination(web, add)];

const refusedServices: readonly Refused[] = [
  { what: 'a service that is there', given, operation: addService(service(web)), errno: 'EEXIST' },
  {
    what: 'a service that is there, before it looks at the scheduler',
    given,
    operation: addService(service(web, { scheduler: 'nosuch' })),
    errno: 'EEXIST',
  },
  ...(['nosuch', 'fifteen-letters', ''] as const).map((scheduler) => ({
    what: `the scheduler "${scheduler}"`,
    given: [],
    operation: addService(service(web, { scheduler })),
    errno: 'ENOENT',
  })),
  {
    what: 'a scheduler of sixteen letters',
    given: [],
    operation: addService(service(web, { scheduler: 'sixteen-letters-' })),
    errno: 'EINVAL',
  },
  {
    what: 'an unknown engine',
    given: [],
    operation: addService(service(web, { persistent: true, timeout: 9, engine: 'nosuch' })),
    errno: 'ENOENT',
  },
  ...[0, 129].map((netmask) => ({
    what: `an IPv6 prefix of ${netmask}`,
    given: [],
    operation: addService(service(web6, { netmask })),
    errno: 'EINVAL',
  })),
  { what: 'an edit of a missing service', given: [], operation: editService(service(web)), errno: 'ESRCH' },
  {
    what: 'an edit to an unknown scheduler',
    given,
    operation: editService(service(web, { scheduler: 'nosuch' })),
    errno: 'ENOENT',
  },
  {
    what: 'an edit to an IPv6 prefix of 0',
    given: given6,
    operation: editService(service(web6, { netmask: 0 })),
    errno: 'EINVAL',
  },
  { what: 'to delete a missing service', given: [], operation: deleteService(web), errno: 'ESRCH' },
  { what: 'to zero a missing service', given: [], operation: { kind: 'zero', service: web }, errno: 'ESRCH' },
];

const badValues: readonly {
  readonly what: string;
  readonly at?: string;
  readonly more?: Partial<Destination>;
  readonly errno: string;
}[] = [
  { what: 'a weight over 2^31 - 1', more: { weight: 0x80000000 }, errno: 'ERANGE' },
  { what: 'a lower threshold above the upper', more: { lowerThreshold: 5, upperThreshold: 3 }, errno: 'ERANGE' },
  { what: 'a lower threshold alone', more: { lowerThreshold: 1 }, errno: 'ERANGE' },
  {
    what: 'a GUE tunnel to port 0',
    more: { forwarding: 'tunnel', tunnel: { type: 'gue', port: 0, checksum: 'nocsum' } },
    errno: 'EINVAL',
  },
  { what: 'IPv6 behind NAT for IPv4', at: '[fd00::2]:80', errno: 'EINVAL' },
  { what: 'IPv6 reached directly for IPv4', at: '[fd00::2]:80', more: { forwarding: 'route' }, errno: 'EINVAL' },
];

const notUnicast = ['0.0.0.0:80', '224.0.0.1:80', '239.255.255.255:80', '255.255.255.255:80'];
const notUnicast6 = ['[::]:80', '[ff02::1]:80', '[fe80::1]:80', '[::ffff:10.0.0.1]:80'];

const refusedDestinations: readonly Refused[] = [
  { what: 'a destination of a missing service', given: [], operation: addDestination(web, add), errno: 'ESRCH' },
  { what: 'an edit in a missing service', given: [], operation: editDestination(web, add), errno: 'ESRCH' },
  {
    what: 'to delete from a missing service',
    given: [],
    operation: deleteDestination(web, '10.1.0.1:80'),
    errno: 'ESRCH',
  },
  {
    what: 'a destination that is there',
    given: both,
    operation: addDestination(web, { ...add, weight: 5 }),
    errno: 'EEXIST',
  },
  { what: 'an edit of a missing destination', given, operation: editDestination(web, add), errno: 'ENOENT' },
  { what: 'to delete a missing destination', given, operation: deleteDestination(web, '10.1.0.1:80'), errno: 'ENOENT' },
  {
    what: 'to delete a missing destination of the other family',
    given,
    operation: deleteDestination(web, '[fd00::9]:80'),
    errno: 'ENOENT',
  },
  ...badValues.flatMap(({ what, at = '10.1.0.1:80', more, errno }) => [
    { what, given, operation: addDestination(web, destination(at, more)), errno },
    { what: `an edit to ${what}`, given: both, operation: editDestination(web, destination(at, more)), errno },
  ]),
  ...notUnicast.map((at) => ({
    what: `the real server ${at}`,
    given,
    operation: addDestination(web, destination(at)),
    errno: 'EINVAL',
  })),
  ...notUnicast6.map((at) => ({
    what: `the real server ${at}`,
    given: given6,
    operation: addDestination(web6, destination(at)),
    errno: 'EINVAL',
  })),
];

export const refusedOperations: readonly Refused[] = [...refusedServices, ...refusedDestinations];
