// What an instance demands of a received advert (RFC 3768 section 7.1, and keepalived's checks beyond it).
import { formatIp, type IpAddress, ipEqual } from '@vipward/config/address';
import type { Advert } from './advert.ts';
import { decodeAdvert } from './advert.ts';
import type { Ipv4Packet } from './ipv4.ts';
import type { Rejection } from './rejection.ts';

export interface Expectation {
  readonly vrid: number;
  readonly authType: number;
  /** 8 bytes. */
  readonly authData: Uint8Array;
  readonly intervalSeconds: number;
  readonly addresses: readonly IpAddress[];
  /** Empty = multicast. A peer with TTL bounds turns on the check of source and TTL, as in keepalived. */
  readonly unicastPeers: readonly { readonly address: IpAddress; readonly minTtl?: number; readonly maxTtl?: number }[];
}

/** Decides about one packet of this instance's VRID, in the order in which keepalived looks. */
export const receiveAdvert = (
  packet: Ipv4Packet,
  expected: Expectation,
): { readonly advert: Advert } | { readonly rejected: Rejection } => {
  const outer = checkPacket(packet, expected);
  if (outer) return { rejected: outer };
  const decoded = decodeAdvert(packet.payload);
  if ('rejected' in decoded) return decoded;
  const inner = checkAdvert(decoded.advert, expected);
  return inner ? { rejected: inner } : decoded;
};

const checkPacket = (packet: Ipv4Packet, expected: Expectation): Rejection | undefined => {
  const multicast = ((packet.destination.bytes[0] ?? 0) & 0xf0) === 0xe0;
  if (expected.unicastPeers.length === 0) {
    if (!multicast) return { kind: 'destination', expected: 'multicast' };
    // Section 7.1: MUST verify that the TTL is 255, so that nothing from another network is believed.
    return packet.ttl === 255 ? undefined : { kind: 'ttl', received: packet.ttl, min: 255, max: 255 };
  }
  if (multicast) return { kind: 'destination', expected: 'unicast' };
  if (!expected.unicastPeers.some((peer) => peer.minTtl !== undefined || peer.maxTtl !== undefined)) return undefined;
  const peer = expected.unicastPeers.find((candidate) => ipEqual(candidate.address, packet.source));
  if (!peer) return { kind: 'source', source: formatIp(packet.source) };
  const { minTtl: min = 0, maxTtl: max = 255 } = peer;
  return packet.ttl < min || packet.ttl > max ? { kind: 'ttl', received: packet.ttl, min, max } : undefined;
};

const checkAdvert = (advert: Advert, expected: Expectation): Rejection | undefined => {
  if (advert.vrid !== expected.vrid) return { kind: 'vrid', received: advert.vrid, expected: expected.vrid };
  if (advert.authType !== expected.authType)
    return { kind: 'auth-type', received: advert.authType, expected: expected.authType };
  if (!expected.authData.every((byte, i) => byte === advert.authData[i])) return { kind: 'auth-pass' };
  // Section 7.1: MUST verify that the Adver_Interval is the same as the locally configured one.
  if (advert.intervalSeconds !== expected.intervalSeconds)
    return { kind: 'interval', received: advert.intervalSeconds, expected: expected.intervalSeconds };
  if (advert.addresses.length !== expected.addresses.length)
    return { kind: 'address-count', received: advert.addresses.length, expected: expected.addresses.length };
  // Section 7.1 says MAY; keepalived drops the packet. The order of the addresses does not matter.
  const missing = expected.addresses.find((own) => !advert.addresses.some((theirs) => ipEqual(theirs, own)));
  return missing && { kind: 'address-missing', vrid: expected.vrid, address: formatIp(missing) };
};
