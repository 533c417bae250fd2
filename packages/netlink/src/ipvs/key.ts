// Keys of services and destinations as text: for maps, logs and errors.
import { formatIp, type IpAddress, ipEqual } from '@vipward/config/address';
import type { DestinationKey, ServiceKey } from './model.ts';

/** `tcp 10.0.0.1:80`, `udp [2001:db8::1]:53`, `fwmark 1 ipv4`. Equal exactly for equal keys. */
export const serviceKeyId = (key: ServiceKey): string => {
  switch (key.kind) {
    case 'address':
      return `${protocolNames[key.protocol]} ${endpoint(key.address, key.port)}`;
    case 'fwmark':
      return `fwmark ${key.mark} ipv${key.family}`;
  }
};

/** `10.1.0.1:80`, `[2001:db8::1]:80`. Equal exactly for equal keys. */
export const destinationKeyId = (key: DestinationKey): string => endpoint(key.address, key.port);

export const isSameService = (a: ServiceKey, b: ServiceKey): boolean => {
  if (a === b) return true;
  if (a.kind === 'fwmark') return b.kind === 'fwmark' && a.mark === b.mark && a.family === b.family;
  return b.kind === 'address' && a.protocol === b.protocol && a.port === b.port && ipEqual(a.address, b.address);
};

export const isSameDestination = (a: DestinationKey, b: DestinationKey): boolean =>
  a.port === b.port && ipEqual(a.address, b.address);

const protocolNames = { 6: 'tcp', 17: 'udp', 132: 'sctp' } as const;

const endpoint = (address: IpAddress, port: number): string =>
  address.family === 4 ? `${formatIp(address)}:${port}` : `[${formatIp(address)}]:${port}`;
