// Addresses and ports as they are shown: numbers with -n, names without.
import { formatIp, type IpAddress } from '@vipward/config/address';
import type { Service, ServiceKey } from '@vipward/netlink';
import { noMask4, noMask6, protocolName, serviceFamily } from './draft.ts';

/** How an address and a port look; `protocol` is '' where the port stays a number. */
export interface Naming {
  readonly numeric: boolean;
  readonly host: (address: IpAddress) => string;
  readonly port: (port: number, protocol: string) => string;
}

export const numericNaming: Naming = { numeric: true, host: formatIp, port: String };

/** `10.0.0.1:80`, `[2001:db8::1]:80`, or the same with names, of which ipvsadm keeps 59 characters. */
export const showEndpoint = (naming: Naming, address: IpAddress, port: number, protocol: string): string => {
  const host = naming.host(address);
  const shownPort = naming.port(port, protocol);
  return (address.family === 4 ? `${host}:${shownPort}` : `[${host}]:${shownPort}`).slice(0, endpointLength);
};
const endpointLength = 59;

/** The protocol for port names of a service and its servers: none for a mark, whose ports stay numbers. */
export const portProtocol = (key: ServiceKey): string => (key.kind === 'fwmark' ? '' : protocolName(key));

// ipvsadm prints marks with %d.
export const showMark = (mark: number): string => String(mark | 0);

/** The persistence mask as text; '' when it covers the whole address. */
export const showMask = ({ key, netmask }: Service): string => {
  if (serviceFamily(key) === 6) return netmask === noMask6 ? '' : String(netmask);
  return netmask === noMask4 ? '' : [24, 16, 8, 0].map((shift) => (netmask >>> shift) & 0xff).join('.');
};

/** Every address that a listing will show, for looking up their names beforehand. */
export const addressesOf = (
  table: readonly { service: Service; destinations: readonly { key: { address: IpAddress } }[] }[],
): IpAddress[] =>
  table.flatMap(({ service: { key }, destinations }) => [
    ...(key.kind === 'address' ? [key.address] : []),
    ...destinations.map((destination) => destination.key.address),
  ]);
