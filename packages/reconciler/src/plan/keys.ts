// Ids of services and destinations: equal exactly for equal keys, fit for Map keys and files.
import { ipKey } from '@vipward/config/address';
import type { DestinationKey, ServiceKey } from '@vipward/netlink';

export const serviceKeyId = (key: ServiceKey): string =>
  key.kind === 'fwmark' ? `fwm/${key.mark}/${key.family}` : `${key.protocol}/${ipKey(key.address)}/${key.port}`;

export const destinationKeyId = (key: DestinationKey): string => `${ipKey(key.address)}/${key.port}`;
