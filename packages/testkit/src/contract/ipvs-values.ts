// Services and destinations for tests: short to write, whole in value.
import { type IpAddress, parseIp } from '@vipward/config/address';
import type { Destination, IpvsOperation, ProtocolNumber, Service, ServiceKey } from '@vipward/netlink';

/** An address that a test writes down; throws for text that is none. */
export const ip = (text: string): IpAddress => {
  const address = parseIp(text);
  if (address === undefined) throw new RangeError(`not an IP address: ${text}`);
  return address;
};

/** The key of "10.0.0.1:80" or "[fd00::1]:80". */
export const serviceKey = (text: string, protocol: ProtocolNumber = 6): ServiceKey => ({
  kind: 'address',
  protocol,
  ...endpoint(text),
});

export const markKey = (mark: number, family: 4 | 6 = 4): ServiceKey => ({ kind: 'fwmark', mark, family });

/** A round-robin service without persistence, and what is different about it. */
export const service = (key: ServiceKey | string, different: Partial<Omit<Service, 'key'>> = {}): Service => {
  const named = typeof key === 'string' ? serviceKey(key) : key;
  const family = named.kind === 'fwmark' ? named.family : named.address.family;
  return {
    key: named,
    ...{ scheduler: 'rr', persistent: false, onePacket: false, schedFlags: 0, timeout: 0, engine: '' },
    netmask: family === 4 ? 0xffffffff : 128,
    ...different,
  };
};

/** A masqueraded destination of weight 1, and what is different about it. */
export const destination = (at: string, different: Partial<Omit<Destination, 'key'>> = {}): Destination => ({
  key: endpoint(at),
  ...{ forwarding: 'masq', weight: 1, upperThreshold: 0, lowerThreshold: 0 },
  ...different,
});

export const addService = (added: Service): IpvsOperation => ({ kind: 'add-service', service: added });
export const editService = (edited: Service): IpvsOperation => ({ kind: 'edit-service', service: edited });
export const deleteService = (key: ServiceKey): IpvsOperation => ({ kind: 'delete-service', service: key });

export const addDestination = (of: ServiceKey, added: Destination): IpvsOperation => ({
  kind: 'add-destination',
  service: of,
  destination: added,
});
export const editDestination = (of: ServiceKey, edited: Destination): IpvsOperation => ({
  kind: 'edit-destination',
  service: of,
  destination: edited,
});
export const deleteDestination = (of: ServiceKey, at: string): IpvsOperation => ({
  kind: 'delete-destination',
  service: of,
  destination: endpoint(at),
});

const endpoint = (text: string): { address: IpAddress; port: number } => {
  const split = text.lastIndexOf(':');
  const address = text.slice(0, split).replace(/^\[|\]$/g, '');
  return { address: ip(address), port: Number(text.slice(split + 1)) };
};
