// What a real server has: addresses on lo, four ARP settings, and the record of how it was before. Data only.
import type { IpAddress } from '@vipward/config/address';
import { formatIp, ipEqual } from '@vipward/config/address';
import type { IfIndex, InterfaceAddress, Link } from '@vipward/netlink';

/** What is read before anything is planned. */
export interface RealserverState {
  readonly links: readonly Link[];
  readonly addresses: readonly InterfaceAddress[];
  /** By name; undefined when the setting cannot be read. */
  readonly settings: Readonly<Record<SettingName, string | undefined>>;
  readonly record: RealserverRecord | undefined;
}

/** Kept while VIPs are up: which VIPs are ours, and what the settings were before the first IPv4 one. */
export interface RealserverRecord {
  readonly vips: readonly string[];
  readonly earlier: Readonly<Partial<Record<SettingName, string>>>;
}

export type SettingName = (typeof wantedSettings)[number]['name'];

/**
 * Direct routing needs a VIP on every real server, and only the director may answer ARP for it. arp_ignore 1: answer only
 * for addresses of the interface that was asked. arp_announce 2: never name the VIP as sender in ARP requests. The kernel
 * takes the larger of `all` and the interface (Documentation/networking/ip-sysctl.rst).
 */
export const wantedSettings = [
  { name: 'net.ipv4.conf.all.arp_ignore', value: '1' },
  { name: 'net.ipv4.conf.all.arp_announce', value: '2' },
  { name: 'net.ipv4.conf.lo.arp_ignore', value: '1' },
  { name: 'net.ipv4.conf.lo.arp_announce', value: '2' },
] as const;

export const loopback = (state: RealserverState): Link | undefined => state.links.find((link) => link.loopback);

export const hostPrefix = (ip: IpAddress): number => (ip.family === 4 ? 32 : 128);

/** `192.168.33.188/32` */
export const formatVip = (ip: IpAddress): string => `${formatIp(ip)}/${hostPrefix(ip)}`;

/** Where an address is, on any interface. */
export const placesOf = (state: RealserverState, ip: IpAddress): readonly InterfaceAddress[] =>
  state.addresses.filter(({ address }) => ipEqual(address, ip));

export const isOnLoopback = (state: RealserverState, ip: IpAddress): boolean =>
  placesOf(state, ip).some(
    (place) => place.ifIndex === loopback(state)?.index && place.prefixLength === hostPrefix(ip),
  );

/** Addresses on lo that look like VIPs: single addresses other than the loopback's own. */
export const vipsOnLoopback = (state: RealserverState): readonly IpAddress[] =>
  state.addresses
    .filter(({ ifIndex, address, prefixLength }) => {
      return (
        ifIndex === loopback(state)?.index && prefixLength === hostPrefix(address) && refusal(address) === undefined
      );
    })
    .map(({ address }) => address);

/** Why an address cannot be a VIP; undefined when it can. */
export const refusal = ({ family, bytes }: IpAddress): string | undefined => {
  const [first = 0] = bytes;
  const zeros = bytes.slice(0, -1).every((byte) => byte === 0);
  if (bytes.every((byte) => byte === 0)) return 'the unspecified address';
  if (family === 4 ? first === 127 : zeros && bytes[15] === 1) return 'a loopback address';
  if (family === 4 ? first >= 224 && first < 240 : first === 0xff) return 'a multicast address';
  if (family === 4 && bytes.every((byte) => byte === 255)) return 'the broadcast address';
  if (family === 6 && first === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80) return 'a link-local address';
  return undefined;
};

export const linkName = (state: RealserverState, index: IfIndex): string =>
  state.links.find((link) => link.index === index)?.name ?? `interface ${index}`;
