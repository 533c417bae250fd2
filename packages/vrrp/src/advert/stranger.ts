// What is said of another virtual router that uses a VRID of ours: the addresses it speaks for, and which VRIDs are free. Pure.
import { formatIp, type IpAddress } from '@vipward/config/address';
import type { VrrpPacket } from './ipv4.ts';
import { FIXED_LENGTH } from './start.ts';
import { VRRP_VERSION_2 } from './v2.ts';

/** `; it speaks for 10.0.0.5; free VRIDs there are 52, 53, 54`; `used`: those of this host and those heard. */
export const describeStranger = (packet: VrrpPacket, used: ReadonlySet<number>): string => {
  const addresses = addressesIn(packet).map(formatIp);
  const free = freeAfter(packet.payload[1] ?? 0, used);
  return [
    addresses.length === 0 ? '' : `; it speaks for ${addresses.join(', ')}`,
    free.length === 0 ? '; no VRID is free there' : `; free VRIDs there are ${free.join(', ')}`,
  ].join('');
};

/** A line names no more than so many. */
const MOST = 5;

/** Of versions 2 and 3 alike, without a look at what else the advert says: it is not believed. */
const addressesIn = ({ payload, source }: VrrpPacket): readonly IpAddress[] => {
  const version = (payload[0] ?? 0) >> 4;
  const family = version === VRRP_VERSION_2 ? 4 : source.family;
  const size = family === 4 ? 4 : 16;
  const there = Math.floor((payload.length - FIXED_LENGTH) / size);
  const count = Math.max(0, Math.min(payload[3] ?? 0, there, MOST));
  return Array.from({ length: count }, (_, i) => ({
    family,
    bytes: payload.slice(FIXED_LENGTH + size * i, FIXED_LENGTH + size * (i + 1)),
  }));
};

/** The next ones first; after 255 comes 1. */
const freeAfter = (vrid: number, used: ReadonlySet<number>): readonly number[] =>
  Array.from({ length: 254 }, (_, i) => ((vrid + i) % 255) + 1)
    .filter((other) => other !== vrid && !used.has(other))
    .slice(0, MOST);
