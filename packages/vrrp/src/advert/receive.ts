// What an instance demands of a received advert (RFC 3768 and RFC 9568 section 7.1, and keepalived's checks beyond them).
import { formatIp, type IpAddress, ipEqual } from '@vipward/config/address';
import type { Advert, DecodedAdvert } from './advert.ts';
import { decodeAdvert } from './advert.ts';
import { AH_LENGTH, type AhHeader, isGenuine } from './ah.ts';
import { isMulticast } from './groups.ts';
import { IPV4_HEADER_LENGTH, type VrrpPacket } from './ipv4.ts';
import type { Rejection } from './rejection.ts';
import { type AdvertV2, AUTH_AH, AUTH_NONE, AUTH_SIMPLE } from './v2.ts';
import type { ChecksumFlavour } from './v3.ts';

interface Common {
  readonly vrid: number;
  readonly addresses: readonly IpAddress[];
  /** Adverts come from peers, even when there are none; absent = when there are. */
  readonly unicast?: boolean;
  /** A peer with TTL bounds turns on the check of source and TTL, as in keepalived. */
  readonly unicastPeers: readonly { readonly address: IpAddress; readonly minTtl?: number; readonly maxTtl?: number }[];
  /** check_unicast_src: drop what comes from others than the peers. */
  readonly checkUnicastSource?: boolean;
  /** The address list of this sender is not looked at (skip_check_adv_addr). */
  readonly knownMaster?: IpAddress;
}

export interface ExpectationV2 extends Common {
  readonly version: 2;
  readonly authType: number;
  /** 8 bytes. */
  readonly authData: Uint8Array;
  /** auth_type AH: the password's 8 bytes, and the last sequence number that was sent or believed. */
  readonly ah?: { readonly key: Uint8Array; readonly sequence: number };
  readonly intervalSeconds: number;
}

export interface ExpectationV3 extends Common {
  readonly version: 3;
  /** Our own; a backup learns the master's, so a received one may be another. */
  readonly intervalCentis: number;
  readonly checksum: ChecksumFlavour;
}

export type Expectation = ExpectationV2 | ExpectationV3;

/** Decides about one packet of this instance's VRID, in the order in which keepalived looks. */
export const receiveAdvert = (packet: VrrpPacket, expected: Expectation): DecodedAdvert => {
  const outer = checkPacket(packet, expected) ?? checkAh(packet, expected);
  if (outer) return { rejected: outer };
  const flavour = expected.version === 3 ? expected.checksum : undefined;
  const decoded = decodeAdvert(packet.payload, expected.version, packet, flavour);
  if ('rejected' in decoded) return { rejected: withHeaders(decoded.rejected, packet) };
  const inner = checkAdvert(decoded.advert, expected, packet.source);
  return inner ? { rejected: inner } : decoded;
};

// keepalived counts the headers that come along on a raw socket, which for IPv6 are none.
const withHeaders = (why: Rejection, { source, ah }: VrrpPacket): Rejection => {
  if (why.kind !== 'length' || source.family === 6) return why;
  const before = IPV4_HEADER_LENGTH + (ah === undefined ? 0 : AH_LENGTH);
  return { ...why, received: why.received + before, expected: why.expected + before };
};

const checkPacket = (packet: VrrpPacket, expected: Expectation): Rejection | undefined => {
  const multicast = isMulticast(packet.destination);
  if (!(expected.unicast ?? expected.unicastPeers.length > 0)) {
    if (!multicast) return { kind: 'destination', expected: 'multicast' };
    // Section 7.1: MUST verify that the TTL is 255, so that nothing from another network is believed.
    return packet.ttl === 255 ? undefined : { kind: 'ttl', received: packet.ttl, min: 255, max: 255 };
  }
  if (multicast) return { kind: 'destination', expected: 'unicast' };
  const bounded = expected.unicastPeers.some((peer) => peer.minTtl !== undefined || peer.maxTtl !== undefined);
  if (!bounded && expected.checkUnicastSource !== true) return undefined;
  const peer = expected.unicastPeers.find((candidate) => ipEqual(candidate.address, packet.source));
  if (!peer) return { kind: 'source', source: formatIp(packet.source) };
  const { minTtl: min = 0, maxTtl: max = 255 } = peer;
  return packet.ttl < min || packet.ttl > max ? { kind: 'ttl', received: packet.ttl, min, max } : undefined;
};

/** keepalived's order, but for the sequence number, which counts only once the HMAC has been found right. */
const checkAh = ({ ah, source }: VrrpPacket, expected: Expectation): Rejection | undefined => {
  // Another instance of this interface has the header; what is in it says nothing to one that cannot verify it.
  if (expected.version !== 2 || expected.ah === undefined)
    return (
      ah && { kind: 'auth-type', received: AUTH_AH, expected: expected.version === 2 ? expected.authType : AUTH_NONE }
    );
  if (ah === undefined) return { kind: 'ah-missing' };
  const { key, sequence } = expected.ah;
  if (!source.bytes.every((byte, i) => byte === ah.spi[i]))
    return { kind: 'ah-spi', received: formatIp({ family: 4, bytes: ah.spi }), source: formatIp(source) };
  return checkSequence(ah, sequence) ?? (isGenuine(ah, key) ? undefined : { kind: 'ah-integrity' });
};

const checkSequence = ({ sequence }: AhHeader, last: number): Rejection | undefined =>
  sequence > last ? undefined : { kind: 'ah-replay', received: sequence, last };

const checkAdvert = (advert: Advert, expected: Expectation, from: IpAddress): Rejection | undefined => {
  if (advert.vrid !== expected.vrid) return { kind: 'vrid', received: advert.vrid, expected: expected.vrid };
  const wrong = advert.version === 2 && expected.version === 2 ? checkV2(advert, expected) : undefined;
  if (wrong) return wrong;
  if (expected.knownMaster && ipEqual(expected.knownMaster, from)) return undefined;
  if (advert.addresses.length !== expected.addresses.length)
    return { kind: 'address-count', received: advert.addresses.length, expected: expected.addresses.length };
  // Section 7.1 says MAY; keepalived drops the packet. The order of the addresses does not matter.
  const missing = expected.addresses.find((own) => !advert.addresses.some((theirs) => ipEqual(theirs, own)));
  return missing && { kind: 'address-missing', vrid: expected.vrid, address: formatIp(missing) };
};

const checkV2 = (advert: AdvertV2, expected: ExpectationV2): Rejection | undefined => {
  if (advert.authType !== expected.authType)
    return { kind: 'auth-type', received: advert.authType, expected: expected.authType };
  // Without a password the data is ignored (RFC 3768 section 5.3.10).
  const wrong = expected.authData.some((byte, i) => byte !== advert.authData[i]);
  if (advert.authType === AUTH_SIMPLE && wrong) return { kind: 'auth-pass' };
  // Section 7.1 of RFC 3768: MUST verify that the Adver_Interval is the same as the locally configured one.
  if (advert.intervalSeconds !== expected.intervalSeconds)
    return { kind: 'interval', received: advert.intervalSeconds, expected: expected.intervalSeconds };
  return undefined;
};
