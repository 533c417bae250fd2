// Field by field: how an entry of the kernel differs from the one that is wanted.
import type { Destination, Service, Tunnel } from '@vipward/netlink';

/** One field as found and as wanted, both as text for people. */
export interface FieldDifference {
  readonly field: string;
  readonly is: string;
  readonly should: string;
}

/** Empty when both canonical services are the same. */
export const serviceDifferences = (is: Service, should: Service): readonly FieldDifference[] =>
  serviceFields.flatMap((field) => difference(field, show(is[field]), show(should[field])));

/** Empty when both canonical destinations are the same. */
export const destinationDifferences = (is: Destination, should: Destination): readonly FieldDifference[] => [
  ...destinationFields.flatMap((field) => difference(field, show(is[field]), show(should[field]))),
  ...difference('tunnel', formatTunnel(is.tunnel), formatTunnel(should.tunnel)),
];

export const sameService = (a: Service, b: Service): boolean =>
  a === b || serviceFields.every((field) => a[field] === b[field]);

/** Field by field and not by the list: it is asked of every real server at every change. */
export const sameDestination = (a: Destination, b: Destination): boolean =>
  a === b ||
  (a.weight === b.weight &&
    a.forwarding === b.forwarding &&
    a.upperThreshold === b.upperThreshold &&
    a.lowerThreshold === b.lowerThreshold &&
    (a.tunnel === b.tunnel || formatTunnel(a.tunnel) === formatTunnel(b.tunnel)));

const serviceFields = ['scheduler', 'persistent', 'onePacket', 'schedFlags', 'timeout', 'netmask', 'engine'] as const;
const destinationFields = ['forwarding', 'weight', 'upperThreshold', 'lowerThreshold'] as const;

const difference = (field: string, is: string, should: string): readonly FieldDifference[] =>
  is === should ? [] : [{ field, is, should }];

const show = (value: string | number | boolean): string => (value === '' ? 'none' : String(value));

const formatTunnel = (tunnel: Tunnel | undefined): string => {
  switch (tunnel?.type) {
    case undefined:
      return 'none';
    case 'ipip':
      return 'ipip';
    case 'gue':
      return `gue port ${tunnel.port} ${tunnel.checksum}`;
    case 'gre':
      return `gre ${tunnel.checksum}`;
  }
};
